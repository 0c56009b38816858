"""What a handler gives back: data that says what must be stored. Nothing is stored here."""

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Protocol, TypeAlias

from hotline.calls.events import CallEvent
from hotline.clocks.due import Clocks
from hotline.correspondence.events import CorrespondenceEvent
from hotline.evaluations.events import ServiceEvent
from hotline.facts import Fact
from hotline.house.events import HouseEvent
from hotline.inspection.events import InspectionEvent
from hotline.knowledge.events import KnowledgeEvent
from hotline.people.events import OrganisationEvent
from hotline.refusal import Refusal
from hotline.routing.events import SettingsEvent
from hotline.routing.route import Routing
from hotline.situation import Directory, IndicatorTable
from hotline.tickets.events import TicketEvent
from hotline.timer import Timer
from hotline.values import dataclass

Event: TypeAlias = (
    TicketEvent
    | ServiceEvent
    | CorrespondenceEvent
    | CallEvent
    | OrganisationEvent
    | SettingsEvent
    | InspectionEvent
    | HouseEvent
    | KnowledgeEvent
)
State: TypeAlias = Any  # one of the aggregates' states, or None; narrowed by the stream's name


@dataclass(frozen=True, slots=True)
class Record:
    """档案: what is kept of a stream. Version 0 with no state is a stream that does not exist.

    `timers` are those that the state runs, where somebody has listed them already.
    """

    state: State
    version: int
    timers: tuple[Timer, ...] | None = field(default=None, compare=False)


EMPTY = Record(None, 0)


@dataclass(frozen=True, slots=True)
class Recorded:
    """已记录: a fact and its place in the history of its stream, its identity everywhere."""

    stream: str
    version: int
    fact: Fact[Event]
    message_id: str
    correlation: str
    causation: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """结果 of one envelope with everything that followed from it by policy.

    `records` holds the new record of every stream touched; `timers` the whole set that such a
    stream runs now (the store compares it with what it has).
    """

    refusal: Refusal | None = None
    recorded: tuple[Recorded, ...] = ()
    records: Mapping[str, Record] = field(default_factory=dict)
    timers: Mapping[str, tuple[Timer, ...]] = field(default_factory=dict)


class Records(Protocol):
    """档案柜: hands out the record of a stream, as of this place in the batch."""

    def get(self, stream: str) -> Record:
        """Give the record, `EMPTY` where the stream does not exist."""
        ...


@dataclass(frozen=True, slots=True)
class Context:
    """环境: settings in force while a batch is handled."""

    clocks: Mapping[str, Clocks]  # by region; "" is the default of the house
    routing: Routing
    directory: Directory
    indicators: IndicatorTable
    auto_assign: bool = (
        True  # route a registered ticket without a person where the catalogue is sure
    )

    def clocks_of(self, region: str) -> Clocks:
        """Give the clocks of a region or of the house."""
        return self.clocks.get(region) or self.clocks[""]
