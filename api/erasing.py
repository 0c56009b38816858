"""Erasing 删除申请: which requests wait, and the tickets that the law may hold against one."""

from dataclasses import dataclass
from typing import Final

from api.ports import Faces
from hotline.correspondence.events import ErasureRequested
from hotline.correspondence.state import AskedErasure, Correspondence
from hotline.correspondence.vocabulary import ErasureDecision
from hotline.tickets.stages import OPEN
from hotline.tickets.state import Ticket
from projections.audit import queries as audit
from projections.tickets import queries

TICKETS_MAX: Final = 500
"""Tickets of one person that are looked at (our default)."""

_LOOKED_BACK_MAX: Final = 2000
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class ShownErasure:
    """删除申请 as a page shows it: by reference, never by name."""

    citizen: str
    asked: AskedErasure
    held: tuple[str, ...]
    open: tuple[str, ...]
    tickets_count: int


def tickets_of(house: Faces, citizen: str) -> tuple[str, ...]:
    """Name the streams of all tickets of a person. Blocks on the store."""
    found: list[str] = []
    cursor = ""
    while citizen and len(found) < TICKETS_MAX:
        with house.reader() as connection:
            wanted = queries.TicketFilter(caller=citizen)
            page = queries.tickets(connection, wanted, cursor=cursor, limit=_PAGE)
        found += (f"ticket/{line.number}" for line in page.lines)
        cursor = page.cursor
        if not cursor:
            break
    return tuple(found)


def requests(house: Faces, *, waiting: bool = True) -> list[ShownErasure]:
    """List the requests, those that are due first. Blocks on the store."""
    shown = []
    for citizen in _citizens(house):
        state = house.archive.state(f"citizen/{citizen}").state
        asked = state.erasure if isinstance(state, Correspondence) else None
        if asked is None or (waiting and asked.decision is not ErasureDecision.WAITING):
            continue
        streams = tickets_of(house, citizen)
        states = [house.archive.state(stream).state for stream in streams]
        tickets = [one for one in states if isinstance(one, Ticket)]
        shown.append(
            ShownErasure(
                citizen,
                asked,
                tuple(one.number for one in tickets if one.legal_hold),
                tuple(one.number for one in tickets if one.stage in OPEN),
                len(tickets),
            )
        )
    return sorted(shown, key=lambda one: one.asked.by_at)


def _citizens(house: Faces) -> list[str]:
    wanted = audit.EventFilter(type=ErasureRequested.__name__)
    seen: dict[str, None] = {}
    cursor, read = "", 0
    while read < _LOOKED_BACK_MAX:
        with house.reader() as connection:
            page = audit.events(connection, wanted, cursor=cursor, limit=_PAGE)
        seen |= dict.fromkeys(line.stream.removeprefix("citizen/") for line in page.lines)
        read += len(page.lines)
        cursor = page.cursor
        if not cursor:
            break
    return list(seen)
