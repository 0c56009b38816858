"""邀请链接: lets its holder set the password of one account, once, for some days.

It names the account and the invitation, never a person; a keyed code at its end makes it impossible
to make one up. Whether it was used already is known by the account.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64Error
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

LIFE: Final = timedelta(hours=72)
"""How long a link works (our default)."""

_PURPOSE: Final = b"invitation/"
_CODE_BYTES: Final = 16
_TIME_BYTES: Final = 4
_COUNT_BYTES: Final = 4
_LENGTH_MAX: Final = 400


@dataclass(frozen=True, slots=True)
class Invitation:
    """邀请, read."""

    person: str
    count: int
    expires_at: datetime


class Invitations:
    """Makes and reads links under one key."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key: Final = key

    def make(self, person: str, count: int, now: datetime) -> str:
        """Give the token for an invitation of a person."""
        seconds = int((now + LIFE).timestamp())
        said = seconds.to_bytes(_TIME_BYTES) + count.to_bytes(_COUNT_BYTES) + person.encode()
        return urlsafe_b64encode(said + self._code(said)).rstrip(b"=").decode()

    def read(self, token: str, now: datetime) -> Invitation | None:
        """Read a token; None for one that is not ours or has ended."""
        try:
            data = urlsafe_b64decode(token[:_LENGTH_MAX] + "=" * (-len(token) % 4))
        except (NotBase64Error, ValueError):
            return None
        said, code = data[:-_CODE_BYTES], data[-_CODE_BYTES:]
        if not hmac.compare_digest(self._code(said), code):
            return None
        expires_at = datetime.fromtimestamp(int.from_bytes(said[:_TIME_BYTES]), UTC)
        count = int.from_bytes(said[_TIME_BYTES : _TIME_BYTES + _COUNT_BYTES])
        person = said[_TIME_BYTES + _COUNT_BYTES :].decode()
        return Invitation(person, count, expires_at) if now < expires_at else None

    def _code(self, said: bytes) -> bytes:
        return hmac.digest(self._key, _PURPOSE + said, hashlib.sha256)[:_CODE_BYTES]
