"""A stand-in for Twilio's message list on loopback, and the SDK's transport bent towards it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

ACCOUNT: Final = "AC" + "0" * 32
TWILIO: Final = "https://api.twilio.com"


class TwilioStub:
    """Messages in the order of arrival; `answers` says how the next creations go."""

    def __init__(self) -> None:
        self.messages: Final[list[dict[str, Any]]] = []
        self.forms: Final[list[dict[str, str]]] = []
        self.answers: Final[dict[str, tuple[int, int]]] = {}  # number -> HTTP status, error code
        self.final: Final[dict[str, tuple[str, int]]] = {}  # number -> status, error code
        self.silent: Final[set[str]] = set()  # takes the text, then the connection breaks
        self.down = False
        self.url = ""

    def create(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.forms.append(form)
        http_status, code = self.answers.get(form["To"], (201, 0))
        if http_status != 201:
            words = f"The number {form['To']} is no good"
            return http_status, {"code": code, "message": words, "status": http_status}
        status, error = self.final.get(form["To"], ("queued", 0))
        message = {
            "sid": f"SM{len(self.messages):032x}",
            "to": form["To"],
            "body": form["Body"],
            "status": status,
            "error_code": error or None,
            "date_created": format_datetime(datetime.now(UTC)),
        }
        self.messages.append(message)
        return 201, message

    def list(self, number: str, page: int) -> dict[str, Any]:
        found = [message for message in reversed(self.messages) if message["to"] == number]
        rest = len(found) > (page + 1) * 2
        following = f"{PATH}?To={number.replace('+', '%2B')}&Page={page + 1}" if rest else None
        return {
            "messages": found[page * 2 : page * 2 + 2],
            "next_page_uri": following,
            "page": page,
            "page_size": 2,
            "uri": PATH,
        }


PATH: Final = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


class BentTransport(TwilioHttpClient):  # type: ignore[misc] # the SDK has no types
    """The SDK's own transport, with another host."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=5.0)
        self.url: Final = url

    def request(self, method: str, url: str, *rest: Any, **more: Any) -> Response:
        return super().request(method, url.replace(TWILIO, self.url), *rest, **more)

    def close(self) -> None:
        self.session.close()


@contextmanager
def serving(stub: TwilioStub) -> Iterator[BentTransport]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(stub))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    transport = BentTransport(f"http://127.0.0.1:{server.server_port}")
    try:
        yield transport
    finally:
        transport.close()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(stub: TwilioStub) -> Callable[..., BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            fields = parse_qs(self.rfile.read(length).decode())
            form = {key: values[0] for key, values in fields.items()}
            if stub.down:
                self.close_connection = True
                return
            status, body = stub.create(form)
            if form["To"] in stub.silent:
                self.close_connection = True
                return
            self._reply(status, body)

        def do_GET(self) -> None:
            if stub.down:
                self.close_connection = True
                return
            query = parse_qs(urlsplit(self.path).query)
            page = int(query.get("Page", ["0"])[0])
            self._reply(200, stub.list(query["To"][0], page))

        def _reply(self, status: int, body: dict[str, Any]) -> None:
            payload = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *words: object) -> None:
            del words

    return Handler
