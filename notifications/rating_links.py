"""评价链接: an address that lets its holder rate one service, for a time, and nothing else.

It names the service and how it was handed out, never a person; a keyed code at its end makes it
impossible to make one up or to lengthen its life. It logs nobody in.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64Error
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

_TIME_BYTES: Final = 4
_CODE_BYTES: Final = 12
_PURPOSE: Final = b"rating-link/"
_LENGTH_MAX: Final = 400


class Way(StrEnum):
    """途径: how a link is handed out. One letter of the address."""

    TEXT = "p"  # to the citizen's own phone: whoever has it is the evaluator
    QR = "q"  # printed or shown at a window: nobody knows who scans it
    TABLET = "t"
    TERMINAL = "s"
    DEVICE = "d"  # the address at which a tablet or terminal of the house stands
    VISIT = "v"  # one person's turn at a terminal


LIVES: Final = {
    Way.TEXT: timedelta(days=30),
    Way.QR: timedelta(days=7),
    Way.TABLET: timedelta(hours=1),
    Way.TERMINAL: timedelta(hours=1),
    Way.DEVICE: timedelta(days=400),
    Way.VISIT: timedelta(minutes=10),
}
"""How long a link works (our default)."""


@dataclass(frozen=True, slots=True)
class RatingLink:
    """评价链接, read."""

    stream: str
    way: Way
    expires_at: datetime


class RatingLinks:
    """Makes and reads links under one key."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key: Final = key

    def make(self, stream: str, way: Way, now: datetime) -> str:
        """Give the token for a service or for the newest answer of a ticket."""
        seconds = int((now + LIVES[way]).timestamp())
        said = seconds.to_bytes(_TIME_BYTES) + f"{way}{stream}".encode()
        return urlsafe_b64encode(said + self._code(said)).rstrip(b"=").decode()

    def read(self, token: str) -> RatingLink | None:
        """Read a token; None for one that is not ours. Whether it has ended is the caller's."""
        try:
            data = urlsafe_b64decode(token[:_LENGTH_MAX] + "=" * (-len(token) % 4))
        except (NotBase64Error, ValueError):
            return None
        said, code = data[:-_CODE_BYTES], data[-_CODE_BYTES:]
        if not hmac.compare_digest(self._code(said), code):
            return None
        way, stream = said[_TIME_BYTES : _TIME_BYTES + 1], said[_TIME_BYTES + 1 :]
        expires_at = datetime.fromtimestamp(int.from_bytes(said[:_TIME_BYTES]), UTC)
        return RatingLink(stream.decode(), Way(way.decode()), expires_at)

    def _code(self, said: bytes) -> bytes:
        return hmac.digest(self._key, _PURPOSE + said, hashlib.sha256)[:_CODE_BYTES]
