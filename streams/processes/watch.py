"""守望: health, readiness and metrics of a process that serves no pages, on a port of its own."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final, TypeAlias

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from streams.letters.defects import reason_of

PLAIN: Final = "text/plain; charset=utf-8"
_READ_MAX: Final = 1 << 20
"""Of what a client sends along before it listens for an answer (our default)."""

Troubles: TypeAlias = Callable[[], Sequence[str]]
"""What keeps the process from its work, as stable words; nothing when it is ready."""

_Answer: TypeAlias = tuple[HTTPStatus, str, bytes]

_log: Final = structlog.get_logger(__name__)


class Watch:
    """守望 over one port; port 0 takes any that is free.

    `alone` is for a process that serves nothing yet: whatever it is asked, it says what it lacks.
    """

    def __init__(
        self,
        host: str,
        port: int,
        troubles: Troubles,
        measure: Callable[[], object],
        *,
        alone: bool = False,
    ) -> None:
        answers: dict[str, Callable[[], _Answer]] = {
            "/healthz": lambda: (HTTPStatus.OK, PLAIN, b"ok"),
            "/readyz": lambda: _readiness(troubles()),
            "/metrics": lambda: _metrics(measure),
        }

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = self.headers.get("Content-Length", "")
                self.rfile.read(min(int(length), _READ_MAX) if length.isdecimal() else 0)
                otherwise = answers["/readyz"] if alone else _nothing
                status, kind, body = answers.get(self.path.partition("?")[0], otherwise)()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 (the names are Python's)

            def log_message(self, *_: Any) -> None:
                """Say nothing: a scrape every few seconds is no news."""

        self._server: Final = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True

    @property
    def port(self) -> int:
        """Tell which port it is."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Begin to answer."""
        Thread(target=self._server.serve_forever, name="bihuan-watch", daemon=True).start()

    def stop(self) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()


def _nothing() -> _Answer:
    return HTTPStatus.NOT_FOUND, PLAIN, b"not found"


def _readiness(troubles: Sequence[str]) -> _Answer:
    if troubles:
        return HTTPStatus.SERVICE_UNAVAILABLE, PLAIN, "\n".join(troubles).encode()
    return HTTPStatus.OK, PLAIN, b"ready"


def _metrics(measure: Callable[[], object]) -> _Answer:
    """Write what is known, even where the database cannot be measured just now."""
    try:
        measure()
    except Exception as error:  # noqa: BLE001 (old figures are better than none)
        _log.warning("measuring-failed", reason=reason_of(error))
    return HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest()
