"""处理: one envelope in, one outcome out, with everything that follows from it by policy. Pure.

Laws: nothing is read but the arguments; a refusal changes nothing; what a policy wants happens in
the same outcome or not at all; policies that feed each other without end are a defect.
"""

from collections import deque
from dataclasses import field
from datetime import datetime
from typing import Final

from handlers.aggregates import aggregate_of, timer_command
from handlers.envelope import Command, Envelope
from handlers.following import FollowUp, OnRefusal
from handlers.outcome import Context, Event, Outcome, Record, Recorded, Records
from handlers.policies import follow_ups
from hotline.facts import Fact
from hotline.people.actors import CLOCK, SYSTEM, Actor
from hotline.people.permissions import check
from hotline.refusal import Refusal
from hotline.situation import Situation
from hotline.tickets.vocabulary import TimerKind
from hotline.timer import Timer
from hotline.values import dataclass

POLICY_DEPTH_MAX: Final = 8
TIMERS_BEFORE_MAX: Final = 64
"""More timers than this never come due on one stream before one command."""


class PolicyCycleError(Exception):
    """策略循环: policies fed each other deeper than any real chain goes."""

    def __init__(self, stream: str, command: Command) -> None:
        super().__init__(f"policies did not come to rest: {type(command).__name__} on {stream}")


class TimersUnendingError(Exception):
    """定时器不止: timers of a stream keep coming due, each sets another in the past."""

    def __init__(self, stream: str) -> None:
        super().__init__(f"timers of {stream} did not come to rest")


class PolicyRefusedError(Exception):
    """策略被拒: the rules forbade what must follow; the two contradict each other."""

    def __init__(self, stream: str, command: Command, refusal: Refusal) -> None:
        super().__init__(f"{type(command).__name__} on {stream} was refused: {refusal.code}")
        self.refusal = refusal


@dataclass(slots=True)
class _Desk:
    """办公桌: records as they stand while one envelope is worked on."""

    kept: Records
    envelope: Envelope
    context: Context
    changed: dict[str, Record] = field(default_factory=dict)
    recorded: list[Recorded] = field(default_factory=list)

    def get(self, stream: str) -> Record:
        return self.changed.get(stream) or self.kept.get(stream)

    def carry_out(
        self, stream: str, command: Command, actor: Actor, at: datetime, causation: str
    ) -> Refusal | tuple[Recorded, ...]:
        """Decide one command and fold what follows; a refusal leaves the desk as it was."""
        aggregate = aggregate_of(stream)
        if type(command) not in aggregate.commands:
            return Refusal("wrong-stream", {"command": type(command).__name__})
        record = self.get(stream)
        decision = aggregate.decide(
            command, record.state, self._situation(stream, command, actor, at)
        )
        if isinstance(decision, Refusal):
            return decision
        fresh: list[Recorded] = []
        for event in decision:
            fact: Fact[Event] = Fact(event, actor, at)
            record = Record(aggregate.evolve(record.state, fact), record.version + 1)
            fresh.append(self._recorded(stream, record.version, fact, causation))
        if fresh:
            self.changed[stream] = record
            self.recorded += fresh
        return tuple(fresh)

    def outcome(self) -> Outcome:
        timers: dict[str, tuple[Timer, ...]] = {}
        records: dict[str, Record] = {}
        for stream, record in self.changed.items():
            running = timers[stream] = aggregate_of(stream).timers(record.state)
            records[stream] = Record(record.state, record.version, running)
        return Outcome(recorded=tuple(self.recorded), records=records, timers=timers)

    def _situation(self, stream: str, command: Command, actor: Actor, at: datetime) -> Situation:
        context = self.context
        prefix, _, number = stream.partition("/")
        region = getattr(self.get(stream).state or command, "region", "")
        return Situation(
            actor=actor,
            at=at,
            clocks=context.clocks_of(region),
            directory=context.directory,
            routing=context.routing,
            indicators=context.indicators,
            number=number if prefix == "ticket" else "",
            subject=number,
        )

    def _recorded(self, stream: str, version: int, fact: Fact[Event], causation: str) -> Recorded:
        envelope = self.envelope
        return Recorded(
            stream=stream,
            version=version,
            fact=fact,
            message_id=envelope.message_id,
            correlation=envelope.correlation or envelope.message_id,
            causation=causation,
        )


def handle(envelope: Envelope, records: Records, context: Context) -> Outcome:
    """Carry out a command and all that follows from it, or refuse the whole."""
    stream, command = envelope.stream, envelope.command
    record = records.get(stream)
    if type(command) not in aggregate_of(stream).commands:
        return Outcome(refusal=Refusal("wrong-stream", {"command": type(command).__name__}))
    if refusal := check(envelope.actor, command, record.state):
        return Outcome(refusal=refusal)
    expected = envelope.expected_version
    if expected is not None and expected != record.version:
        detail = {"expected": str(expected), "current": str(record.version)}
        return Outcome(refusal=Refusal("stale-form", detail))
    desk = _Desk(records, envelope, context)
    _catch_up(desk, stream, envelope.at)
    first = desk.carry_out(stream, command, envelope.actor, envelope.at, envelope.causation)
    if isinstance(first, Refusal):
        return Outcome(refusal=first)
    if refusal := _follow(desk, first):
        return Outcome(refusal=refusal)
    return desk.outcome()


def _catch_up(desk: _Desk, stream: str, at: datetime) -> None:
    """Let the stream's timers that came due before a command happen first, each at its moment.

    So a runner that lags behind changes nothing: what a department does after its due time finds
    the red light already on. A timer that came due again and again while the house stood still
    happens once at its moment and once now, not once for each time it was missed.
    """
    aggregate = aggregate_of(stream)
    fired: set[tuple[TimerKind, str]] = set()
    quiet: set[Timer] = set()
    for _ in range(TIMERS_BEFORE_MAX):
        record = desk.get(stream)
        state = record.state
        if state is None:
            return
        running = aggregate.timers(state) if record.timers is None else record.timers
        due = [timer for timer in running if timer.due_at < at and timer not in quiet]
        if not due:
            return
        timer = min(due, key=lambda one: (one.due_at, one.kind))
        again = (timer.kind, timer.rule) in fired
        fired.add((timer.kind, timer.rule))
        moment = at if again else max(timer.due_at, getattr(state, "last_at", timer.due_at))
        if not _fire(desk, stream, timer, moment):
            quiet.add(timer)
    raise TimersUnendingError(stream)


def _fire(desk: _Desk, stream: str, timer: Timer, moment: datetime) -> bool:
    """Fire a timer with all that follows from it; false where nothing came of it."""
    changed, recorded_count = dict(desk.changed), len(desk.recorded)
    command = timer_command(stream, timer.kind, timer.due_at)
    happened = desk.carry_out(stream, command, CLOCK, moment, f"{stream} {timer.kind}")
    if isinstance(happened, Refusal) or not happened:
        return False
    if _follow(desk, happened) is None:
        return True
    desk.changed = changed
    del desk.recorded[recorded_count:]
    return False


def _follow(desk: _Desk, first: tuple[Recorded, ...]) -> Refusal | None:
    """Let the policies act until nothing follows any more."""
    waiting = deque([(recorded, 1) for recorded in first])
    while waiting:
        recorded, depth = waiting.popleft()
        for wanted in follow_ups(recorded, desk, desk.context):
            if depth > POLICY_DEPTH_MAX:
                raise PolicyCycleError(wanted.stream, wanted.command)
            result = _carry_out_policy(desk, recorded, wanted)
            if not isinstance(result, Refusal):
                waiting.extend([(one, depth + 1) for one in result])
            elif wanted.on_refusal is OnRefusal.REFUSE:
                return result
            elif wanted.on_refusal is OnRefusal.DEFECT:
                raise PolicyRefusedError(wanted.stream, wanted.command, result)
    return None


def _carry_out_policy(
    desk: _Desk, cause: Recorded, wanted: FollowUp
) -> Refusal | tuple[Recorded, ...]:
    """Act as the system, never before the newest fact of the stream that is acted on."""
    last_at = getattr(desk.get(wanted.stream).state, "last_at", cause.fact.occurred_at)
    at = max(cause.fact.occurred_at, last_at)
    if wanted.stream != cause.stream:
        _catch_up(desk, wanted.stream, at)
    causation = f"{cause.stream}:{cause.version}"
    return desk.carry_out(wanted.stream, wanted.command, SYSTEM, at, causation)
