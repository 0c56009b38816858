"""My tasks 我的任务: the shift of whoever sits at the call desk."""

from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.pages.drafts import draft_of
from api.pages.frame import render
from api.security import actor_of, faces, in_thread, requires
from api.shift import shift_of
from hotline.tickets.commands import AnswerDirectly

router = APIRouter(include_in_schema=False)


@router.get("/my", dependencies=[requires(AnswerDirectly)])
async def my_tasks(request: Request) -> Response:
    """我的任务: call-backs first, then what was registered today, with the figures of the shift."""
    cursor = request.query_params.get("cursor", "")[:500]
    found = await in_thread(partial(shift_of, faces(request), actor_of(request), cursor))
    return render(request, "my.html", {"shift": found, "draft": await draft_of(request, "call")})
