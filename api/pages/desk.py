"""Desk 工作台: the start page by role, and the work-lists."""

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import reading
from api.pages.frame import render
from api.security import acting, actor_of, any_staff, faces, in_thread, member_of, requires
from hotline.people.queries import QUERIES, Query
from hotline.people.sight import listed_for
from projections.cursors import Page
from projections.tickets import boards
from projections.tickets.line import TicketLine
from projections.tickets.queries import TicketFilter

router = APIRouter(include_in_schema=False)

_RECENT: Final = 8
_COUNTED_MAX: Final = 500


@router.get("/", dependencies=[any_staff()])
async def home(request: Request) -> Response:
    """工作台: figures that lead to their tickets."""
    house, member = faces(request), await member_of(request)
    if member is None or member.acting_as(QUERIES[Query.TICKET_LIST]) is None:
        return render(request, "home.html", {"figures": [], "recent": []})
    actor = acting(member, QUERIES[Query.TICKET_LIST])

    def count(**wanted: Any) -> str:
        page = reading.ticket_page(house, actor, TicketFilter(**wanted), "", _COUNTED_MAX)
        return f"{len(page.lines)}{'+' if page.cursor else ''}"

    def figures() -> list[tuple[str, str, str, str]]:
        return [
            ("open_count", count(open=True), "/tickets?open=true", ""),
            ("red_count", count(light="red"), "/tickets?light=red", "red"),
            ("yellow_count", count(light="yellow"), "/tickets?light=yellow", "yellow"),
            ("supervised_count", count(supervised=True), "/tickets?supervised=true", ""),
        ]

    recent = await in_thread(
        partial(reading.ticket_page, house, actor, TicketFilter(), "", _RECENT)
    )
    values = {
        "figures": await in_thread(partial(figures)),
        "recent": recent.lines,
    }
    return render(request, "home.html", values)


async def _board(
    request: Request, name: str, question: Callable[..., Page[TicketLine]], **options: Any
) -> Response:
    house, actor = faces(request), actor_of(request)
    cursor = request.query_params.get("cursor", "")[:500]
    page = await in_thread(
        partial(
            reading.ask,
            house,
            lambda connection: question(
                connection, cursor=cursor, sight=listed_for(actor), **options
            ),
        )
    )
    department = request.query_params.get("department", "")
    values = {"name": name, "lines": page.lines, "cursor": page.cursor, "department": department}
    return render(request, "board.html", values)


@router.get("/deadlines", dependencies=[requires(Query.DEADLINE_BOARD)])
async def deadlines(request: Request) -> Response:
    """时限看板."""
    mine = reading.scope_of(actor_of(request), request.query_params.get("department", ""))
    return await _board(request, "deadlines", boards.deadlines, department=mine)


@router.get("/returns", dependencies=[requires(Query.RETURNS_BOARD)])
async def returns(request: Request) -> Response:
    """退单与推诿."""
    mine = reading.scope_of(actor_of(request), request.query_params.get("department", ""))
    return await _board(request, "returns", boards.ping_pong, department=mine)
