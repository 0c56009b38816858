"""预演: what a setting would do to open tickets, before it is published. Reads only.

A ticket is open as long as it runs a timer. So many are looked at as a page can wait for; where
there are more, the answer says so.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from handlers.outcome import Context
from hotline.clocks.due import Clocks, Due
from hotline.clocks.vocabulary import ClockName
from hotline.people.actors import SYSTEM
from hotline.refusal import Refusal
from hotline.situation import Situation
from hotline.tickets.commands import RecomputeDue
from hotline.tickets.decide import decide
from hotline.tickets.events import DueRecomputed
from hotline.tickets.state import Ticket
from streams.log.store import records
from streams.timers.recomputing import open_streams
from streams.wiring import Wiring

LOOKED_AT_MAX: Final = 5000
"""Open tickets that a preview looks at (our default: about two seconds)."""
_BATCH: Final = 200
_CLOCKS: Final = ("citizen", "department", "stage")


@dataclass(frozen=True, slots=True)
class MovedDue:
    """移动的时限: one due date of an open ticket, as shown now and as it would be."""

    number: str
    department: str
    clock: str
    before: datetime | None
    after: datetime


@dataclass(slots=True)
class Foresight:
    """预演结果."""

    looked_at: int = 0
    is_whole: bool = True
    moved: list[MovedDue] = field(default_factory=list)


@dataclass(slots=True)
class ClockUse:
    """时限使用: how many open tickets run a clock, and how another preset would have set it."""

    running: int = 0
    earlier: int = 0
    later: int = 0


def foresee_calendar(
    connection: Connection, wiring: Wiring, context: Context, region: str, at: datetime
) -> Foresight:
    """Tell which due dates of open tickets move under the calendars of `context`."""
    found = Foresight()
    for state in _open(connection, wiring, region, found):
        situation = Situation(
            actor=SYSTEM,
            at=at,
            clocks=context.clocks_of(state.region),
            directory=context.directory,
            routing=context.routing,
            indicators=context.indicators,
        )
        decision = decide(RecomputeDue(calendar=""), state, situation)
        for event in () if isinstance(decision, Refusal) else decision:
            if isinstance(event, DueRecomputed):
                found.moved += _moved(state, event)
    return found


def foresee_preset(
    connection: Connection, wiring: Wiring, clocks: Clocks, region: str
) -> tuple[Foresight, Mapping[str, ClockUse]]:
    """Tell which clocks open tickets run, and how `clocks` would set them from the same moment.

    No running date moves by another preset: what was promised stands; the next step follows it.
    """
    found, uses = Foresight(), {name.value: ClockUse() for name in ClockName}
    for state in _open(connection, wiring, region, found):
        for due in _dues(state):
            name = due.rule.rpartition("/")[2].partition("@")[0]
            use = uses.get(name)
            if use is None:
                continue
            use.running += 1
            again = clocks.due(ClockName(name), due.received_at).due_at
            use.earlier += again < due.due_at
            use.later += again > due.due_at
    return found, uses


def tally(found: Foresight) -> Mapping[str, int]:
    """Count moved dates by department, the most first."""
    return dict(Counter(one.department for one in found.moved).most_common())


def _open(
    connection: Connection, wiring: Wiring, region: str, found: Foresight
) -> Iterator[Ticket]:
    for streams in open_streams(connection, region, _BATCH):
        for record in records(connection, streams, wiring).values():
            if found.looked_at >= LOOKED_AT_MAX:
                found.is_whole = False
                return
            if isinstance(record.state, Ticket):
                found.looked_at += 1
                yield record.state


def _moved(state: Ticket, event: DueRecomputed) -> Iterator[MovedDue]:
    for clock in _CLOCKS:
        due: Due | None = getattr(event, f"{clock}_due")
        before: datetime | None = getattr(event, f"{clock}_due_before")
        if due is not None and due.due_at != before:
            yield MovedDue(state.number, state.lead, clock, before, due.due_at)


def _dues(state: Ticket) -> Iterator[Due]:
    for due in (state.citizen_due, state.department_due, state.stage_due, state.contact_due):
        if due is not None:
            yield due
