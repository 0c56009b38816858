"""办公时间: office hours, and working time measured along them.

A working minute is a minute inside office hours on a working day. Exceptions (a hall that opens on
a Sunday, an afternoon off) move working minutes only; they never change the working-day calendar.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from types import MappingProxyType
from typing import Final, TypeAlias

from hotline.clocks.calendar import (
    SHANGHAI,
    WORKLESS_DAYS_MAX,
    Calendar,
    CalendarExhaustedError,
)
from hotline.values import dataclass

Span: TypeAlias = tuple[time, time]
_Stretch: TypeAlias = tuple[int, int]

_ONE_DAY: Final = timedelta(days=1)
_MICROSECOND: Final = timedelta(microseconds=1)
_REMEMBERED_MAX: Final = 4096
"""Days whose hours are kept ready: the clocks of a year ask about the same few (our default)."""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """办公时间: the spans of an ordinary working day, and the dates that differ.

    09:00-12:00 and 13:30-17:30 are our default; a department or hall may have its own.
    """

    spans: tuple[Span, ...] = ((time(9), time(12)), (time(13, 30), time(17, 30)))
    exceptions: Mapping[date, tuple[Span, ...]] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def __post_init__(self) -> None:
        if not self.spans:
            raise ValueError("office hours need at least one span a day")
        for spans in (self.spans, *self.exceptions.values()):
            moments = [moment for span in spans for moment in span]
            if any(later <= earlier for earlier, later in pairwise(moments)):
                raise ValueError(f"office spans must be in order and not overlap: {spans}")

    @property
    def opens(self) -> time:
        """When an ordinary working day begins."""
        return self.spans[0][0]

    @property
    def closes(self) -> time:
        """When an ordinary working day ends; day clocks fall due then, inclusive."""
        return self.spans[-1][1]


class WorkingTime:
    """工作时间: adds and measures working time; walks at most the days that the amount needs.

    Inside, a day is a count of microseconds since its midnight: these sums stand in the write path,
    and whole numbers are several times faster than datetimes.
    """

    __slots__ = ("_calendar", "_changed", "_changed_days", "_known", "_length", "_ordinary")

    def __init__(self, calendar: Calendar, hours: OfficeHours) -> None:
        self._calendar: Final = calendar
        self._ordinary: Final = _stretches(hours.spans)
        self._changed: Final = {day: _stretches(spans) for day, spans in hours.exceptions.items()}
        self._changed_days: Final = sorted(hours.exceptions)
        self._length: Final = _length(self._ordinary)
        self._known: Final[dict[date, tuple[_Stretch, ...]]] = {}

    @property
    def day_length(self) -> timedelta:
        """Working time of an ordinary working day."""
        return timedelta(microseconds=self._length)

    def opening(self, at: datetime) -> datetime:
        """`at` itself inside office hours, otherwise the next opening."""
        day, clock = at.date(), _clock(at)
        for _ in range(WORKLESS_DAYS_MAX + 1):
            for opens, closes in self._spans_of(day):
                if clock < closes:
                    return _moment(day, max(opens, clock))
            day, clock = self._next_day(day), 0
        raise CalendarExhaustedError(day, self._calendar.version)

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """Find the moment when `amount` of working time has passed since `start`."""
        remaining = amount // _MICROSECOND
        if not remaining:
            return self.opening(start)
        day, clock = start.date(), _clock(start)
        for _ in range(WORKLESS_DAYS_MAX + 1 + 2 * (remaining // self._length)):
            for opens, closes in self._spans_of(day):
                begins = max(opens, clock)
                left = closes - begins
                if left >= remaining:
                    return _moment(day, begins + remaining)
                if left > 0:
                    remaining -= left
            day, clock = self._next_day(day), 0
        raise CalendarExhaustedError(day, self._calendar.version)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Measure working time from `start` to `end`; nothing when `end` is not later."""
        if end <= start:
            return timedelta()
        first, last = start.date(), end.date()
        total = self._until(last, _clock(end)) - self._until(first, _clock(start))
        if last > first:
            total += self._before(first, last)
        return timedelta(microseconds=total)

    def _before(self, first: date, last: date) -> int:
        """Measure the whole days from `first` to the day before `last`."""
        total = self._length * self._calendar.workdays_between(first - _ONE_DAY, last - _ONE_DAY)
        changed = self._changed_days
        for day in changed[bisect_left(changed, first) : bisect_left(changed, last)]:
            total += _length(self._changed[day])
            if self._calendar.is_workday(day):
                total -= self._length
        return total

    def _until(self, day: date, clock: int) -> int:
        """Measure one day from its beginning to `clock`."""
        return sum(
            min(clock, closes) - opens for opens, closes in self._spans_of(day) if clock > opens
        )

    def _spans_of(self, day: date) -> tuple[_Stretch, ...]:
        found = self._known.get(day)
        if found is None:
            if len(self._known) >= _REMEMBERED_MAX:
                self._known.clear()
            found = self._changed.get(day)
            if found is None:
                found = self._ordinary if self._calendar.is_workday(day) else ()
            self._known[day] = found
        return found

    def _next_day(self, day: date) -> date:
        """Find the next day that may have office hours."""
        following = self._calendar.next_workday(day + _ONE_DAY)
        changed = self._changed_days
        if not changed:
            return following
        index = bisect_right(changed, day)
        return min(following, changed[index]) if index < len(changed) else following


def _stretches(spans: tuple[Span, ...]) -> tuple[_Stretch, ...]:
    return tuple((_clock(opens), _clock(closes)) for opens, closes in spans)


def _length(stretches: tuple[_Stretch, ...]) -> int:
    return sum(closes - opens for opens, closes in stretches)


def _clock(at: datetime | time) -> int:
    """Count microseconds since midnight."""
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond


def _moment(day: date, clock: int) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + clock * _MICROSECOND
