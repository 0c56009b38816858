"""Shift 当班: what a person of the call desk did today, and what waits for a call back.

Counted from the audit trail of one person and one day, which an index keeps together.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from api import reading
from api.ports import Faces
from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import Actor
from hotline.people.sight import listed_for
from hotline.tickets.vocabulary import Stage
from projections.audit import queries as audit
from projections.calls.queries import CallFigures, figures
from projections.tickets import boards
from projections.tickets import queries as tickets
from projections.tickets.line import TicketLine

FACTS_MAX: Final = 500
"""Facts of one person and day that are counted; beyond it a figure says "500+" (our default)."""

SHOWN: Final[Mapping[str, str]] = {
    "TicketRegistered": "registered",
    "TicketAnsweredDirectly": "answered",
    "AdditionAppended": "joined",
    "InformationProvided": "supplied",
}
LINES_SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class Shift:
    """当班: figures of today, own tickets of today, call-backs that wait."""

    figures: tuple[tuple[str, int], ...]
    more: bool
    mine: tuple[TicketLine, ...]
    call_backs: tuple[TicketLine, ...]
    calls: CallFigures
    cursor: str


def shift_of(house: Faces, actor: Actor, cursor: str = "") -> Shift:
    """Gather the shift of a member. Blocks on the read models."""
    since = midnight(house.clock())

    def ask(connection: Any) -> Shift:
        wanted = audit.EventFilter(person=actor.person, since=since)
        facts = audit.events(connection, wanted, limit=FACTS_MAX)
        counts = Counter(SHOWN[one.type] for one in facts.lines if one.type in SHOWN)
        numbers = dict.fromkeys(
            one.stream.partition("/")[2] for one in facts.lines if one.type in SHOWN
        )
        sight = listed_for(actor)
        mine = tickets.by_numbers(connection, list(numbers)[:LINES_SHOWN], sight=sight)
        waiting = boards.stage_deadlines(
            connection, (Stage.AWAITING_INFORMATION.value,), cursor=cursor, sight=sight
        )
        return Shift(
            tuple((name, counts[name]) for name in SHOWN.values()),
            bool(facts.cursor),
            tuple(mine),
            waiting.lines,
            figures(connection, since, house.clock(), operator=actor.person),
            waiting.cursor,
        )

    found: Shift = reading.ask(house, ask)
    return found


def midnight(now: datetime) -> datetime:
    """Give the beginning of the local day."""
    return now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
