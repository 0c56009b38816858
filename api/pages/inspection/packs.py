"""Packs 证据包: one action a ticket, for a stated reason; what is taken is logged with its hash."""

from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import reading
from api.json.system import REASON_LENGTH_MIN
from api.looking import note_look
from api.packs.content import Order, make_pack
from api.packs.fonts import chinese_font
from api.pages.frame import form_text, language, render, told
from api.problems import ProblemError
from api.security import actor_of, check_csrf, faces, in_thread, member_of, requires
from hotline.people.access import Look, shown_to
from hotline.people.queries import Query

router = APIRouter(include_in_schema=False)


@router.get("/inspect/tickets/{number}/pack", dependencies=[requires(Query.EVIDENCE_PACK)])
async def pack_page(request: Request, number: str) -> Response:
    """证据包: what it will hold, and the question why it is taken."""
    return await _page(request, number)


@router.post("/inspect/tickets/{number}/pack", dependencies=[requires(Query.EVIDENCE_PACK)])
async def take(request: Request, number: str) -> Response:
    """制作证据包: as ZIP with everything, or as the document alone."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    member, house = await member_of(request), faces(request)
    if member is None:
        raise ProblemError("not-logged-in")
    reason = form_text(form, "reason").strip()[:300]
    if len(reason) < REASON_LENGTH_MIN:
        problem = ProblemError(
            "reason-missing", violations=[{"field": "reason", "code": "missing"}]
        )
        return await _page(request, number, problem=problem)
    order = Order(member, actor_of(request), reason, house.clock(), language(request))
    pack = await in_thread(partial(make_pack, house, order, number))
    await note_look(request, Look.PACK, f"ticket/{number}", f"{reason} {pack.pack_hash}")
    is_pdf = form_text(form, "form") == "pdf"
    if is_pdf and pack.document is None:
        return await _page(request, number, problem=ProblemError("pdf-font-missing"))
    kind = "pdf" if is_pdf else "zip"
    return Response(
        pack.document if is_pdf else pack.archive,
        media_type=f"application/{kind}",
        headers={
            "Content-Disposition": f'attachment; filename="{pack.name}.{kind}"',
            "Cache-Control": "no-store",
            "X-Pack-Hash": pack.pack_hash,
        },
    )


async def _page(request: Request, number: str, *, problem: ProblemError | None = None) -> Response:
    try:
        values = await in_thread(partial(_gathered, request, number))
    except ProblemError as closed:
        if closed.code != "access-not-open":
            raise
        locked = {"number": number, **told(request, problem)}
        return render(request, "locked.html", locked, 403)
    values |= told(request, problem)
    return render(request, "inspection/pack.html", values, problem.status if problem else 200)


def _gathered(request: Request, number: str) -> dict[str, Any]:
    house, actor = faces(request), actor_of(request)
    seen = reading.detail(house, actor, number)
    looks = shown_to(actor, house.access_book.of(f"ticket/{number}"))
    return {
        "number": number,
        "title": seen.state.title,
        "version": seen.version,
        "looks": len(looks),
        "taken": [one for one in looks if one.action is Look.PACK],
        "names": {one.person: one.display_name for one in house.accounts.staff()},
        "has_font": chinese_font() is not None,
    }
