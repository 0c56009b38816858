"""A stand-in for the upper platform on loopback that fails in every way we know of."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

APP_MARK: Final = "bihuan"
SECRET: Final = "word"


class UpperPlatform:
    """Keeps records by `sync_sign`; `mood` says how the next answers go, the last one stays."""

    def __init__(self) -> None:
        self.records: Final[dict[str, dict[str, str]]] = {}
        self.services: Final[list[dict[str, str]]] = []
        self.order: Final[list[tuple[str, str]]] = []
        self.repeats = 0
        self.mood: list[str] = ["ok"]

    def answer(self, envelope: dict[str, Any]) -> tuple[int, bytes]:
        mood = self.mood.pop(0) if len(self.mood) > 1 else self.mood[0]
        match mood:
            case "down":
                return 503, b"<html>Bad gateway</html>"
            case "garbage":
                return 200, b"\xff\x00not json"
            case "empty":
                return 200, b"{}"
            case "refuses":
                return 200, b'{"code": "1001", "message": "deptCode"}'
            case "unprocessable":
                return 422, b'{"code": "422"}'
            case "hangs up":
                return 0, b""
            case "keeps and hangs up":
                self._keep(envelope)
                return 0, b""
            case _:
                return 200, json.dumps({"code": self._keep(envelope)}).encode()

    def _keep(self, envelope: dict[str, Any]) -> str:
        body = envelope["txnBodyCom"]
        words = f"{body['time']}{body['appMark']}{SECRET}"
        right = hmac.digest(SECRET.encode(), words.encode(), hashlib.sha256).hex()
        if not hmac.compare_digest(body["sign"], right):
            return "403"
        for one in body["params"].get("service", ()):
            self.services.append(one)
            self.order.append((one["serviceNumber"], "service"))
        for one in body["params"].get("evaluate", ()):
            if one["sync_sign"] in self.records:
                self.repeats += 1
                return "repeated"
            self.records[one["sync_sign"]] = one
            self.order.append((one["serviceNumber"], one["flag"]))
        return "0"


@contextmanager
def serving(platform: UpperPlatform) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(platform))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/submit"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(platform: UpperPlatform) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            status, body = platform.answer(json.loads(self.rfile.read(length)))
            self.close_connection = True
            if not status:
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            del words

    return Handler
