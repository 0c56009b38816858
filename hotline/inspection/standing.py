"""时间机器: a ticket as it stood at a moment, and what is unlike between two moments.

Pure: the facts of one ticket are handed in, oldest first, and folded by the very `evolve` of the
rules. What a person sees as the past is therefore what the rules saw.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from hotline.clocks.due import Due
from hotline.facts import Fact
from hotline.tickets.evolve import evolve
from hotline.tickets.state import Ticket


class Basis(StrEnum):
    """依据: by which of its two times a fact belongs to the past."""

    OCCURRED = "occurred"  # when it happened, as told
    RECORDED = "recorded"  # when the house knew of it


@dataclass(frozen=True, slots=True)
class Known:
    """已知: a fact with its version and the time at which it was recorded."""

    version: int
    fact: Fact[Any]
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Unlike:
    """差异: one field with both its values."""

    name: str
    before: Any
    after: Any


QUIET: Final = frozenset({"hands", "caller", "last_at", "ladder", "stage_due_before", "number"})
"""What a comparison leaves out: references to persons, and what only serves the rules."""


def standing(
    known: Iterable[Known], at: datetime, basis: Basis = Basis.OCCURRED
) -> tuple[Ticket | None, int]:
    """Fold the facts up to a moment, that moment included; give the state and its version."""
    state: Ticket | None = None
    version = 0
    for one in known:
        moment = one.fact.occurred_at if basis is Basis.OCCURRED else one.recorded_at
        if moment > at:
            break
        state = evolve(state, one.fact)
        version = one.version
    return state, version


def difference(before: Ticket | None, after: Ticket | None) -> tuple[Unlike, ...]:
    """List the fields whose values differ; a ticket that was not there yet had none."""
    found: list[Unlike] = []
    for name in (field.name for field in fields(Ticket) if field.name not in QUIET):
        old, new = _value(before, name), _value(after, name)
        if _told(old) != _told(new):
            found.append(Unlike(name, old, new))
    return tuple(found)


def _value(ticket: Ticket | None, name: str) -> Any:
    return None if ticket is None else getattr(ticket, name)


def _told(value: Any) -> Any:
    """Compare a due by its moment: the same moment with another explanation is no difference."""
    if isinstance(value, Due):
        return value.due_at
    return value or None
