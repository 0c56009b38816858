"""Erasure requests 删除申请: an authorised person decides; the law's reasons stand beside each."""

from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.bodies import read_fields
from api.erasing import requests
from api.pages.frame import form_text, render, told
from api.pages.submitting import submit
from api.problems import ProblemError
from api.security import actor_of, check_csrf, faces, in_thread, requires
from api.sending import SHOWN_SECONDS
from hotline.correspondence.commands import DenyErasure, GrantErasure
from hotline.people.queries import Query

router = APIRouter(include_in_schema=False)


@router.get("/erasures", dependencies=[requires(Query.ERASURES)])
async def erasures(request: Request) -> Response:
    """删除申请."""
    return await _page(request, None)


@router.post("/erasures/{citizen}", dependencies=[requires(GrantErasure)])
async def decide(request: Request, citizen: str) -> Response:
    """同意或不同意删除."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    house, actor = faces(request), actor_of(request)
    grants = form_text(form, "decision") == "grant"
    command = GrantErasure if grants else DenyErasure
    values = {"reason": form_text(form, "reason")}
    if not grants:
        values["basis"] = form_text(form, "basis")
    try:
        body = read_fields(values, command)
        receipt = await submit(request, form, actor, command, body, stream=f"citizen/{citizen}")
    except ProblemError as problem:
        return await _page(request, problem)
    await in_thread(partial(house.gateway.caught_up, receipt, SHOWN_SECONDS))
    return RedirectResponse("/erasures", 303)


async def _page(request: Request, problem: ProblemError | None) -> Response:
    house = faces(request)
    values = {
        "requests": await in_thread(partial(requests, house)),
        "new_id": house.new_id,
        **told(request, problem),
    }
    return render(request, "erasures.html", values, problem.status if problem else 200)
