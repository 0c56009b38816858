"""Figures 指标接口: every number with numerator, denominator and the rows behind both."""

from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter
from fastapi import Query as Parameter
from starlette.requests import Request
from starlette.responses import Response

from api import reading
from api.json.queries import Code, Cursor, Limit, answer
from api.problems import ProblemError
from api.security import actor_of, faces, in_thread, requires
from hotline.people.queries import Query
from hotline.people.sight import listed_for
from projections.kpis import queries as kpis
from projections.kpis.definition import Period, Scope

router = APIRouter(tags=["figures"])

Moment = Annotated[datetime, Parameter(description="with an offset")]


def _period(request: Request, since: datetime, until: datetime) -> Period:
    """Read a span; a running one ends now."""
    if since.tzinfo is None or until.tzinfo is None or since >= until:
        raise ProblemError("input-invalid", violations=[{"field": "since", "code": "invalid"}])
    return Period(since, min(until, faces(request).clock()))


@router.get("/kpis", dependencies=[requires(Query.KPI_READ)])
async def read_kpis(
    request: Request, since: Moment, until: Moment, department: Code = "", region: Code = ""
) -> Response:
    """指标 of a span."""
    period = _period(request, since, until)
    scope = Scope(reading.scope_of(actor_of(request), department), region)
    found = await in_thread(
        partial(reading.ask, faces(request), lambda c: kpis.evaluate(c, period, scope))
    )
    return answer({"items": found})


@router.get("/kpis/{code}/{side}", dependencies=[requires(Query.KPI_READ)])
async def read_rows(
    request: Request,
    code: str,
    side: str,
    *,
    since: Moment,
    until: Moment,
    department: Code = "",
    region: Code = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response:
    """List the rows behind `numerator`, `denominator` or an exclusion."""
    period, actor = _period(request, since, until), actor_of(request)
    scope = Scope(reading.scope_of(actor, department), region)
    sight = listed_for(actor)
    ask = partial(
        reading.ask,
        faces(request),
        lambda c: kpis.drill(c, code, side, period, scope, cursor=cursor, limit=limit, sight=sight),
    )
    try:
        page = await in_thread(ask)
    except (KeyError, ValueError):
        raise ProblemError("unknown-page") from None
    return answer({"items": page.lines, "cursor": page.cursor})
