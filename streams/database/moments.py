"""时刻: how an instant is stored, and how it is read back.

Every `*_at` column holds whole microseconds since 1970 in UTC: sortable, exact, one representation
on every database, and several times faster to read than a date type. What is read back stands in
the local zone, so that a rule that asks for the date gets the same one live and in a replay.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from hotline.clocks.calendar import SHANGHAI

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LOCAL_EPOCH: Final = _EPOCH.astimezone(SHANGHAI)


def microseconds(at: datetime) -> int:
    """Give the number that is stored for an instant."""
    delta = at - _EPOCH  # its parts: dividing one span of time by another takes twice as long
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def instant(number: int) -> datetime:
    """Give the instant that a stored number means, in the local zone."""
    return _LOCAL_EPOCH + timedelta(microseconds=number)


def local(at: datetime) -> datetime:
    """Give the same instant in the local zone."""
    return at if at.tzinfo is SHANGHAI else at.astimezone(SHANGHAI)
