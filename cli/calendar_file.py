"""日历文件: reads a calendar from CSV, and says of every row that is wrong what is wrong with it.

Columns: `date`, one of `kind` (workday, weekend, holiday, makeup_workday) or `is_workday` (1/0,
true/false, 是/否), and `note`. A year is given day by day, or as holidays and make-up days only.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from cli.tabular import RowProblem, decoded
from hotline.clocks.calendar import CalendarProblem, Day, DayKind, calendar_problems

BYTES_MAX: Final = 4 * 1024 * 1024
"""A century of days is well below this; anything larger is another file (our default)."""

FIELD_CHARACTERS_MAX: Final = 1_000
"""The longest note of a day; a quote that is never closed ends here (our default)."""

_TRUE: Final = frozenset({"1", "true", "yes", "是"})
_FALSE: Final = frozenset({"0", "false", "no", "否"})


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """日历文件: the days that could be read, and everything that speaks against them."""

    days: tuple[Day, ...]
    problems: tuple[RowProblem, ...]


def read_calendar(content: bytes, source: str) -> CalendarFile:
    """Read and check a whole file; with any problem nothing of it may be published."""
    text = decoded(content, BYTES_MAX)
    if isinstance(text, RowProblem):
        return CalendarFile((), (text,))
    csv.field_size_limit(FIELD_CHARACTERS_MAX)  # one for the process, so it is set at each reading
    reader = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True)
    try:
        columns = {(name or "").strip().lower() for name in reader.fieldnames or ()}
    except csv.Error as error:
        return CalendarFile((), (RowProblem(1, "calendar-row-unreadable", str(error)),))
    if "date" not in columns or not columns & {"kind", "is_workday"}:
        detail = "the first line must name the columns date, kind (or is_workday), note"
        return CalendarFile((), (RowProblem(1, "calendar-columns-missing", detail),))
    rows: dict[date, int] = {}
    days: list[Day] = []
    problems: list[RowProblem] = []
    try:
        for raw in reader:
            fields = {
                (name or "").strip().lower(): (value or "").strip()
                for name, value in raw.items()
                if isinstance(value, str) or value is None
            }
            if not any(fields.values()):
                continue
            day = _day_of(fields, reader.line_num, source)
            if isinstance(day, RowProblem):
                problems.append(day)
            else:
                days.append(day)
                rows[day.date] = reader.line_num  # a repeated day is reported at its last row
    except csv.Error as error:
        problems.append(RowProblem(reader.line_num, "calendar-row-unreadable", str(error)))
    if not problems:
        problems = [_at_row(problem, rows) for problem in calendar_problems(days)]
    return CalendarFile(tuple(days), tuple(problems))


def _day_of(fields: Mapping[str, str], row: int, source: str) -> Day | RowProblem:
    text = fields["date"]
    try:
        at = date.fromisoformat(text)
    except ValueError:
        return RowProblem(row, "calendar-date-malformed", "write the date like 2027-01-01")
    kind = _kind_of(fields, at)
    if kind is None:
        kinds = ", ".join(kind.value for kind in DayKind)
        detail = f"kind is one of {kinds}; is_workday is 1 or 0"
        return RowProblem(row, "calendar-kind-unknown", detail)
    return Day(at, kind, fields.get("note", ""), source)


def _kind_of(fields: Mapping[str, str], at: date) -> DayKind | None:
    if kind := fields.get("kind", "").lower():
        return DayKind(kind) if kind in set(DayKind) else None
    # A plain yes or no: the week tells an ordinary day from an exception.
    works = fields.get("is_workday", "").lower()
    weekend = at.weekday() >= 5  # noqa: PLR2004 (Saturday is 5)
    if works in _TRUE:
        return DayKind.MAKEUP_WORKDAY if weekend else DayKind.WORKDAY
    if works in _FALSE:
        named = bool(fields.get("note"))
        return DayKind.WEEKEND if weekend and not named else DayKind.HOLIDAY
    return None


def _at_row(problem: CalendarProblem, rows: Mapping[date, int]) -> RowProblem:
    row = rows.get(problem.at, 0) if problem.at else 0
    return RowProblem(row, problem.code, problem.detail)
