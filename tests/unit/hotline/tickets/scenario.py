"""Given/when/then for tickets: a story is told in commands, the last of which is judged."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce
from typing import Self

from hotline.clocks.calendar import SHANGHAI, Calendar, Day, DayKind
from hotline.clocks.due import Clocks
from hotline.clocks.rules import PRESETS
from hotline.facts import Fact
from hotline.people.actors import CLOCK, SYSTEM, Actor, Role
from hotline.people.commands import DepartmentLevel
from hotline.refusal import Refusal
from hotline.routing.route import Route
from hotline.situation import Situation
from hotline.tickets.commands import FireTimer, TicketCommand
from hotline.tickets.decide import decide
from hotline.tickets.events import TicketEvent
from hotline.tickets.evolve import evolve
from hotline.tickets.state import Ticket
from hotline.tickets.timers import timers_of
from hotline.tickets.vocabulary import TicketType, TimerKind
from hotline.timer import Timer

NUMBER = "5118002026030201000001"
START = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)  # a Monday; March 2026 has no holiday
WATER, ROADS, STREET, VILLAGE, HOTLINE = "water", "roads", "street", "village", "hotline"

CLOCKS = Clocks(
    Calendar.of(
        "2026-1", [Day(datetime(2026, 1, 1, tzinfo=SHANGHAI).date(), DayKind.HOLIDAY, "元旦", "t")]
    ),
    PRESETS["default"],
)


class Departments:
    def knows(self, department: str) -> bool:
        return department in {WATER, ROADS, STREET, VILLAGE, HOTLINE}

    def is_grassroots(self, department: str) -> bool:
        return department in {STREET, VILLAGE}

    def in_line(self, department: str, other: str) -> bool:
        return department == other or (department, other) == (STREET, VILLAGE)

    def level(self, department: str) -> DepartmentLevel | None:
        if not self.knows(department):
            return None
        if department == HOTLINE:
            return DepartmentLevel.HOTLINE
        grassroots = self.is_grassroots(department)
        return DepartmentLevel.TOWN if grassroots else DepartmentLevel.DEPARTMENT


class Catalogue:
    def route(self, *, region: str, category: str, type_: TicketType, text: str) -> Route:
        raise AssertionError(f"rules do not route: {region} {category} {type_} {text}")

    def is_department_duty(self, region: str, category: str) -> bool:
        return bool(region) and category == "duty"

    def knows_category(self, region: str, category: str) -> bool:
        return bool(region) and category != "999999"


class Indicators:
    version = "test"

    def codes(self, level: int) -> frozenset[str]:
        return frozenset({f"{level}-1"})


OPERATOR = Actor("operator-1", Role.OPERATOR, HOTLINE)
ASSIGNER = Actor("officer-1", Role.ASSIGNMENT_OFFICER, HOTLINE)
OTHER_ASSIGNER = Actor("officer-2", Role.ASSIGNMENT_OFFICER, HOTLINE)
ADMINISTRATOR = Actor("administrator-1", Role.DEPARTMENT_ADMINISTRATOR, WATER)
HANDLER = Actor("handler-1", Role.HANDLER, WATER)
LEADER = Actor("leader-1", Role.DEPARTMENT_LEADER, WATER)
ROADS_LEADER = Actor("leader-2", Role.DEPARTMENT_LEADER, ROADS)
ROADS_HANDLER = Actor("handler-2", Role.HANDLER, ROADS)
REVISITOR = Actor("revisitor-1", Role.REVISITOR, HOTLINE)
SHIFT_LEAD = Actor("lead-1", Role.SHIFT_LEAD, HOTLINE)
OTHER_SHIFT_LEAD = Actor("lead-2", Role.SHIFT_LEAD, HOTLINE)
SUPERVISOR = Actor("supervisor-1", Role.SUPERVISION_OFFICER, "office")
CALLER = Actor("citizen-1", Role.CALLER)
AUTHORITY = Actor("authority-1", Role.LEADER, "government")

World = Situation(
    actor=SYSTEM,
    at=START,
    clocks=CLOCKS,
    directory=Departments(),
    routing=Catalogue(),
    indicators=Indicators(),
    number=NUMBER,
)


@dataclass(frozen=True)
class Act:
    command: TicketCommand
    actor: Actor
    after: timedelta = timedelta(minutes=1)
    at: datetime | None = None


def act(command: TicketCommand, by: Actor, *, at: datetime | None = None) -> Act:
    return Act(command, by, at=at)


@dataclass
class Story:
    ticket: Ticket | None = None
    now: datetime = START
    facts: list[Fact[TicketEvent]] = field(default_factory=list)
    last: tuple[TicketEvent, ...] | Refusal = ()
    clocks: Clocks = CLOCKS

    def given(self, *acts: Act) -> Self:
        """Tell what came before; none of it may be refused."""
        for step in acts:
            self.when(step)
            assert not isinstance(self.last, Refusal), (step.command, self.last)
        return self

    def when(self, step: Act) -> Self:
        self.now = step.at or self.now + step.after
        situation = replace(World, actor=step.actor, at=self.now, clocks=self.clocks)
        self.last = decide(step.command, self.ticket, situation)
        if not isinstance(self.last, Refusal):
            fresh = [Fact(event, step.actor, self.now) for event in self.last]
            self.facts += fresh
            self.ticket = reduce(evolve, fresh, self.ticket)
        return self

    def then(self, *kinds: type) -> Self:
        assert not isinstance(self.last, Refusal), self.last
        assert tuple(type(event) for event in self.last) == kinds
        return self

    def refused(self, code: str, **detail: str) -> Self:
        assert isinstance(self.last, Refusal), self.last
        assert self.last.code == code
        assert detail.items() <= self.last.detail.items()
        return self

    def holds(self, demand: Callable[[Ticket], bool]) -> Self:
        assert demand(self.state), self.state
        return self

    @property
    def state(self) -> Ticket:
        assert self.ticket is not None
        return self.ticket

    def timer(self, kind: TimerKind) -> Timer | None:
        return next((timer for timer in timers_of(self.state) if timer.kind is kind), None)

    def fire(self, kind: TimerKind) -> Self:
        """Let the running timer of a kind come due."""
        timer = self.timer(kind)
        assert timer is not None, (kind, timers_of(self.state))
        moment = max(timer.due_at, self.now)
        return self.when(Act(FireTimer(timer=kind, due_at=timer.due_at), CLOCK, at=moment))


def story(*acts: Act) -> Story:
    return Story().given(*acts)
