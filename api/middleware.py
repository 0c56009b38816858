"""Middleware 门厅: what happens to every request before a route sees it. Plain ASGI, for speed.

A request gets an id (the correlation id of what it causes), a limit on its body, security headers,
a line in the log without personal data, and its place in the metrics.
"""

import re
from collections.abc import Callable
from typing import Any, Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import REQUESTS

BODY_BYTES_MAX: Final = 1_048_576
"""Our default: a command with the longest texts needs some ten kilobytes."""

UPLOAD_BYTES_MAX: Final = 21 * 1024 * 1024
"""Our default: one file of evidence and what a form says around it."""
_UPLOADS: Final = "/evidence"

_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9_.-]{8,64}")
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (
        b"content-security-policy",
        (
            b"default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
            b"frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
        ),
    ),
)


class BodyTooLargeError(Exception):
    """请求过大: more bytes than the house takes."""


class FrontHall:
    """门厅: wraps the application."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        monotonic: Callable[[], float],
        new_id: Callable[[], str],
        body_bytes_max: int = BODY_BYTES_MAX,
    ) -> None:
        self._app = app
        self._monotonic = monotonic
        self._new_id = new_id
        self._body_bytes_max = body_bytes_max
        self._log: Any = structlog.get_logger("bihuan.http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = self._monotonic()
        given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
        request_id = given.decode() if _REQUEST_ID.fullmatch(given) else self._new_id()
        scope["request_id"] = request_id
        status = 500

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                extra = [*_HEADERS, (b"x-request-id", request_id.encode())]
                message["headers"] = [*message.get("headers", ()), *extra]
            await send(message)

        try:
            uploads = scope["method"] == "POST" and scope["path"].endswith(_UPLOADS)
            most = max(UPLOAD_BYTES_MAX, self._body_bytes_max) if uploads else self._body_bytes_max
            await self._app(scope, _limited(receive, most), send_on)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            seconds = self._monotonic() - began
            REQUESTS.labels(scope["method"], route, str(status)).observe(seconds)
            self._log.info(
                "request",
                request_id=request_id,
                method=scope["method"],
                route=route,
                status=status,
                milliseconds=round(seconds * 1000, 1),
                person=scope.get("person", ""),
            )


def _limited(receive: Receive, bytes_max: int) -> Receive:
    taken = 0

    async def receive_on() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > bytes_max:
            raise BodyTooLargeError
        return message

    return receive_on
