"""Search 总检索: one box over everything that an inspector may see, grouped."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api import reading
from api.looking import note_look
from api.messages import Language
from api.pages.frame import language, render
from api.ports import Faces
from api.problems import ProblemError
from api.security import actor_of, faces, in_thread, requires
from hotline.people.access import Look
from hotline.people.actors import Actor
from hotline.people.queries import Query
from hotline.people.sight import listed_for
from projections import everything
from projections.cursors import Page, decode, encode
from projections.tickets import queries as tickets
from projections.tickets.queries import TicketFilter

router = APIRouter(include_in_schema=False)

FIRST_LINES: Final = 6
"""Hits of each group on the first page; a group alone shows more (our default)."""
GROUP_LINES: Final = 50
NUMBER_DIGITS_MIN: Final = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched for, by whom, and how much is shown."""

    house: Faces
    actor: Actor
    text: str
    language: Language
    cursor: str
    limit: int


Find = Callable[[Asked], Page[Any]]


def _tickets(asked: Asked) -> Page[Any]:
    text = asked.text
    is_number = text.isdecimal() and len(text) >= NUMBER_DIGITS_MIN
    wanted = TicketFilter(number=text) if is_number else TicketFilter(text=text)
    sight = listed_for(asked.actor)
    found: Page[Any] = reading.ask(
        asked.house,
        lambda c: tickets.tickets(c, wanted, cursor=asked.cursor, limit=asked.limit, sight=sight),
    )
    return found


def _clusters(asked: Asked) -> Page[Any]:
    sight = listed_for(asked.actor)
    found: Page[Any] = reading.ask(
        asked.house,
        lambda c: everything.clusters(
            c, asked.text, cursor=asked.cursor, limit=asked.limit, sight=sight
        ),
    )
    return found


def _services(asked: Asked) -> Page[Any]:
    found: Page[Any] = reading.ask(
        asked.house,
        lambda c: everything.services(c, asked.text, cursor=asked.cursor, limit=asked.limit),
    )
    return found


def _departments(asked: Asked) -> Page[Any]:
    directory = asked.house.archive.departments()
    lowered = asked.text.lower()
    found = [
        (code, directory.name(code, asked.language), directory.level(code))
        for code in directory.codes()
        if lowered in f"{code} {directory.name(code)} {directory.name(code, 'en')}".lower()
    ]
    return _cut(found, asked, lambda one: one[0])


def _staff(asked: Asked) -> Page[Any]:
    after = decode(asked.cursor, str)
    found = asked.house.accounts.find_staff(
        asked.text, after=str(after[0]) if after else "", limit=asked.limit + 1
    )
    shown = tuple(found[: asked.limit])
    return Page(shown, encode(shown[-1].username) if len(found) > asked.limit else "")


def _cut(found: Sequence[Any], asked: Asked, key: Callable[[Any], str]) -> Page[Any]:
    after = decode(asked.cursor, str)
    rest = [one for one in found if after is None or key(one) > str(after[0])]
    shown = tuple(rest[: asked.limit])
    return Page(shown, encode(key(shown[-1])) if len(rest) > asked.limit else "")


GROUPS: Final[dict[str, Find]] = {
    "tickets": _tickets,
    "clusters": _clusters,
    "services": _services,
    "departments": _departments,
    "staff": _staff,
}


@router.get("/inspect", dependencies=[requires(Query.INSPECTION)])
async def search(request: Request) -> Response:
    """总检索: the first hits of every group, or one group page by page."""
    given = request.query_params
    text, group = given.get("text", "").strip()[:200], given.get("group", "")
    if group and group not in GROUPS:
        raise ProblemError("unknown-page")
    found: dict[str, Page[Any]] = {}
    if text:
        await note_look(request, Look.SEARCH, f"search/{group or 'all'}")
        asked = Asked(
            house=faces(request),
            actor=actor_of(request),
            text=text,
            language=language(request),
            cursor=given.get("cursor", "")[:500] if group else "",
            limit=GROUP_LINES if group else FIRST_LINES,
        )
        found = await in_thread(partial(_found, asked, group))
    values = {
        "text": text,
        "group": group,
        "found": found,
        "any_found": any(page.lines for page in found.values()),
        "link": lambda name, cursor="": (
            "/inspect?" + urlencode({"text": text, "group": name, "cursor": cursor})
        ),
    }
    return render(request, "inspection/search.html", values)


def _found(asked: Asked, group: str) -> dict[str, Page[Any]]:
    wanted = (group,) if group else tuple(GROUPS)
    try:
        return {name: GROUPS[name](asked) for name in wanted}
    except ValueError:  # a page mark that was never given
        raise ProblemError(
            "input-invalid", violations=[{"field": "cursor", "code": "cursor-invalid"}]
        ) from None
