"""Metrics 指标: what operations watch. Names are stable; labels never hold a person or a ticket."""

from typing import Final

from prometheus_client import Gauge, Histogram

REQUESTS: Final = Histogram(
    "bihuan_http_request_seconds",
    "Time of HTTP requests",
    ("method", "route", "status"),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 10),
)
TIMERS_OVERDUE: Final = Gauge(
    "bihuan_timers_overdue_seconds", "Age of the oldest timer that is due and has not fired"
)
TIMERS_WAITING: Final = Gauge("bihuan_timers_due", "Timers that are due and have not fired")
PROJECTION_LAG: Final = Gauge(
    "bihuan_projection_lag_events", "Events of the log that a subscription has not read", ("name",)
)
TEXTS_UNSENT: Final = Gauge(
    "bihuan_texts_oldest_unsent_seconds", "Age of the oldest text message that should be sent"
)
DEAD_LETTERS: Final = Gauge("bihuan_dead_letters", "Unresolved dead letters")
