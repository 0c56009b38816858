"""Texts 短信接口: what became of the texts; never a number, never the words."""

from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.json.queries import Code, Cursor, Limit, answer
from api.security import actor_of, faces, in_thread, requires
from api.text_log import described_text, text_page
from hotline.people.queries import Query

router = APIRouter(tags=["texts"])


@router.get("/texts", dependencies=[requires(Query.TEXT_LOG)])
async def list_texts(
    request: Request,
    *,
    ticket: Code = "",
    status: Code = "",
    template: Code = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response:
    """短信记录: of one ticket, oldest first; otherwise those that moved last come first."""
    page = await in_thread(
        partial(
            text_page,
            faces(request),
            actor_of(request),
            ticket=ticket,
            status=status,
            template=template,
            cursor=cursor,
            limit=limit,
        )
    )
    return answer({"items": [described_text(line) for line in page.lines], "cursor": page.cursor})
