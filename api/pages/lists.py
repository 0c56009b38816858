"""Lists 列表: the list of tickets with its filters, lists that a member keeps, and exports."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from api import reading
from api.exporting import as_csv, as_xlsx, lines_of, rows
from api.pages.frame import form_text, language, moment, render
from api.problems import ProblemError
from api.security import actor_of, check_csrf, faces, in_thread, member_of, requires
from hotline.people.queries import QUERIES, Query
from projections.tickets.queries import TicketFilter

router = APIRouter(include_in_schema=False)

KEPT: Final = "list/"
NAME_LENGTH_MAX: Final = 40
FILTERS: Final = (
    *("text", "number", "kind", "type", "stage", "open", "department", "light", "supervised"),
)
EXPORTS: Final = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_YES: Final = frozenset({"1", "true", "on"})
_NAME: Final = re.compile(r"[^/\x00-\x1f]+")


def filter_of(given: Mapping[str, str]) -> TicketFilter:
    """Read a filter as an address says it."""
    return TicketFilter(
        text=given.get("text", ""),
        number=given.get("number", ""),
        kind=given.get("kind", ""),
        type=given.get("type", ""),
        stages=(given["stage"],) if given.get("stage") else (),
        open={"true": True, "false": False}.get(given.get("open", "")),
        department=given.get("department", ""),
        light=given.get("light", ""),
        supervised=given.get("supervised", "") in _YES,
    )


def asked(request: Request) -> dict[str, str]:
    """Give the filters that an address names."""
    params = request.query_params
    return {name: params[name][:200] for name in FILTERS if params.get(name)}


@router.get("/tickets", dependencies=[requires(Query.TICKET_LIST)])
async def list_page(request: Request) -> Response:
    """工单列表."""
    house, actor, given = faces(request), actor_of(request), asked(request)
    cursor = request.query_params.get("cursor", "")
    page = await in_thread(partial(reading.ticket_page, house, actor, filter_of(given), cursor))
    kept = await in_thread(partial(house.notes.listed, actor.person, KEPT))
    member = await member_of(request)
    values: dict[str, Any] = {
        "lines": page.lines,
        "cursor": page.cursor,
        "given": given,
        "query": urlencode(given),
        "kept": [(place.removeprefix(KEPT), query) for place, query in kept],
        "may_export": member is not None
        and member.acting_as(QUERIES[Query.RETURNS_BOARD]) is not None,
    }
    return render(request, "tickets.html", values)


@router.post("/lists", dependencies=[requires(Query.TICKET_LIST)])
async def keep_list(request: Request) -> Response:
    """保存筛选, or drop one that was kept."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house, person = faces(request), actor_of(request).person
    name, query = form_text(form, "name").strip(), form_text(form, "query")
    if not _NAME.fullmatch(name) or len(name) > NAME_LENGTH_MAX:
        raise ProblemError("input-invalid", violations=[{"field": "name", "code": "invalid"}])
    if form_text(form, "drop"):
        await in_thread(partial(house.notes.drop, person, KEPT + name))
        return RedirectResponse("/tickets", 303)
    clean = urlencode([(key, word[:200]) for key, word in parse_qsl(query) if key in FILTERS])
    await in_thread(partial(house.notes.keep, person, KEPT + name, clean, house.clock()))
    return RedirectResponse(f"/tickets?{clean}", 303)


@router.get("/tickets/export.{kind}", dependencies=[requires(Query.RETURNS_BOARD)])
async def export(request: Request, kind: str) -> Response:
    """导出 for whoever may see the boards; call-takers may not (handbook, section 9). Logged."""
    if kind not in EXPORTS:
        raise ProblemError("unknown-page")
    house, actor, given = faces(request), actor_of(request), asked(request)
    member, now, chosen = await member_of(request), house.clock(), language(request)
    if member is None:
        raise ProblemError("not-logged-in")
    reason = f"export.{kind} {urlencode({k: v for k, v in given.items() if k != 'text'})}"
    await in_thread(
        partial(house.accounts.open_access, actor, f"export/{actor.person}", reason[:500], now)
    )
    taken = house.messages.text(
        chosen, "page.taken_by", name=f"{member.display_name} {member.username}", time=moment(now)
    )
    write, media_type = EXPORTS[kind]
    body = write(rows(house, chosen, lines_of(house, actor, filter_of(given)), taken))
    return StreamingResponse(
        body,
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="tickets-{now:%Y%m%d-%H%M}.{kind}"',
            "Cache-Control": "no-store",
        },
    )
