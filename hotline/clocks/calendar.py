"""日历: which days count as working days, as versioned data.

Owns the working-day index and the checks a calendar must pass before it is published. Knows no
clock rule, no office hour and no source: whoever publishes the days hands them in.
"""

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta, timezone
from enum import StrEnum
from itertools import accumulate, groupby, pairwise
from typing import Final, Self

from hotline.values import dataclass

# A fixed offset: China has kept one time all year since 1992, and no zone file is read.
SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")

WORKLESS_DAYS_MAX: Final = 14
"""A calendar has a working day in every stretch this long (longest real one: 10 days, 2020)."""

WORKDAYS_A_YEAR: Final = range(240, 257)
"""Plausible working days of a published year (2004-2026 have 248 to 252); our default."""

FIXED_HOLIDAYS: Final = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}
"""Statutory days with a fixed date, all that is taken off in an unpublished year (our default)."""

_INDEXED_YEARS: Final = (2000, 2099)


class DayKind(StrEnum):
    """日类别: why a day counts or does not."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP_WORKDAY = "makeup_workday"

    @property
    def works(self) -> bool:
        """Whether the day is a working day."""
        return self in (DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY)


@dataclass(frozen=True, slots=True)
class Day:
    """日: one day of a calendar, with the name of its holiday and where the fact comes from."""

    date: date
    kind: DayKind
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """连续日: consecutive days off (or one make-up working day) that share a name."""

    kind: DayKind
    first: date
    last: date
    note: str

    @property
    def days(self) -> int:
        """How many days, weekends inside a holiday included."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class CalendarProblem:
    """日历问题: why a list of days may not be published, and where."""

    code: str
    detail: str
    at: date | None = None


class CalendarExhaustedError(Exception):
    """日历用尽: no working day where there must be one; the calendar itself is broken."""

    code: Final = "calendar-exhausted"

    def __init__(self, at: date, version: str) -> None:
        self.at = at
        self.version = version
        super().__init__(
            f"calendar {version!r} has too few working days around {at.isoformat()}; "
            f"publish a corrected calendar for {at.year} (bihuan calendar import)"
        )

    def __reduce__(self) -> tuple[type[Self], tuple[date, str]]:
        return type(self), (self.at, self.version)


class Calendar:
    """日历: an immutable index of working days; every question is a look-up, never a walk."""

    __slots__ = (
        "_counts",
        "_first",
        "_listed",
        "_run_ends",
        "_runs",
        "_workdays",
        "_works",
        "published",
        "version",
    )

    def __init__(self, version: str, listed: dict[date, Day]) -> None:
        self.version: Final = version
        self.published: Final = frozenset(day.year for day in listed)
        self._listed: Final = listed
        first_year = min((_INDEXED_YEARS[0], *self.published))
        last_year = max((_INDEXED_YEARS[1], *self.published))
        years = range(first_year, last_year + 1)
        first = date(first_year, 1, 1).toordinal()
        length = date(last_year, 12, 31).toordinal() - first + 1
        # Ordinal 1 was a Monday.
        works = bytearray((first + offset - 1) % 7 < 5 for offset in range(length))  # noqa: PLR2004 (Saturday)
        exceptions = sorted((*self._fixed_days(years), *listed.values()), key=lambda day: day.date)
        for day in exceptions:
            works[day.date.toordinal() - first] = day.kind.works
        self._first: Final = first
        self._works: Final = bytes(works)
        self._counts: Final = array("I", accumulate(works))
        self._workdays: Final = array("I", (first + i for i, w in enumerate(works) if w))
        self._runs: Final = _runs(exceptions)
        self._run_ends: Final = [run.last for run in self._runs]

    @classmethod
    def of(cls, version: str, days: Iterable[Day]) -> Self:
        """Index published days. A year with no day here is provisional; a later repeat wins.

        Days of a published year that are not listed follow the week.
        """
        return cls(version, {day.date: day for day in days})

    def replaced(self, version: str, days: Iterable[Day]) -> Self:
        """Take over whole years from `days`, and keep every other published year."""
        brought = tuple(days)
        years = {day.date.year for day in brought}
        kept = (day for day in self._listed.values() if day.date.year not in years)
        return type(self).of(version, (*kept, *brought))

    def is_workday(self, day: date) -> bool:
        """Whether the day counts."""
        return self._works[self._offset(day)] == 1

    def is_provisional(self, day: date) -> bool:
        """Whether no official plan for that year is known here."""
        return day.year not in self.published

    def day(self, day: date) -> Day:
        """Give the day with its kind, name and source."""
        if (listed := self._listed.get(day)) is not None:
            return listed
        self._offset(day)
        published = day.year in self.published
        if not published and (note := FIXED_HOLIDAYS.get((day.month, day.day))):
            return Day(day, DayKind.HOLIDAY, note, "provisional")
        kind = DayKind.WEEKEND if _is_weekend(day) else DayKind.WORKDAY
        return Day(day, kind, "", "week" if published else "provisional")

    def nth_workday_after(self, day: date, n: int) -> date:
        """Find the n-th working day strictly after `day`; for 0, the first on or after it."""
        if n < 0:
            raise ValueError(f"n must not be negative: {n}")
        offset = self._offset(day)
        counts = self._counts
        before = counts[offset - 1] if offset else 0
        index = counts[offset] + n - 1 if n else before
        if index >= len(self._workdays):
            raise CalendarExhaustedError(day, self.version)
        found = self._workdays[index]
        if found - self._first - offset > WORKLESS_DAYS_MAX * (n + 1):
            raise CalendarExhaustedError(day, self.version)
        return date.fromordinal(found)

    def next_workday(self, day: date) -> date:
        """Find the first working day on or after `day`."""
        return self.nth_workday_after(day, 0)

    def previous_workday(self, day: date) -> date:
        """Find the last working day strictly before `day`."""
        offset = self._offset(day)
        before = self._counts[offset - 1] if offset else 0
        if before == 0:
            raise CalendarExhaustedError(day, self.version)
        found = self._workdays[before - 1]
        if self._first + offset - found > WORKLESS_DAYS_MAX:
            raise CalendarExhaustedError(day, self.version)
        return date.fromordinal(found)

    def workdays_between(self, after: date, through: date) -> int:
        """How many working days d with after < d <= through; 0 when there is no such day."""
        if through <= after:
            return 0
        return self._counts[self._offset(through)] - self._counts[self._offset(after)]

    def runs_between(self, after: date, through: date) -> list[Run]:
        """Holidays and make-up working days in (after, through], cut to that stretch."""
        found: list[Run] = []
        for index in range(bisect_left(self._run_ends, after), len(self._runs)):
            run = self._runs[index]
            if run.first > through:
                break
            if run.last <= after:
                continue
            if run.first <= after or run.last > through:
                first = max(run.first, after + timedelta(days=1))
                run = Run(run.kind, first, min(run.last, through), run.note)
            found.append(run)
        return found

    def listed_in(self, year: int) -> tuple[Day, ...]:
        """List what was published for that year, in order."""
        return tuple(self._listed[day] for day in sorted(self._listed) if day.year == year)

    def _fixed_days(self, years: Iterable[int]) -> Iterable[Day]:
        for year in years:
            if year not in self.published:
                for (month, day), note in FIXED_HOLIDAYS.items():
                    yield Day(date(year, month, day), DayKind.HOLIDAY, note, "provisional")

    def _offset(self, day: date) -> int:
        offset = day.toordinal() - self._first
        if 0 <= offset < len(self._counts):
            return offset
        raise CalendarExhaustedError(day, self.version)


def calendar_problems(days: Sequence[Day]) -> tuple[CalendarProblem, ...]:
    """Say why these days may not be published as a calendar; nothing means they may.

    A year is given either day by day, each exactly once, or as its exceptions (holidays and make-up
    days). A list of exceptions cannot prove that it is complete, so it must name 1 January, 1 May
    and 1 October, and leave a plausible number of working days.
    """
    if not days:
        return (CalendarProblem("calendar-empty", "the list has no day; nothing was changed"),)
    problems = [
        CalendarProblem("calendar-day-repeated", f"{day.isoformat()} stands {count} times", day)
        for day, count in Counter(day.date for day in days).items()
        if count > 1
    ]
    problems += [problem for day in days if (problem := _kind_problem(day))]
    calendar = Calendar.of("draft", days)
    for year in sorted(calendar.published):
        problems += _year_problems(calendar, year)
    return tuple(problems)


def _kind_problem(day: Day) -> CalendarProblem | None:
    weekend = _is_weekend(day.date)
    if weekend and day.kind is DayKind.WORKDAY:
        detail = "a working Saturday or Sunday is a make-up working day"
    elif not weekend and day.kind is DayKind.MAKEUP_WORKDAY:
        detail = "a make-up working day falls on a Saturday or Sunday"
    elif not weekend and day.kind is DayKind.WEEKEND:
        detail = "a weekend falls on a Saturday or Sunday; a day off in the week is a holiday"
    else:
        return None
    return CalendarProblem("calendar-kind-mismatch", f"{day.date.isoformat()}: {detail}", day.date)


def _year_problems(calendar: Calendar, year: int) -> Iterable[CalendarProblem]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    listed = {day.date: day for day in calendar.listed_in(year)}
    ordinary = any(day.kind in (DayKind.WORKDAY, DayKind.WEEKEND) for day in listed.values())
    length = (last - first).days + 1
    if ordinary and len(listed) < length:
        missing = next(
            day for i in range(length) if (day := first + timedelta(days=i)) not in listed
        )
        detail = f"{year} lists {len(listed)} of {length} days, the first missing is {missing}"
        yield CalendarProblem("calendar-year-incomplete", detail, missing)
    for anchor in (first, date(year, 5, 1), date(year, 10, 1)):
        if calendar.is_workday(anchor) or (not ordinary and anchor not in listed):
            detail = f"{anchor.isoformat()} is a statutory holiday and is not listed as one"
            yield CalendarProblem("calendar-holiday-missing", detail, anchor)
    workdays = [day for i in range(length) if calendar.is_workday(day := first + timedelta(days=i))]
    if len(workdays) not in WORKDAYS_A_YEAR:
        detail = (
            f"{year} has {len(workdays)} working days, expected "
            f"{WORKDAYS_A_YEAR.start} to {WORKDAYS_A_YEAR.stop - 1}"
        )
        yield CalendarProblem("calendar-workdays-implausible", detail, first)
    edges = [first - timedelta(days=1), *workdays, last + timedelta(days=1)]
    for before, after in pairwise(edges):
        if (after - before).days > WORKLESS_DAYS_MAX:
            detail = (
                f"no working day from {before + timedelta(days=1)} to {after - timedelta(days=1)}"
            )
            yield CalendarProblem("calendar-workless", detail, before + timedelta(days=1))


def _is_weekend(day: date) -> bool:
    return day.weekday() >= 5  # noqa: PLR2004 (Saturday is 5)


def _runs(exceptions: Sequence[Day]) -> list[Run]:
    """Join consecutive days off of one name; make-up days stay single, ordinary ones are left."""
    notable = (day for day in exceptions if day.kind in (DayKind.HOLIDAY, DayKind.MAKEUP_WORKDAY))
    runs: list[Run] = []
    for _, group in groupby(
        enumerate(notable),
        key=lambda pair: (pair[1].date.toordinal() - pair[0], pair[1].kind, pair[1].note),
    ):
        together = [day for _, day in group]
        runs.append(Run(together[0].kind, together[0].date, together[-1].date, together[0].note))
    return runs
