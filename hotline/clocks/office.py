"""办公时间: office hours, and working time measured along them.

A working minute is a minute inside office hours on a working day. Exceptions (a hall that opens on
a Sunday, an afternoon off) move working minutes only; they never change the working-day calendar.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
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

Span: TypeAlias = tuple[time, time]

_ONE_DAY: Final = timedelta(days=1)
_NOTHING: Final = timedelta()


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
    """工作时间: adds and measures working time; walks at most the days that the amount needs."""

    __slots__ = ("_calendar", "_changed_days", "_hours", "_length")

    def __init__(self, calendar: Calendar, hours: OfficeHours) -> None:
        self._calendar: Final = calendar
        self._hours: Final = hours
        self._changed_days: Final = sorted(hours.exceptions)
        self._length: Final = sum((_length(span) for span in hours.spans), _NOTHING)

    @property
    def day_length(self) -> timedelta:
        """Working time of an ordinary working day."""
        return self._length

    def opening(self, at: datetime) -> datetime:
        """`at` itself inside office hours, otherwise the next opening."""
        day = at.date()
        for _ in range(WORKLESS_DAYS_MAX + 1):
            for opens, closes in self._spans_of(day):
                if at < datetime.combine(day, closes, SHANGHAI):
                    return max(at, datetime.combine(day, opens, SHANGHAI))
            day = self._next_day(day)
        raise CalendarExhaustedError(day, self._calendar.version)

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """Find the moment when `amount` of working time has passed since `start`."""
        if not amount:
            return self.opening(start)
        remaining = amount
        day = start.date()
        for _ in range(WORKLESS_DAYS_MAX + 1 + 2 * (amount // self._length)):
            for opens, closes in self._spans_of(day):
                begins = max(start, datetime.combine(day, opens, SHANGHAI))
                left = datetime.combine(day, closes, SHANGHAI) - begins
                if left >= remaining:
                    return begins + remaining
                if left > _NOTHING:
                    remaining -= left
            day = self._next_day(day)
        raise CalendarExhaustedError(day, self._calendar.version)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; nothing when `end` is not later."""
        if end <= start:
            return _NOTHING
        first, last = start.date(), end.date()
        total = self._within(first, start, end)
        if last > first:
            total += self._within(last, start, end) + self._whole_days(first, last)
        return total

    def _whole_days(self, first: date, last: date) -> timedelta:
        """Working time of the days strictly between."""
        total = self._length * self._calendar.workdays_between(first, last - _ONE_DAY)
        changed = self._changed_days
        for day in changed[bisect_right(changed, first) : bisect_left(changed, last)]:
            total += sum((_length(span) for span in self._hours.exceptions[day]), _NOTHING)
            if self._calendar.is_workday(day):
                total -= self._length
        return total

    def _within(self, day: date, start: datetime, end: datetime) -> timedelta:
        total = _NOTHING
        for opens, closes in self._spans_of(day):
            begins = max(start, datetime.combine(day, opens, SHANGHAI))
            ends = min(end, datetime.combine(day, closes, SHANGHAI))
            if ends > begins:
                total += ends - begins
        return total

    def _spans_of(self, day: date) -> tuple[Span, ...]:
        if self._changed_days and (changed := self._hours.exceptions.get(day)) is not None:
            return changed
        return self._hours.spans if self._calendar.is_workday(day) else ()

    def _next_day(self, day: date) -> date:
        """Find the next day that may have office hours."""
        following = self._calendar.next_workday(day + _ONE_DAY)
        changed = self._changed_days
        index = bisect_right(changed, day)
        return min(following, changed[index]) if index < len(changed) else following


def _length(span: Span) -> timedelta:
    opens, closes = span
    return timedelta(
        hours=closes.hour - opens.hour,
        minutes=closes.minute - opens.minute,
        seconds=closes.second - opens.second,
    )
