"""A city in memory: the real handler over a dictionary of records, for stories of whole loops."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from handlers.aggregates import timer_command
from handlers.envelope import Command, Envelope
from handlers.handle import handle
from handlers.outcome import EMPTY, Context, Outcome, Record, Recorded
from hotline.clocks.calendar import SHANGHAI, Calendar
from hotline.clocks.due import Clocks
from hotline.clocks.rules import PRESETS
from hotline.evaluations.commands import RecordEvaluation, RecordService
from hotline.evaluations.indicators import NATIONAL
from hotline.evaluations.state import Service
from hotline.evaluations.vocabulary import EvaluationChannel, Node, RatedObject
from hotline.people.actors import CLOCK, Actor, Role
from hotline.people.commands import DepartmentLevel
from hotline.people.directory import DepartmentDirectory
from hotline.people.state import Department
from hotline.routing.catalogue import CatalogueRouting
from hotline.routing.commands import CatalogueEntry
from hotline.routing.state import Catalogue
from hotline.tickets.state import Ticket
from hotline.timer import Timer

EventT = TypeVar("EventT")

START = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)  # a Monday; March 2026 has no holiday
REGION = "511800"
WATER, ROADS, HOTLINE, HALL = "water", "roads", "hotline", "hall"
SERVICE = "service/P1/1"

CITIZEN = Actor("citizen-1", Role.EVALUATOR)
CALLER = Actor("citizen-1", Role.CALLER)
HANDLER = Actor("hai", Role.HANDLER, WATER)
CLERK = Actor("min", Role.DEPARTMENT_ADMINISTRATOR, WATER)
LEADER = Actor("li", Role.DEPARTMENT_LEADER, WATER)
REVISITOR = Actor("rui", Role.REVISITOR, HOTLINE)
EVALUATION_OFFICER = Actor("ping", Role.EVALUATION_OFFICER, HALL)
MATTER_OFFICER = Actor("ban", Role.MATTER_OFFICER, HALL)
SHIFT_LEAD = Actor("zhi", Role.SHIFT_LEAD, HOTLINE)
OPERATOR = Actor("hua", Role.OPERATOR, HOTLINE)
PEER = Actor("portal", Role.PEER_SYSTEM)


def _department(name: str, level: DepartmentLevel) -> Department:
    return Department(name=name, name_en="", level=level, parent="city", region=REGION)


DIRECTORY = DepartmentDirectory(
    {
        WATER: _department("水务局", DepartmentLevel.DEPARTMENT),
        ROADS: _department("交通局", DepartmentLevel.DEPARTMENT),
        HALL: _department("政务大厅", DepartmentLevel.DEPARTMENT),
        HOTLINE: _department("热线", DepartmentLevel.HOTLINE),
    }
)
CATALOGUE = Catalogue(
    version="1", entries=(CatalogueEntry(id="water", lead=WATER, keywords=("停水",)),)
)

CLOCKS = Clocks(Calendar.of("test", []), PRESETS["default"])
ROUTING = CatalogueRouting.of({"": CATALOGUE}, DIRECTORY)


@dataclass
class City:
    """Records, and the clock that people move."""

    at: datetime = START
    records: dict[str, Record] = field(default_factory=dict)
    timers: dict[str, tuple[Timer, ...]] = field(default_factory=dict)
    log: list[Recorded] = field(default_factory=list)
    auto_assign: bool = True
    messages: int = 0

    def get(self, stream: str) -> Record:
        return self.records.get(stream, EMPTY)

    @property
    def context(self) -> Context:
        return Context({"": CLOCKS}, ROUTING, DIRECTORY, NATIONAL, self.auto_assign)

    def tell(self, stream: str, command: Command, actor: Actor, **more: Any) -> Outcome:
        """Send a command and keep what it made."""
        self.messages += 1
        envelope = Envelope(
            message_id=f"m{self.messages}",
            stream=stream,
            command=command,
            actor=actor,
            at=self.at,
            **more,
        )
        outcome = handle(envelope, self, self.context)
        self.records.update(outcome.records)
        self.timers.update(outcome.timers)
        self.log += outcome.recorded
        return outcome

    def do(self, stream: str, command: Command, actor: Actor) -> Outcome:
        """Send a command that must be allowed."""
        outcome = self.tell(stream, command, actor)
        assert outcome.refusal is None, outcome.refusal
        return outcome

    def refused(self, stream: str, command: Command, actor: Actor) -> str:
        """Send a command that must be refused, and give the code."""
        outcome = self.tell(stream, command, actor)
        assert outcome.refusal is not None, outcome.recorded
        assert not outcome.recorded
        return outcome.refusal.code

    def later(self, **by: float) -> None:
        self.at += timedelta(**by)

    def wait(self, until: datetime) -> None:
        """Let time pass; every timer fires at its moment, oldest first."""
        while due := self.next_timer(until):
            stream, timer = due
            self.at = max(self.at, timer.due_at)
            fired = self.do(stream, timer_command(stream, timer.kind, timer.due_at), CLOCK)
            assert fired.recorded, f"{timer} of {stream} runs and does nothing"
        self.at = max(self.at, until)

    def next_timer(self, until: datetime) -> tuple[str, Timer] | None:
        waiting = [
            (stream, timer)
            for stream, timers in self.timers.items()
            for timer in timers
            if timer.due_at <= until
        ]
        return min(waiting, key=lambda pair: pair[1].due_at, default=None)

    def ticket(self, stream: str) -> Ticket:
        state = self.get(stream).state
        assert isinstance(state, Ticket)
        return state

    def service(self, stream: str = SERVICE) -> Service:
        state = self.get(stream).state
        assert isinstance(state, Service)
        return state

    def loop(self, stream: str = SERVICE) -> str:
        """Give the stream of the loop that a rating opened."""
        assert self.service(stream).loop
        return f"ticket/{self.service(stream).loop}"

    def events(self, kind: type[EventT]) -> Iterator[EventT]:
        return (line.fact.event for line in self.log if isinstance(line.fact.event, kind))


def a_service(**more: Any) -> RecordService:
    given: dict[str, Any] = {
        "project_no": "P1",
        "service_number": "1",
        "region": REGION,
        "department": WATER,
        "item_code": "item-7",
        "item_name": "供水报装",
        "node": Node.FINISHED,
        "object": RatedObject.ITEM,
        "served_at": START,
        "citizen": CITIZEN.person,
    }
    return RecordService(**given | more)


def a_rating(level: int, **more: Any) -> RecordEvaluation:
    given: dict[str, Any] = {
        "channel": EvaluationChannel.MOBILE,
        "indicators": (f"L{level}-01",),
        "evaluator": CITIZEN.person,
    }
    return RecordEvaluation(level=level, **given | more)


def rated(level: int, **more: Any) -> City:
    """A city in which one service took place and was rated."""
    city = City()
    city.do(SERVICE, a_service(), PEER)
    city.later(hours=1)
    city.do(SERVICE, a_rating(level, **more), CITIZEN)
    return city
