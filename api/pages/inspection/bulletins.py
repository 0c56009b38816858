"""Bulletins 月通报: the figures of a month that stand still, as page, Word and Excel."""

import re
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import reading
from api.bulletins.documents import Issue, annexes, as_excel, as_word, groups_of
from api.bulletins.table import COLUMNS, headings
from api.looking import note_look
from api.naming import Naming
from api.pages.frame import language, moment, render
from api.ports import Faces
from api.problems import ProblemError
from api.security import faces, in_thread, member_of, requires
from hotline.clocks.calendar import SHANGHAI
from hotline.people.access import Look
from hotline.people.queries import Query
from projections.bulletins import bulletin
from projections.kpis.definition import Period

router = APIRouter(include_in_schema=False)

_MONTH: Final = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
MONTHS_OFFERED: Final = 12
_INSTANT: Final = timedelta(microseconds=1)
DOCUMENTS: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get("/bulletins", dependencies=[requires(Query.BULLETIN)])
async def latest(request: Request) -> Response:
    """月通报 of the month that is asked for; the last one that is over by default."""
    return await _page(request, request.query_params.get("month", ""))


@router.get("/bulletins/{month}.{kind}", dependencies=[requires(Query.BULLETIN)])
async def document(request: Request, month: str, kind: str) -> Response:
    """月通报 as a file; taking it is logged."""
    if kind not in DOCUMENTS:
        raise ProblemError("unknown-page")
    house, member = faces(request), await member_of(request)
    if member is None:
        raise ProblemError("not-logged-in")
    chosen, now = language(request), house.clock()
    name = f"{member.display_name} {member.username}"
    taken = house.messages.text(chosen, "page.taken_by", name=name, time=moment(now))
    await note_look(request, Look.BULLETIN, f"bulletin/{month}", kind)

    def write() -> bytes:
        issue = _issue(request, house, month, taken)
        return as_word(issue, now.replace(tzinfo=None)) if kind == "docx" else as_excel(issue)

    content = await in_thread(partial(write))
    return Response(
        content,
        media_type=DOCUMENTS[kind],
        headers={
            "Content-Disposition": f'attachment; filename="bulletin-{month}.{kind}"',
            "Cache-Control": "no-store",
        },
    )


async def _page(request: Request, month: str) -> Response:
    house = faces(request)
    now = house.clock().astimezone(SHANGHAI)
    month = month or _month_before(now.strftime("%Y-%m"))
    issue = await in_thread(partial(_issue, request, house, month, ""))
    await note_look(request, Look.BULLETIN, f"bulletin/{month}")
    period = issue.bulletin.period
    days = {
        "since": period.since.date().isoformat(),
        "until": (period.until - _INSTANT).date().isoformat(),
    }
    values: dict[str, Any] = {
        "issue": issue,
        "month": month,
        "months": _months(now),
        "headings": headings(issue.say)[1:],
        "columns": COLUMNS,
        "groups": list(groups_of(issue)),
        "annexes": list(annexes(issue)),
        "running": period.until > now,
        "link": lambda column, department: (
            f"/kpis/{column.code}/{column.opens}?"
            + urlencode({**days, "department": department} if department else days)
        ),
        **days,
    }
    return render(request, "inspection/bulletin.html", values)


def _issue(request: Request, house: Faces, month: str, taken: str) -> Issue:
    period, chosen = period_of(month), language(request)
    directory, naming = house.archive.departments(), Naming(house, chosen)
    levels = {
        code: level.value
        for code in directory.codes()
        if (level := directory.level(code)) is not None
    }
    found = reading.ask(house, lambda c: bulletin(c, period, levels))
    say = partial(house.messages.text, chosen)
    last = (period.until - _INSTANT).date()
    return Issue(
        bulletin=found,
        title=say("bulletin.title", city=house.city, year=month[:4], month=int(month[5:])),
        subtitle=say("bulletin.subtitle", since=period.since.date(), until=last),
        taken=taken,
        say=say,
        department=naming.department,
        category=naming.category,
    )


def period_of(month: str) -> Period:
    """Give the whole month, as Shanghai counts it."""
    found = _MONTH.fullmatch(month)
    if found is None:
        raise ProblemError("unknown-page")
    year, number = int(found[1]), int(found[2])
    since = datetime(year, number, 1, tzinfo=SHANGHAI)
    until = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=SHANGHAI)
    return Period(since, until)


def _month_before(month: str) -> str:
    first = period_of(month).since
    return (first - _INSTANT).strftime("%Y-%m")


def _months(now: datetime) -> list[str]:
    """Offer the running month and those before it."""
    found = [now.strftime("%Y-%m")]
    while len(found) <= MONTHS_OFFERED:
        found.append(_month_before(found[-1]))
    return found
