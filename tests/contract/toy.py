"""A small handler over real commands and events: what the store does must not hang on the rules."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from handlers.envelope import Command, Envelope
from handlers.outcome import Context, Outcome, Record, Recorded, Records
from hotline.clocks.calendar import SHANGHAI, Calendar
from hotline.clocks.due import Clocks, Due
from hotline.clocks.rules import PRESETS, ClockName
from hotline.facts import Fact
from hotline.people.actors import Actor, Role
from hotline.refusal import Refusal
from hotline.routing.route import Route
from hotline.tickets.commands import FireTimer, MergeTicket, RegisterTicket, UrgeTicket
from hotline.tickets.events import (
    ChildLinked,
    StageBecameOverdue,
    TicketMerged,
    TicketRegistered,
    TicketUrged,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Channel, Stage, TicketType, TimerKind
from hotline.timer import Timer
from streams.people.vault import Vault
from streams.wiring import Aggregate, Wiring

START = datetime(2026, 2, 13, 9, 0, tzinfo=SHANGHAI)
LATER = START + timedelta(days=40)
OPERATOR = Actor("staff-1", Role.OPERATOR, "510100-hotline")
CLOCKS = Clocks(Calendar.of("week", ()), PRESETS["default"])
MASTER_KEY = bytes(range(32))


class Nobody:
    """Routing, directory and indicators of a house without settings."""

    version = "none"

    def route(self, **_question: Any) -> Route:
        return Route("", (), "", ())

    def is_department_duty(self, region: str, category: str) -> bool:
        del region, category
        return False

    def knows_category(self, region: str, category: str) -> bool:
        return bool(region) and category != "999999"

    def knows(self, department: str) -> bool:
        return bool(department)

    def is_grassroots(self, department: str) -> bool:
        return not department

    def in_line(self, department: str, other: str) -> bool:
        return department == other

    def level(self, department: str) -> None:
        del department

    def codes(self, level: int) -> frozenset[str]:
        del level
        return frozenset()


CONTEXT = Context({"": CLOCKS}, Nobody(), Nobody(), Nobody())


def handle(envelope: Envelope, records: Records, context: Context) -> Outcome:
    """Registers, urges, merges and fires; "boom" is a defect, "no" is refused."""
    record = records.get(envelope.stream)
    match envelope.command:
        case RegisterTicket(title="boom") | UrgeTicket(reason="boom"):
            raise RuntimeError("words of a citizen")
        case RegisterTicket() as command if record.state is None:
            clocks = context.clocks_of(command.region)
            events: dict[str, Any] = {
                envelope.stream: TicketRegistered(
                    number=envelope.stream.removeprefix("ticket/"),
                    kind=command.kind,
                    type=command.type,
                    channel=command.channel,
                    region=command.region,
                    title=command.title,
                    summary=command.summary,
                    citizen_due=clocks.due(ClockName.ANSWER_HELP, envelope.at),
                    stage_due=clocks.due(ClockName.ASSIGN, envelope.at),
                )
            }
        case UrgeTicket(reason="no") | RegisterTicket():
            return Outcome(refusal=Refusal("not-allowed"))
        case _ if record.state is None:
            return Outcome(refusal=Refusal("no-such-ticket"))
        case UrgeTicket(reason=reason):
            events = {envelope.stream: TicketUrged(reason=reason)}
        case MergeTicket(main=main, reasons=reasons):
            events = {
                envelope.stream: TicketMerged(main=main, reasons=reasons),
                f"ticket/{main}": ChildLinked(
                    child=envelope.stream.removeprefix("ticket/"), citizen_due_at=None
                ),
            }
        case FireTimer(timer=timer, due_at=due_at):
            if due_at not in {one.due_at for one in timers_of(record.state) if one.kind is timer}:
                return Outcome()
            events = {
                envelope.stream: StageBecameOverdue(
                    stage=record.state.stage, timer=timer, due_at=due_at, rule="toy"
                )
            }
        case _:
            raise AssertionError(envelope.command)
    return _outcome(envelope, records, events)


def _outcome(envelope: Envelope, records: Records, events: dict[str, Any]) -> Outcome:
    recorded: list[Recorded] = []
    after: dict[str, Record] = {}
    for stream, event in events.items():
        record = records.get(stream)
        fact = Fact(event, envelope.actor, envelope.at)
        version = record.version + 1
        after[stream] = Record(evolve(record.state, fact), version)
        recorded.append(
            Recorded(
                stream,
                version,
                fact,
                envelope.message_id,
                envelope.correlation or envelope.message_id,
                envelope.causation,
            )
        )
    timers = {stream: timers_of(record.state) for stream, record in after.items()}
    return Outcome(None, tuple(recorded), after, timers)


def evolve(state: Ticket | None, fact: Fact[Any]) -> Ticket:
    """Fold."""
    match fact.event:
        case TicketRegistered() as event:
            return Ticket(
                number=event.number,
                kind=event.kind,
                type=event.type,
                channel=event.channel,
                stage=Stage.AWAITING_ASSIGNMENT,
                region=event.region,
                registered_at=fact.occurred_at,
                last_at=fact.occurred_at,
                citizen_due=event.citizen_due,
                stage_due=event.stage_due,
                title=event.title,
            )
        case event if state is None:
            raise AssertionError(event)
        case TicketUrged():
            return replace(state, urges_count=state.urges_count + 1, last_at=fact.occurred_at)
        case TicketMerged(main=main):
            return replace(state, main=main, stage=Stage.MERGED, stage_due=None, citizen_due=None)
        case ChildLinked(child=child):
            return replace(state, children=(*state.children, child))
        case StageBecameOverdue(timer=TimerKind.STAGE):
            return replace(state, stage_overdue=True, stage_due=None)
        case StageBecameOverdue():
            return replace(state, citizen_due_missed=True, citizen_due=None)
        case _:
            raise AssertionError(fact.event)


def timers_of(state: Ticket) -> tuple[Timer, ...]:
    """One timer for each due date."""
    return (
        *_timer(TimerKind.STAGE, state.stage_due),
        *_timer(TimerKind.CITIZEN, state.citizen_due),
    )


def _timer(kind: TimerKind, due: Due | None) -> tuple[Timer, ...]:
    return () if due is None else (Timer(kind, due.due_at, due.rule),)


def wiring(**changes: Any) -> Wiring:
    """Give the toy as a whole."""
    made = Wiring(
        handle=handle,
        aggregates={"ticket": Aggregate(Ticket, evolve, timers_of)},
        vault=Vault(MASTER_KEY, area="28"),
    )
    return replace(made, **changes)


def envelope(command: Command, stream: str = "", message: str = "m", **rest: Any) -> Envelope:
    """Put a command on its way."""
    fields: dict[str, Any] = {"actor": OPERATOR, "at": START, **rest}
    return Envelope(message_id=message, stream=stream, command=command, **fields)


def register(message: str, title: str = "路灯不亮", stream: str = "", **rest: Any) -> Envelope:
    """登记."""
    command = RegisterTicket(
        type=TicketType.HELP,
        channel=Channel.PHONE,
        region="510100",
        title=title,
        summary="三号门路灯已坏两天",
    )
    return envelope(command, stream, message, **rest)


def urge(message: str, stream: str, reason: str = "再问一次", **rest: Any) -> Envelope:
    """催办."""
    return envelope(UrgeTicket(reason=reason), stream, message, **rest)


def merge(message: str, stream: str, main: str) -> Envelope:
    """并案."""
    return envelope(MergeTicket(main=main, reasons="同一事项"), stream, message)
