"""上报通道: hands one record to a platform over HTTP and understands its answer.

What was not answered may have arrived, so it is sent again with the same identity; the platform
knows a repeat by it. Bodies hold personal fields, so neither they nor answers in words are logged.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from hotline.clocks.calendar import SHANGHAI
from streams.reporting.signing import Signer
from streams.reporting.tables import ReportStatus

_ANSWER_BYTES_MAX: Final = 65_536
_OK: Final = frozenset({"0", "200", "success", "ok"})
_REPEATED: Final = frozenset({"409", "repeated", "duplicate"})
_REFUSED: Final = frozenset({400, 404, 413, 422})


@dataclass(frozen=True, slots=True)
class Answer:
    """回执: what becomes of the row. `code` is the platform's, never its words."""

    status: ReportStatus
    code: str


class Connector(Protocol):
    """上报通道: blocking, and raises nothing for a "no"."""

    def send(self, record: str, document: dict[str, str], now: datetime) -> Answer:
        """Hand a record over."""
        ...


class HttpConnector:
    """HTTP 上报通道 with the platform's envelope."""

    def __init__(
        self, url: str, *, app_mark: str, app_word: str, signer: Signer, timeout_seconds: float = 10
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the address of the upper platform must begin with http(s)://")
        self._secure: Final = parts.scheme == "https"
        self._host: Final = parts.hostname
        self._port: Final = parts.port
        self._path: Final = parts.path or "/"
        self._app_mark: Final = app_mark
        self._app_word: Final = app_word
        self._signer: Final = signer
        self._timeout: Final = timeout_seconds

    def send(self, record: str, document: dict[str, str], now: datetime) -> Answer:
        """Post the record; only a clear answer settles it."""
        body = json.dumps(self._envelope(record, document, now), ensure_ascii=False).encode()
        kind = HTTPSConnection if self._secure else HTTPConnection
        connection = kind(self._host, self._port, timeout=self._timeout)
        try:
            headers = {"Content-Type": "application/json; charset=utf-8"}
            connection.request("POST", self._path, body, headers)
            response = connection.getresponse()
            return understood(response.status, response.read(_ANSWER_BYTES_MAX))
        except (OSError, HTTPException) as error:
            return Answer(ReportStatus.WAITING, type(error).__name__)
        finally:
            connection.close()

    def _envelope(self, record: str, document: dict[str, str], now: datetime) -> dict[str, Any]:
        time = now.astimezone(SHANGHAI).strftime("%Y%m%d%H%M%S")
        sign = self._signer.sign(f"{time}{self._app_mark}{self._app_word}")
        name = "service" if record == "service" else "evaluate"
        return {
            "txnBodyCom": {
                "sign": sign,
                "params": {name: [document]},
                "time": time,
                "appMark": self._app_mark,
            }
        }


def understood(status: int, body: bytes) -> Answer:
    """Translate an answer: taken, refused for good, or to be tried again."""
    try:
        said = json.loads(body)
        code = str(said.get("code", "")).lower() if isinstance(said, dict) else ""
    except ValueError:
        code = ""
    shown = f"http-{status}" + (f"/{code[:40]}" if code.isalnum() else "")
    if status in range(200, 300) and code in _OK | _REPEATED:
        return Answer(ReportStatus.ACKNOWLEDGED, shown)
    if status in _REFUSED or (status in range(200, 300) and code):
        return Answer(ReportStatus.REJECTED, shown)
    return Answer(ReportStatus.WAITING, shown)
