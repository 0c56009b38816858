"""Waiting 等待编号: what a page says while Kafka keeps a call that nobody has registered yet."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from api.json.intake import answer_to, registered_code
from api.pages.frame import render
from api.problems import ProblemError
from api.security import faces, in_thread
from api.sending import answered as said

_LOOK_AGAIN_SECONDS: Final = "3"


async def registered_by(request: Request, message_id: str) -> tuple[str, str] | None:
    """Give number and query code of the ticket that a message became; None as long as none."""
    answer = await answer_to(request, message_id)
    if answer is None:
        return None
    receipt = said(answer.receipt)
    code = await in_thread(partial(registered_code, faces(request), receipt))
    if not code:
        raise ProblemError("unknown-page")
    return receipt.stream.partition("/")[2], code


def render_waiting(request: Request, home: str = "/") -> Response:
    """Say that the call is kept, and look again by itself, without a script."""
    response = render(request, "waiting.html", {"home": home}, 202)
    response.headers["Refresh"] = _LOOK_AGAIN_SECONDS
    return response
