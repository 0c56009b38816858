"""接线: everything a batch calls, handed in by the composition root.

An aggregate is known by the first part of a stream's name. The batch knows no rule of any of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from sqlalchemy import Connection

from handlers.envelope import Envelope
from handlers.outcome import Context, Event, Outcome, Records, State
from hotline.facts import Fact
from hotline.timer import Timer
from streams.people.vault import Vault

Handle: TypeAlias = Callable[[Envelope, Records, Context], Outcome]
Plan: TypeAlias = Callable[[str, int, Fact[Event], State], Sequence[Any]]
WriteTexts: TypeAlias = Callable[[Connection, Sequence[Any], datetime], None]


class TimersOf(Protocol):
    """Says which timers a state runs."""

    def __call__(self, state: State, /) -> tuple[Timer, ...]:
        """Give the whole set."""
        ...


@dataclass(frozen=True, slots=True)
class Aggregate:
    """聚合: the form of a state, how facts fold into it, and which timers it runs."""

    state: Any
    evolve: Callable[[State, Fact[Any]], State]
    timers_of: TimersOf


def no_timers(_state: State, /) -> tuple[Timer, ...]:
    """Say that such a stream runs no timer."""
    return ()


def no_texts(_stream: str, _version: int, _fact: Fact[Event], _state: State) -> tuple[Any, ...]:
    """Plan nothing."""
    return ()


def write_no_texts(_connection: Connection, _intents: Sequence[Any], _at: datetime) -> None:
    """Write nothing."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """接线 of one process."""

    handle: Handle
    aggregates: Mapping[str, Aggregate]
    vault: Vault
    plan: Plan = field(default=no_texts)
    write_texts: WriteTexts = field(default=write_no_texts)

    def aggregate_of(self, stream: str) -> Aggregate:
        """Find the aggregate of a stream by the first part of its name."""
        return self.aggregates[stream.partition("/")[0]]
