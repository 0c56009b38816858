"""Live 实时: the stream of server-sent events that open pages listen to."""

import json
from collections.abc import AsyncIterator
from functools import partial
from typing import Final, cast

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api import reading
from api.live import Concerns, Watch, concerns, looking
from api.security import actor_of, faces, in_thread, member_of, requires
from hotline.calls.commands import AcceptCall
from hotline.people.command_table import COMMANDS
from hotline.people.queries import Query

router = APIRouter(include_in_schema=False)

RETRY_MILLISECONDS: Final = 300
_TOPICS: Final = frozenset(
    {"inbox", "dispatch", "decisions", "my", "revisits", "loops", "triage", "calls"}
)


@router.get("/live", dependencies=[requires(Query.TICKET_READ)])
async def live(request: Request) -> Response:
    """实时动态 of one ticket, or of the lists of one reader."""
    actor, asked = actor_of(request), request.query_params
    member = await member_of(request)
    number = asked.get("ticket", "")[:64]
    if number:
        await in_thread(partial(reading.detail, faces(request), actor, number))
        relevant: Concerns = lambda line: line.number == number  # noqa: E731 - one of two
    else:
        topic = asked.get("list", "")
        relevant = concerns(actor, topic if topic in _TOPICS else "")
    last = request.headers.get("last-event-id", "")
    return StreamingResponse(
        _events(
            _watch(request),
            relevant,
            int(last) if last.isdecimal() else None,
            calls=bool(member and member.acting_as(COMMANDS[AcceptCall])),
        ),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(
    watch: Watch, relevant: Concerns, last: int | None, *, calls: bool
) -> AsyncIterator[str]:
    first = True
    async for news in watch.listen():
        moved = [line.number for line in news.lines if relevant(line)]
        missed = first and last is not None and last != news.place
        if first:
            yield f"retry: {RETRY_MILLISECONDS}\nid: {news.place}\nevent: hello\ndata: {{}}\n\n"
        if moved or missed:
            data = json.dumps({"count": len(moved)})
            yield f"id: {news.place}\nevent: moved\ndata: {data}\n\n"
        if calls and (news.calls_moved or missed):
            yield f"id: {news.place}\nevent: call\ndata: {{}}\n\n"
        first = False


def _watch(request: Request) -> Watch:
    state = request.app.state
    if not hasattr(state, "watch"):
        state.watch = Watch(looking(faces(request)))
    return cast(Watch, state.watch)
