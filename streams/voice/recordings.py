"""录音: fetched from the telephone provider when somebody may hear them, and deleted there.

The provider's reference is read from the vault at that moment; no address of a recording leaves
this module.
"""

import io
import math
import wave
from base64 import b64encode
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from typing import Final, Protocol
from urllib.parse import urlsplit

HOST: Final = "api.twilio.com"
TIMEOUT_SECONDS: Final = 15.0
BYTES_MAX: Final = 100_000_000
"""Longer than any call of four hours (our default)."""

_OK: Final = 200
_GONE: Final = frozenset({204, 404})
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_RATE: Final = 8_000
_LOUDNESS: Final = 6_000


@dataclass(frozen=True, slots=True)
class Sound:
    """录音内容."""

    content: bytes = field(repr=False)
    media_type: str


class RecordingShelf(Protocol):
    """录音架: blocking, and raises nothing for a "no"."""

    def fetch(self, recording_id: str) -> Sound | None:
        """Give a recording; None where it is gone or out of reach."""
        ...

    def delete(self, recording_id: str) -> bool:
        """Delete a recording; true where it is no more."""
        ...


class TwilioShelf:
    """Twilio 录音架."""

    def __init__(
        self, account: str, token: str, *, host: str = HOST, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        self._account: Final = account
        self._key: Final = b64encode(f"{account}:{token}".encode()).decode()
        self._host: Final = host
        self._timeout: Final = timeout

    def fetch(self, recording_id: str) -> Sound | None:
        """Read the sound; where it lies elsewhere, our key does not go there."""
        try:
            connection = self._open(self._host)
            answer = self._ask(connection, "GET", f"{self._path(recording_id)}.mp3", known=True)
            if answer.status in _MOVED:
                connection.close()
                parts = urlsplit(answer.getheader("location", ""))
                if parts.scheme != "https" or not parts.hostname:
                    return None
                connection = self._open(parts.netloc)
                where = f"{parts.path}?{parts.query}" if parts.query else parts.path
                answer = self._ask(connection, "GET", where, known=False)
            content = answer.read(BYTES_MAX) if answer.status == _OK else b""
            connection.close()
        except (OSError, HTTPException, ValueError):
            return None
        return Sound(content, "audio/mpeg") if content else None

    def delete(self, recording_id: str) -> bool:
        """Ask Twilio to delete it; one that is not there is deleted."""
        try:
            connection = self._open(self._host)
            path = f"{self._path(recording_id)}.json"
            status = self._ask(connection, "DELETE", path, known=True).status
            connection.close()
        except (OSError, HTTPException):
            return False
        return status in _GONE

    def _path(self, recording_id: str) -> str:
        return f"/2010-04-01/Accounts/{self._account}/Recordings/{recording_id}"

    def _open(self, host: str) -> HTTPSConnection:
        return HTTPSConnection(host, timeout=self._timeout)

    def _ask(
        self, connection: HTTPSConnection, method: str, path: str, *, known: bool
    ) -> HTTPResponse:
        headers = {"Authorization": f"Basic {self._key}"} if known else {}
        connection.request(method, path, headers=headers)
        return connection.getresponse()


class SimulatedShelf:
    """演示录音架: a quiet tone for each recording, until it is deleted."""

    def __init__(self) -> None:
        self._deleted: Final[set[str]] = set()

    def fetch(self, recording_id: str) -> Sound | None:
        """Make a tone of two seconds; its height follows from the reference."""
        if recording_id in self._deleted:
            return None
        height = 330 + sum(recording_id.encode()) % 220
        sound = io.BytesIO()
        with wave.open(sound, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(_RATE)
            file.writeframes(
                b"".join(
                    round(_LOUDNESS * math.sin(2 * math.pi * height * place / _RATE)).to_bytes(
                        2, "little", signed=True
                    )
                    for place in range(2 * _RATE)
                )
            )
        return Sound(sound.getvalue(), "audio/wav")

    def delete(self, recording_id: str) -> bool:
        """Delete it."""
        self._deleted.add(recording_id)
        return True
