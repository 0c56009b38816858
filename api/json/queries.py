"""Queries 查询接口: everything that can be asked of tickets and of the organisation."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter
from fastapi import Query as Parameter
from starlette.requests import Request
from starlette.responses import Response

from api import reading
from api.json.commands import HOUSE_REGION, kebab
from api.looking import note_look
from api.offers import offers
from api.problems import ProblemError
from api.security import actor_of, faces, in_thread, member_of, requires
from hotline.people.access import Look
from hotline.people.queries import Query
from hotline.people.sight import listed_for
from hotline.routing.state import Catalogue, PublishedCalendar
from projections.audit import queries as audit
from projections.cursors import Page
from projections.evaluations import queries as evaluations
from projections.tickets import boards
from projections.tickets import queries as tickets

router = APIRouter()

Cursor = Annotated[str, Parameter(max_length=500)]
Limit = Annotated[int, Parameter(ge=1, le=500)]
Code = Annotated[str, Parameter(max_length=200)]
Moment = Annotated[datetime | None, Parameter()]
_SHOWN: Final = 50


def answer(value: Any, version: int = 0) -> Response:
    """Write JSON."""
    headers = {"ETag": f'"{version}"'} if version else {}
    return Response(msgspec.json.encode(value), 200, headers, "application/json")


def _aware(moment: datetime | None) -> datetime | None:
    if moment is not None and moment.tzinfo is None:
        raise ProblemError("input-invalid", violations=[{"field": "time", "code": "no-offset"}])
    return moment


async def _page(request: Request, question: Callable[..., Page[Any]], **options: Any) -> Response:
    """Ask for a page of the tickets that the reader may see."""
    house, actor = faces(request), actor_of(request)
    page = await in_thread(
        partial(
            reading.ask,
            house,
            lambda connection: question(connection, sight=listed_for(actor), **options),
        )
    )
    return answer(reading.described_page(page))


@router.get("/tickets", dependencies=[requires(Query.TICKET_LIST)], tags=["tickets"])
async def list_tickets(
    request: Request,
    *,
    text: Code = "",
    number: Code = "",
    kind: Code = "",
    type: Code = "",  # noqa: A002 - the word of the domain
    channel: Code = "",
    stage: Annotated[list[str] | None, Parameter()] = None,
    open: bool | None = None,  # noqa: A002 - same
    category: Code = "",
    region: Code = "",
    department: Code = "",
    light: Code = "",
    urgency: int | None = None,
    supervised: bool = False,
    overdue: bool | None = None,
    since: Moment = None,
    until: Moment = None,
    cursor: Cursor = "",
    limit: Limit = _SHOWN,
) -> Response:
    """工单列表: newest first; `stage` may be repeated; `until` is exclusive."""
    wanted = tickets.TicketFilter(
        text=text,
        number=number,
        kind=kind,
        type=type,
        channel=channel,
        stages=tuple(stage or ()),
        open=open,
        category=category,
        region=region,
        department=department,
        light=light,
        urgency=urgency,
        supervised=supervised,
        overdue=overdue,
        since=_aware(since),
        until=_aware(until),
    )
    page = await in_thread(
        partial(reading.ticket_page, faces(request), actor_of(request), wanted, cursor, limit)
    )
    return answer(reading.described_page(page))


@router.get("/tickets/{number}", dependencies=[requires(Query.TICKET_READ)], tags=["tickets"])
async def read_ticket(request: Request, number: str) -> Response:
    """工单详情: with timeline, every due date and its explanation, and what may be done now."""
    house, member = faces(request), await member_of(request)
    seen = await in_thread(partial(reading.detail, house, actor_of(request), number))
    await note_look(request, Look.VIEW, f"ticket/{number}")
    possible = (
        await in_thread(partial(offers, house, member, f"ticket/{number}", at=house.clock()))
        if member
        else ()
    )
    state = seen.state
    return answer(
        {
            "number": number,
            "version": seen.version,
            "ticket": reading.described(seen.line) if seen.line else None,
            "stage": state.stage,
            "dues": {
                name: reading.described_due(due) for name, due in reading.dues_of(state).items()
            },
            "timeline": [reading.described_fact(line, house) for line in seen.facts],
            "commands": [kebab(command) for command in possible],
        },
        seen.version,
    )


@router.get("/inbox", dependencies=[requires(Query.DEPARTMENT_INBOX)], tags=["work"])
async def read_inbox(
    request: Request, department: Code = "", cursor: Cursor = "", limit: Limit = _SHOWN
) -> Response:
    """部门待办."""
    mine = reading.scope_of(actor_of(request), department)
    return await _page(request, boards.inbox, department=mine, cursor=cursor, limit=limit)


@router.get("/revisits", dependencies=[requires(Query.REVISIT_WORKLIST)], tags=["work"])
async def read_revisits(
    request: Request, region: Code = "", cursor: Cursor = "", limit: Limit = _SHOWN
) -> Response:
    """回访任务."""
    return await _page(request, boards.revisits, region=region, cursor=cursor, limit=limit)


@router.get("/deadlines", dependencies=[requires(Query.DEADLINE_BOARD)], tags=["work"])
async def read_deadlines(
    request: Request,
    *,
    before: Moment = None,
    department: Code = "",
    region: Code = "",
    cursor: Cursor = "",
    limit: Limit = _SHOWN,
) -> Response:
    """时限看板."""
    return await _page(
        request,
        boards.deadlines,
        before=_aware(before),
        department=reading.scope_of(actor_of(request), department),
        region=region,
        cursor=cursor,
        limit=limit,
    )


@router.get("/returns", dependencies=[requires(Query.RETURNS_BOARD)], tags=["work"])
async def read_returns(
    request: Request,
    department: Code = "",
    returns_min: Annotated[int, Parameter(ge=1, le=99)] = 1,
    cursor: Cursor = "",
    limit: Limit = _SHOWN,
) -> Response:
    """退单与推诿."""
    return await _page(
        request,
        boards.ping_pong,
        returns_min=returns_min,
        department=reading.scope_of(actor_of(request), department),
        cursor=cursor,
        limit=limit,
    )


@router.get(
    "/tickets/{number}/history", dependencies=[requires(Query.CITIZEN_HISTORY)], tags=["tickets"]
)
async def read_history(
    request: Request, number: str, cursor: Cursor = "", limit: Limit = _SHOWN
) -> Response:
    """诉求人历史: the other tickets of the same citizen, who is named by a ticket only."""
    house, actor = faces(request), actor_of(request)
    seen = await in_thread(partial(reading.detail, house, actor, number))
    return await _page(
        request, tickets.citizen_history, caller=seen.state.caller, cursor=cursor, limit=limit
    )


@router.get(
    "/evaluations/statistics",
    dependencies=[requires(Query.EVALUATION_STATISTICS)],
    tags=["evaluations"],
)
async def read_statistics(
    request: Request, since: datetime, until: datetime, department: Code = "", region: Code = ""
) -> Response:
    """评价统计."""
    house, mine = faces(request), reading.scope_of(actor_of(request), department)
    _aware(since), _aware(until)
    found = await in_thread(
        partial(
            reading.ask,
            house,
            lambda connection: evaluations.statistics(
                connection, since, until, department=mine, region=region
            ),
        )
    )
    rates = {"n": found.n, "good_rate": found.good_rate, "active_rate": found.active_rate}
    return answer({**reading.described(found), **rates})


@router.get("/evaluations", dependencies=[requires(Query.EVALUATION_LIST)], tags=["evaluations"])
async def list_evaluations(
    request: Request,
    *,
    department: Code = "",
    region: Code = "",
    poor_only: bool = False,
    cursor: Cursor = "",
    limit: Limit = _SHOWN,
) -> Response:
    """评价列表."""
    mine = reading.scope_of(actor_of(request), department)
    page = await in_thread(
        partial(
            reading.ask,
            faces(request),
            lambda connection: evaluations.evaluations(
                connection,
                department=mine,
                region=region,
                poor_only=poor_only,
                cursor=cursor,
                limit=limit,
            ),
        )
    )
    return answer(reading.described_page(page))


@router.get("/audit", dependencies=[requires(Query.AUDIT_READ)], tags=["audit"])
async def read_audit(
    request: Request,
    *,
    stream: Code = "",
    type: Code = "",  # noqa: A002 - the column's name
    person: Code = "",
    role: Code = "",
    department: Code = "",
    correlation: Code = "",
    since: Moment = None,
    until: Moment = None,
    cursor: Cursor = "",
    limit: Limit = _SHOWN,
) -> Response:
    """审计: the trail of facts, newest first."""
    wanted = audit.EventFilter(
        stream=stream,
        type=type,
        person=person,
        role=role,
        department=department,
        correlation=correlation,
        since=_aware(since),
        until=_aware(until),
    )
    page = await in_thread(
        partial(
            reading.ask,
            faces(request),
            lambda connection: audit.events(connection, wanted, cursor=cursor, limit=limit),
        )
    )
    return answer(reading.described_page(page))


@router.get(
    "/catalogues/{region}", dependencies=[requires(Query.CATALOGUE_READ)], tags=["settings"]
)
async def read_catalogue(request: Request, region: str) -> Response:
    """派单目录 in force; `house` is the default of the house."""
    stream = f"catalogue/{'' if region == HOUSE_REGION else region}"
    record = await in_thread(partial(faces(request).archive.state, stream))
    if not isinstance(record.state, Catalogue):
        raise ProblemError("unknown-page")
    return answer(record.state, record.version)


@router.get("/calendars/{region}", dependencies=[requires(Query.CALENDAR_READ)], tags=["settings"])
async def read_calendar(request: Request, region: str) -> Response:
    """日历 as published; `house` is the default of the house."""
    stream = f"calendar/{'' if region == HOUSE_REGION else region}"
    record = await in_thread(partial(faces(request).archive.state, stream))
    if not isinstance(record.state, PublishedCalendar):
        raise ProblemError("unknown-page")
    return answer(record.state, record.version)


@router.get("/departments", dependencies=[requires(Query.CATALOGUE_READ)], tags=["settings"])
async def list_departments(request: Request) -> Response:
    """承办单位 that may be given work."""
    directory = await in_thread(partial(faces(request).archive.departments))
    return answer(
        {"items": [{"code": code, **_plain(directory.get(code))} for code in directory.codes()]}
    )


def _plain(value: Any) -> dict[str, Any]:
    return dict(msgspec.to_builtins(value)) if value is not None else {}
