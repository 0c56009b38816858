"""Looking 查看留痕: writes down who looks at what, before it is shown."""

from functools import partial
from typing import Final

from starlette.requests import Request

from api.security import actor_of, client_address, faces, in_thread
from hotline.people.access import Access, Look
from hotline.people.actors import Actor

DEVICE_LENGTH_MAX: Final = 200


def access_of(
    request: Request, action: Look, subject: str, detail: str = "", actor: Actor | None = None
) -> Access:
    """Describe a look: who, at what, how, from where."""
    return Access(
        actor=actor or actor_of(request),
        action=action,
        subject=subject,
        at=faces(request).clock(),
        detail=detail,
        address=client_address(request),
        device=request.headers.get("user-agent", "")[:DEVICE_LENGTH_MAX],
    )


async def note_look(
    request: Request, action: Look, subject: str, detail: str = "", *, actor: Actor | None = None
) -> None:
    """Write a look; what was asked for is not shown where this cannot be done."""
    access = access_of(request, action, subject, detail, actor)
    await in_thread(partial(faces(request).access_book.note, access))
