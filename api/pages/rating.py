"""Rating pages 评价页: two steps on a phone, without account and JavaScript; a QR code for windows.

First the level, then its indicators and words; the address never holds more than the link.
"""

from functools import partial
from typing import Any, Final

import segno
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.messages import Language
from api.pages.frame import form_text, language, render, told
from api.problems import ProblemError
from api.rating import Rateable, behind, rating_of
from api.security import actor_of, anyone, check_same_site, faces, in_thread, requires
from api.sending import send
from hotline.evaluations.commands import RecordService
from hotline.evaluations.state import Service
from hotline.evaluations.vocabulary import POOR_LEVEL_MAX, Level
from hotline.people.actors import Role
from notifications.rating_links import Way

router = APIRouter(include_in_schema=False)

LEVELS: Final = tuple(sorted((level.value for level in Level), reverse=True))
_TEXT_MAX: Final = 500


@router.get("/rate/{token}", dependencies=[anyone("rating link")])
async def rate_page(request: Request, token: str) -> Response:
    """评价: choose a level, then say why."""
    found = await in_thread(partial(behind, faces(request), token))
    return _page(request, token, found, _level(request.query_params.get("level", "")))


@router.post("/rate/{token}", dependencies=[anyone("rating link")])
async def rate(request: Request, token: str) -> Response:
    """提交评价; where there is one already, the one 追评."""
    check_same_site(request)
    form = await request.form(max_files=0)
    house = faces(request)
    found = await in_thread(partial(behind, house, token))
    level = _level(form_text(form, "level"))
    given: dict[str, Any] = {
        "later": form_text(form, "later") == "1",
        "level": str(level),
        "text": form_text(form, "text")[:_TEXT_MAX],
        "indicators": tuple(one for one in form.getlist("indicators") if isinstance(one, str)),
    }
    identity = f"rate/{found.stream}/{form_text(form, 'message_id')[:64] or house.new_id()}"
    try:
        envelope = await in_thread(rating_of(request, house, found, given, identity=identity))
        await send(request, envelope)
    except ProblemError as problem:
        return _page(request, token, found, level, problem=problem, given=given)
    return RedirectResponse(f"/rate/{token}?thanks=1", 303)


@router.get("/services/{project_no}/{service_number}/qr", dependencies=[requires(RecordService)])
async def qr_page(request: Request, project_no: str, service_number: str) -> Response:
    """评价二维码 for the window: who scans it rates this service, unseen by the staff."""
    house, actor = faces(request), actor_of(request)
    stream = f"service/{project_no}/{service_number}"
    record = await in_thread(partial(house.archive.state, stream))
    service = record.state
    if not isinstance(service, Service):
        raise ProblemError("unknown-service")
    if actor.role is Role.WINDOW_CLERK and actor.department != service.department:
        raise ProblemError("not-your-department", {"department": actor.department})
    token = house.texting.rating_link(stream, Way.QR)
    public = (house.texting.public_url or str(request.base_url)).rstrip("/")
    address = f"{public}/rate/{token}"
    drawing = segno.make(address, error="m").svg_inline(scale=6, border=4, title="QR")
    values = {"drawing": drawing, "address": address, "service": service}
    return render(request, "rate_qr.html", values)


def _page(
    request: Request,
    token: str,
    found: Rateable,
    level: int,
    *,
    problem: ProblemError | None = None,
    given: dict[str, Any] | None = None,
) -> Response:
    chosen: Language = language(request)
    values = {
        "token": token,
        "found": found,
        "may_later": found.may_rate_later(faces(request)),
        "level": level,
        "levels": LEVELS,
        "poor": 0 < level <= POOR_LEVEL_MAX,
        "indicators": [
            (one.code, one.en if chosen == "en" else one.zh)
            for one in faces(request).administration.indicators().of(level)
        ],
        "given": given or {},
        "thanks": "thanks" in request.query_params,
        "message_id": faces(request).new_id(),
        **told(request, problem),
    }
    return render(request, "rate.html", values, problem.status if problem else 200)


def _level(given: str) -> int:
    return int(given) if given in {str(level) for level in LEVELS} else 0
