"""Drafts 草稿: what is being typed is kept, sealed, until the form was sent.

A form says `data-draft="<place>"`; a script sends its fields a moment after the last key. What was
typed is never in an address, never in the browser's storage, and never in a log.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.forms import kept
from api.pages.frame import form_text, inside
from api.problems import ProblemError
from api.security import actor_of, any_staff, check_csrf, faces, in_thread

router = APIRouter(include_in_schema=False)

DRAFT: Final = "draft/"
BYTES_MAX: Final = 65_536
_PLACE: Final = re.compile(r"[a-z0-9-]{1,80}")
_NOT_TYPED: Final = frozenset({"csrf", "discard", "version", "message_id"})


@dataclass(frozen=True, slots=True)
class Draft:
    """草稿: the fields as they were typed, and when."""

    given: Mapping[str, str]
    kept_at: datetime


@router.post("/drafts/{place}", dependencies=[any_staff()])
async def keep_draft(request: Request, place: str) -> Response:
    """暂存, or 丢弃."""
    form = await request.form(max_files=0)
    check_csrf(request, form_text(form, "csrf"))
    if not _PLACE.fullmatch(place):
        raise ProblemError("unknown-page")
    if form_text(form, "discard"):
        await forget_draft(request, place)
        return RedirectResponse(inside(form_text(form, "discard")) or "/", 303)
    await keep_fields(request, place, kept(form))
    return Response(status_code=204)


async def keep_fields(request: Request, place: str, fields: Mapping[str, str]) -> None:
    """Keep the fields of a form as the draft of a place."""
    typed = {name: text for name, text in fields.items() if name not in _NOT_TYPED}
    text = msgspec.json.encode(typed)
    if len(text) > BYTES_MAX:
        raise ProblemError("body-too-large")
    house, person = faces(request), actor_of(request).person
    await in_thread(partial(house.notes.keep, person, DRAFT + place, text.decode(), house.clock()))


async def draft_of(request: Request, place: str) -> Draft | None:
    """Give the draft that this member left at a place."""
    house, person = faces(request), actor_of(request).person
    found = await in_thread(partial(house.notes.read, person, DRAFT + place, house.clock()))
    if found is None:
        return None
    text, kept_at = found
    return Draft(msgspec.json.decode(text, type=dict[str, str]), kept_at)


async def forget_draft(request: Request, place: str) -> None:
    """Forget a draft: its form was sent, or nobody wants it."""
    house, person = faces(request), actor_of(request).person
    await in_thread(partial(house.notes.drop, person, DRAFT + place))
