"""Metrics 指标 of the web server. Names are stable; labels never hold a person or a ticket."""

from typing import Final

from prometheus_client import Histogram

REQUESTS: Final = Histogram(
    "bihuan_http_request_seconds",
    "Time of HTTP requests",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10),
)
