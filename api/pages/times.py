"""Times 时间: how far away a moment is, in words; the exact time always stands beside it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from api import reading

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_MONTH_DAYS: Final = 60
"""Beyond it a number of days says little; the exact date alone is shown (our default)."""


class Say(Protocol):
    """Looks a text up in the reader's language."""

    def __call__(self, key: str, /, **values: object) -> str:
        """Give the text of a key."""
        ...


@dataclass(frozen=True, slots=True)
class Distance:
    """远近: a moment before or after now, in one unit."""

    count: int
    unit: str  # minutes, hours, days; now within a minute
    ahead: bool


def distance(at: datetime, now: datetime) -> Distance | None:
    """Measure in the largest unit that fits; None where it is too far to be said in words."""
    span = abs(at - now)
    ahead = at > now
    if span < _MINUTE:
        return Distance(0, "now", ahead)
    for unit, length, most in (
        ("minutes", _MINUTE, 60),
        ("hours", _HOUR, 48),
        ("days", _DAY, _MONTH_DAYS),
    ):
        count = span // length
        if count < most:
            return Distance(count, unit, ahead)
    return None


def ago(say: Say, at: datetime | int | None, now: datetime) -> str:
    """Say when something happened: 3小时前; 3 hours ago."""
    return _told(say, at, now, past="ago", future="ahead")


def until(say: Say, at: datetime | int | None, now: datetime) -> str:
    """Say how long is left to a due time, or how long it has passed: 还有3天; 超3天."""
    return _told(say, at, now, past="over", future="left")


def _told(say: Say, at: datetime | int | None, now: datetime, *, past: str, future: str) -> str:
    if not at:
        return ""
    moment = reading.local(at) if isinstance(at, int) else at
    found = distance(moment, now)
    if found is None:
        return ""
    if found.unit == "now":
        return say("time.now")
    way = future if found.ahead else past
    return say(f"time.{way}.{found.unit}", count=found.count)
