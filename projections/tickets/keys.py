"""工单键: the integer key of a ticket's row, derived from its number and ordered by age.

A number is region 6, date 8, channel 2, sequence 6 digits. The key packs days since 2000-01-01,
sequence, channel and region into 63 bits: newest is largest, lists need no second sort column.
A number of another shape still gets a key, below every real one.
"""

from collections.abc import Iterable
from datetime import date
from hashlib import blake2b
from typing import Final

PREFIX: Final = "ticket/"
_DAY_ZERO: Final = date(2000, 1, 1).toordinal()
_NUMBER_LENGTH: Final = 22
_LAST_DAY: Final = 2**16

_days: Final[dict[str, int]] = {}
"""Day numbers already read; a rebuild meets few dates and many tickets."""


def ticket_id(number: str) -> int:
    """Give the key of a ticket number. Never fails."""
    if len(number) == _NUMBER_LENGTH and number.isascii() and number.isdigit():
        day = _day(number[6:14])
        if 0 <= day < _LAST_DAY:
            sequence, channel, region = int(number[16:]), int(number[14:16]), int(number[:6])
            return day << 47 | sequence << 27 | channel << 20 | region
    digest = blake2b(number.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return -1 - (int.from_bytes(digest) >> 2)


def keys_of(streams: Iterable[str]) -> dict[str, int]:
    """Give the keys of streams of tickets, each worked out once."""
    return {stream: ticket_id(stream[len(PREFIX) :]) for stream in set(streams)}


def first_id(day: date) -> int:
    """Give the smallest key of a day: a span of days is a span of keys."""
    return max(0, day.toordinal() - _DAY_ZERO) << 47


def _day(digits: str) -> int:
    known = _days.get(digits)
    if known is None:
        try:
            known = date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).toordinal() - _DAY_ZERO
        except ValueError:
            known = -1
        if len(_days) > _LAST_DAY:
            _days.clear()
        _days[digits] = known
    return known
