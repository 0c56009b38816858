"""Calendars 工作日历: a year at a glance, and a change of it tried before it is published.

A year is written as the notices of 国务院办公厅 say it: periods off, and days worked instead. What
a published year does not name follows the week; a year without a notice is provisional and marked.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from itertools import groupby
from typing import Any, Final

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from api.pages.administration.forms import done, form_of, line, send, show, wrong
from api.pages.frame import form_text
from api.problems import ProblemError
from api.security import faces, in_thread, requires
from hotline.clocks.calendar import SHANGHAI, Calendar, Day, DayKind, Run, calendar_problems
from hotline.routing.commands import PublishCalendar

router = APIRouter(include_in_schema=False)

PATH: Final = "/admin/calendars"
YEARS: Final = range(2000, 2100)
EMPTY_ROWS: Final = 3
PERIODS_MAX: Final = 60
PERIOD_DAYS_MAX: Final = 31
MOVED_SHOWN: Final = 100
_NOTABLE: Final = (DayKind.HOLIDAY, DayKind.MAKEUP_WORKDAY)
_STREAM: Final = "calendar/"
_ONE_DAY: Final = timedelta(days=1)


@router.get(PATH, dependencies=[requires(PublishCalendar)])
async def year_page(request: Request) -> Response:
    """年历."""
    asked = request.query_params.get("year", "")
    return await _page(request, _year(asked, faces(request).clock().astimezone(SHANGHAI).year))


@router.post(PATH, dependencies=[requires(PublishCalendar)])
async def try_or_publish(request: Request) -> Response:
    """预览, or 发布 what was previewed."""
    form = await form_of(request)
    year = _year(form_text(form, "year"), faces(request).clock().astimezone(SHANGHAI).year)
    rows = _rows(form)
    try:
        calendar = _calendar(request, year, rows, line(form, "name"), line(form, "source"))
        if not form_text(form, "publish"):
            return await _page(request, year, rows=rows, tried=calendar, form=form)
        days = tuple(day for one in sorted(calendar.published) for day in calendar.listed_in(one))
        await send(request, form, _STREAM, PublishCalendar(version=calendar.version, days=days))
    except ProblemError as problem:
        return await _page(request, year, problem, rows=rows, form=form)
    return done(f"{PATH}?year={year}")


def _year(given: str, otherwise: int) -> int:
    return int(given) if given.isdecimal() and int(given) in YEARS else otherwise


def _rows(form: FormData) -> list[tuple[str, str, str, str]]:
    """Read the rows of the form: first, last, kind, name; empty ones are left out."""
    columns = [
        [value if isinstance(value, str) else "" for value in form.getlist(name)]
        for name in ("first", "last", "kind", "note")
    ]
    rows = zip(*columns, strict=False)
    return [row for row in rows if any(word.strip() for word in (row[0], row[1], row[3]))][
        :PERIODS_MAX
    ]


def _calendar(
    request: Request, year: int, rows: list[tuple[str, str, str, str]], version: str, source: str
) -> Calendar:
    """Make the calendar that the form describes, with every other published year kept."""
    if not version:
        raise wrong("version")
    days = [day for row in rows for day in _days(row, year, source)]
    if problems := calendar_problems(days):
        raise ProblemError(problems[0].code, {"detail": problems[0].detail}, status=422)
    current = faces(request).administration.clocks("").calendar
    return current.replaced(version, days)


def _days(row: tuple[str, str, str, str], year: int, source: str) -> Iterator[Day]:
    try:
        first = date.fromisoformat(row[0])
        last = date.fromisoformat(row[1] or row[0])
        kind = DayKind(row[2])
    except ValueError:
        raise wrong("first", "wrong-type") from None
    if first.year != year or last.year != year or not 0 <= (last - first).days < PERIOD_DAYS_MAX:
        raise wrong("last", "wrong-type")
    if kind not in _NOTABLE:
        raise wrong("kind", "unknown-word")
    day = first
    while day <= last:
        yield Day(day, kind, row[3].strip()[:40], source)
        day += _ONE_DAY


async def _page(
    request: Request,
    year: int,
    problem: ProblemError | None = None,
    *,
    rows: list[tuple[str, str, str, str]] | None = None,
    tried: Calendar | None = None,
    form: FormData | None = None,
) -> Response:
    house = faces(request)
    current = house.administration.clocks("").calendar
    shown = tried or current
    now = house.clock().astimezone(SHANGHAI)
    first, last = date(year, 1, 1), date(year, 12, 31)
    listed = rows if rows is not None else [_row(run) for run in _runs(current, year)]
    foresight: Any = None
    if tried is not None:
        foresight = await in_thread(partial(house.administration.foresee_calendar, "", tried))
    values = {
        "year": year,
        "years": [one for one in range(now.year - 2, now.year + 4) if one in YEARS],
        "calendar": current,
        "provisional": shown.is_provisional(first),
        "months": [_month(shown, current, year, month) for month in range(1, 13)],
        "workdays": shown.workdays_between(first - _ONE_DAY, last),
        "workdays_before": current.workdays_between(first - _ONE_DAY, last),
        "rows": [*listed, *[("", "", "holiday", "")] * EMPTY_ROWS],
        "kinds": [kind.value for kind in _NOTABLE],
        "tried": tried,
        "foresight": foresight,
        "moved": foresight.moved[:MOVED_SHOWN] if foresight else [],
        "name": line(form, "name") if form else f"cn-{year}@{now:%Y%m%d-%H%M}",
        "source": line(form, "source") if form else "",
    }
    return await show(request, "admin/calendars.html", values, problem, stream=_STREAM)


def _runs(calendar: Calendar, year: int) -> list[Run]:
    if calendar.is_provisional(date(year, 1, 1)):
        return []
    notable = [day for day in calendar.listed_in(year) if day.kind in _NOTABLE]
    runs: list[Run] = []
    for _, group in groupby(
        enumerate(notable), key=lambda p: (p[1].date.toordinal() - p[0], p[1].kind, p[1].note)
    ):
        days = [day for _, day in group]
        runs.append(Run(days[0].kind, days[0].date, days[-1].date, days[0].note))
    return runs


def _row(run: Run) -> tuple[str, str, str, str]:
    return run.first.isoformat(), run.last.isoformat(), run.kind.value, run.note


def _month(
    shown: Calendar, current: Calendar, year: int, month: int
) -> tuple[int, int, list[list[dict[str, Any] | None]]]:
    """Lay a month out in weeks that begin on Monday; give number, working days and weeks."""
    day, weeks = date(year, month, 1), []
    week: list[dict[str, Any] | None] = [None] * day.weekday()
    works = 0
    while day.month == month:
        found = shown.day(day)
        works += found.kind.works
        week.append(
            {
                "day": day.day,
                "kind": found.kind.value,
                "note": found.note,
                "provisional": shown.is_provisional(day) and found.kind is DayKind.HOLIDAY,
                "moved": current.day(day).kind.works != found.kind.works,
            }
        )
        if len(week) == 7:  # noqa: PLR2004 - days of a week
            weeks.append(week)
            week = []
        day += _ONE_DAY
    if week:
        weeks.append(week + [None] * (7 - len(week)))
    return month, works, weeks
