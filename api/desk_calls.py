"""Call desk 来电台: which call is offered to whom, who may be calling, and the figures of a shift.

The read model says what rings; the rules say who has it, so that two who press at once never both
talk. A number is read from the vault when a card is shown, masked, and stands in no address.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from api import reading
from api.calls import Caller, callers
from api.ports import Faces
from hotline.calls.state import Call
from hotline.calls.vocabulary import CallStage
from hotline.correspondence.state import Correspondence
from hotline.correspondence.vocabulary import TaskKind
from hotline.people.actors import Actor
from hotline.people.masking import mask_phone
from projections.calls import queries
from projections.calls.line import CallLine

PREFIX: Final = "call/"
_MOBILE: Final = re.compile(r"\+86(1\d{10})")
_HELD: Final = frozenset({CallStage.ACCEPTED.value, CallStage.TALKING.value})


@dataclass(frozen=True, slots=True)
class Card:
    """来电卡: a call with those who may be calling."""

    call_id: str
    line: CallLine
    phone: str  # masked; "" where none is shown
    callers: tuple[Caller, ...]
    call_back_waits: bool

    @property
    def open_count(self) -> int:
        """Count the open tickets of those who may be calling."""
        return sum(line.open for one in self.callers for line in one.lines)


@dataclass(frozen=True, slots=True)
class Ringing:
    """响铃: the call that a member has, or the one that is offered, and how many wait."""

    mine: Card | None
    offered: Card | None
    waiting: int


@dataclass(frozen=True, slots=True)
class DeskDay:
    """今日来电: figures of the member and of the house, and the newest calls."""

    mine: queries.CallFigures
    house: queries.CallFigures
    recent: tuple[CallLine, ...]


def call_id_of(line: CallLine) -> str:
    """Give the id of a call by its row."""
    return line.stream.removeprefix(PREFIX)


def running(house: Faces) -> Sequence[CallLine]:
    """List the calls that are not over. Blocks on the read models."""
    found: Sequence[CallLine] = reading.ask(house, queries.running)
    return found


def ringing(house: Faces, actor: Actor) -> Ringing:
    """Say what rings for a member; who talks is offered nothing. Blocks on store and vault."""
    lines = running(house)
    mine = next((one for one in lines if one.operator == actor.person and one.stage in _HELD), None)
    waiting = [one for one in lines if one.stage == CallStage.WAITING.value]
    offered = None
    if mine is None:
        wanted = (one for one in waiting if actor.person not in one.passed.split(","))
        offered = next(wanted, None)
    return Ringing(
        card_of(house, actor, mine) if mine else None,
        card_of(house, actor, offered) if offered else None,
        len(waiting),
    )


def card_of(house: Faces, actor: Actor, line: CallLine) -> Card:
    """Make the card of a call."""
    phone = phone_of(house, line.caller)
    state = house.archive.state(f"citizen/{line.caller}").state
    tasks = state.tasks if isinstance(state, Correspondence) else ()
    return Card(
        call_id_of(line),
        line,
        mask_phone(phone) if phone else "",
        callers(house, actor, phone),
        any(one.kind is TaskKind.CALL_BACK for one in tasks),
    )


def phone_of(house: Faces, caller: str) -> str:
    """Read the number of a caller; "" where none was shown, or the person is erased."""
    person = house.vault.open_person(caller)
    return person.phone if person else ""


def national(phone: str) -> str:
    """Write a mobile of this country as people say it; any other number as it is."""
    mobile = _MOBILE.fullmatch(phone)
    return mobile[1] if mobile else phone


def held_call(house: Faces, actor: Actor, call_id: str) -> Call | None:
    """Give the call that a member has or had; nobody else's."""
    state = house.archive.state(f"{PREFIX}{call_id}").state
    return state if isinstance(state, Call) and state.operator == actor.person else None


def day_of(house: Faces, actor: Actor, since: datetime, *, everybody: bool) -> DeskDay:
    """Gather the figures since a moment. Blocks on the read models."""
    until = house.clock()

    def ask(connection: Any) -> DeskDay:
        return DeskDay(
            queries.figures(connection, since, until, operator=actor.person),
            queries.figures(connection, since, until),
            tuple(queries.recent(connection, since, operator="" if everybody else actor.person)),
        )

    found: DeskDay = reading.ask(house, ask)
    return found
