"""Figures 数字: indicators, ratings, audit trail and dead letters. A number leads to its rows."""

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api import reading
from api.naming import Naming
from api.pages.frame import language, render
from api.problems import ProblemError
from api.security import actor_of, check_csrf, faces, in_thread, requires
from api.text_log import text_page
from hotline.clocks.calendar import SHANGHAI
from hotline.people.queries import Query
from hotline.people.sight import listed_for
from projections.audit import queries as audit
from projections.evaluations import queries as evaluations
from projections.kpis import queries as kpis
from projections.kpis.definition import Period, Scope
from projections.kpis.formulas import ALL

router = APIRouter(include_in_schema=False)

_SPAN: Final = timedelta(days=30)
_INSTANT: Final = timedelta(microseconds=1)
"""A period ends before its last instant; that one tells its last day."""


def period_of(request: Request) -> Period:
    """Read the span that is asked for; the last 30 days by default. A running day ends now."""
    now = faces(request).clock()
    since = _day(request.query_params.get("since", ""))
    until = _day(request.query_params.get("until", ""))
    end = min(until + timedelta(days=1), now) if until else now
    start = since or (end - _SPAN)
    if start >= end:
        raise ProblemError("input-invalid", violations=[{"field": "since", "code": "invalid"}])
    return Period(start, end)


def _day(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return datetime.fromisoformat(text[:10]).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise ProblemError(
            "input-invalid", violations=[{"field": "since", "code": "invalid"}]
        ) from None


def _days(period: Period) -> dict[str, str]:
    return {
        "since": period.since.astimezone(SHANGHAI).date().isoformat(),
        "until": (period.until - _INSTANT).astimezone(SHANGHAI).date().isoformat(),
    }


def _query(period: Period, limits: Scope) -> str:
    """Write what a figure is about as an address."""
    parts = {**_days(period), "department": limits.department, "region": limits.region}
    return urlencode({name: value for name, value in parts.items() if value})


def scope(request: Request) -> Scope:
    """Limit a department to itself."""
    asked = request.query_params.get("department", "")[:64]
    region = request.query_params.get("region", "")[:12]
    return Scope(department=reading.scope_of(actor_of(request), asked), region=region)


@router.get("/kpis", dependencies=[requires(Query.KPI_READ)])
async def indicators(request: Request) -> Response:
    """指标: every number with numerator, denominator and the tickets behind both."""
    period, limits = period_of(request), scope(request)
    found = await in_thread(
        partial(reading.ask, faces(request), lambda c: kpis.evaluate(c, period, limits))
    )
    values = {"kpis": found, "limits": limits, "query": _query(period, limits)}
    values["place"] = Naming(faces(request), language(request)).region(limits.region)
    return render(request, "kpis.html", {**values, **_days(period)})


@router.get("/kpis/{code}/{side}", dependencies=[requires(Query.KPI_READ)])
async def behind(request: Request, code: str, side: str) -> Response:
    """List the tickets behind one side of a figure."""
    period, limits, actor = period_of(request), scope(request), actor_of(request)
    cursor = request.query_params.get("cursor", "")[:500]
    ask = partial(
        reading.ask,
        faces(request),
        lambda c: kpis.drill(c, code, side, period, limits, cursor=cursor, sight=listed_for(actor)),
    )
    try:
        page: Any = await in_thread(ask)
    except (KeyError, ValueError):
        raise ProblemError("unknown-page") from None
    values = {
        "entries": page.lines,
        "cursor": page.cursor,
        "name": ALL[code].zh if language(request) == "zh" else ALL[code].en,
        "limits": limits,
        "query": _query(period, limits),
        "place": Naming(faces(request), language(request)).region(limits.region),
        "side": side,
        **_days(period),
    }
    return render(request, "drill.html", values)


@router.get("/statistics", dependencies=[requires(Query.EVALUATION_STATISTICS)])
async def statistics(request: Request) -> Response:
    """评价统计."""
    period, limits = period_of(request), scope(request)
    found = await in_thread(
        partial(
            reading.ask,
            faces(request),
            lambda c: evaluations.statistics(
                c, period.since, period.until, department=limits.department
            ),
        )
    )
    return render(request, "statistics.html", {"found": found, **_days(period)})


@router.get("/audit", dependencies=[requires(Query.AUDIT_READ)])
async def trail(request: Request) -> Response:
    """审计."""
    given = request.query_params
    wanted = audit.EventFilter(
        stream=given.get("stream", "")[:200], person=given.get("person", "")[:200]
    )
    cursor = given.get("cursor", "")[:500]
    page = await in_thread(
        partial(reading.ask, faces(request), lambda c: audit.events(c, wanted, cursor=cursor))
    )
    values = {
        "lines": page.lines,
        "cursor": page.cursor,
        "stream": wanted.stream,
        "person": wanted.person,
    }
    return render(request, "audit.html", values)


@router.get("/texts", dependencies=[requires(Query.TEXT_LOG)])
async def texts(request: Request) -> Response:
    """短信记录."""
    given = {name: value[:200] for name, value in request.query_params.items()}
    asked = {name: given.get(name, "").strip() for name in ("ticket", "status", "template")}
    cursor = request.query_params.get("cursor", "")[:500]
    page = await in_thread(
        partial(
            text_page,
            faces(request),
            actor_of(request),
            ticket=asked["ticket"],
            status=asked["status"],
            template=asked["template"],
            cursor=cursor,
        )
    )
    return render(
        request, "texts.html", {"lines": page.lines, "cursor": page.cursor, "given": asked}
    )


@router.get("/dead-letters", dependencies=[requires(Query.DEAD_LETTERS)])
async def letters(request: Request) -> Response:
    """死信."""
    after = request.query_params.get("after", "")[:64]
    found = await in_thread(partial(faces(request).dead_letters.list, after=after))
    values = {"letters": found, "resent": "resent" in request.query_params}
    return render(request, "dead_letters.html", values)


@router.post("/dead-letters/{letter}", dependencies=[requires(Query.DEAD_LETTERS)])
async def resend(request: Request, letter: str, csrf: Annotated[str, Form()] = "") -> Response:
    """重新发送."""
    check_csrf(request, csrf)
    if await in_thread(partial(faces(request).dead_letters.resend, letter)) is None:
        raise ProblemError("unknown-dead-letter")
    return RedirectResponse("/dead-letters?resent=1", 303)
