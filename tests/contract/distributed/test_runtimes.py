"""One story, two runtimes: one process on SQLite, and PostgreSQL with Kafka and Faust. One log."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

import pytest
from sqlalchemy import text

from handlers.envelope import Command, Envelope, Source
from handlers.receipt import Receipt
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import AcknowledgeTicket, AssignTicket, UrgeTicket
from streams.database.engine import reading
from streams.intake.taking import take_in
from streams.messages.raw import RawMessage
from streams.messages.topics import CALLS, EVALUATIONS, SERVICES, WEB_COMPLAINTS
from streams.processes.distributed import DistributedRuntime
from streams.processes.embedded import EmbeddedRuntime
from streams.processes.opening import Store, distributed_runtime, embedded_runtime, open_store
from streams.settings import Settings
from streams.timers.firing import count_due
from streams.verification.verify import verify
from tests.contract.distributed.crew import KEY, Crew, Message, Topics, lines, until
from tests.simulation import small_city
from tests.simulation.small_city import START, TOWN

pytestmark = [pytest.mark.kafka, pytest.mark.postgresql]

DISPATCHER: Final = Actor("dispatcher", Role.SHIFT_LEAD, "hotline")
OPERATOR: Final = Actor("operator", Role.OPERATOR, "hotline")
CLERK: Final = Actor("clerk", Role.DEPARTMENT_ADMINISTRATOR, "housing")


@dataclass(slots=True)
class Hands:
    """A clock that a story moves."""

    now: datetime = START + timedelta(hours=10)

    def __call__(self) -> datetime:
        return self.now


class Town(Protocol):
    """What a story may do, whatever runs it."""

    store: Store
    clock: Hands

    def hear(self, topic: str, *messages: Message) -> None:
        """Take messages in, and come back when each has its answer."""

    def tell(self, *envelopes: Envelope) -> list[Receipt]:
        """Let staff act."""

    def sleep(self, **by: float) -> None:
        """Let time pass, and everything fire that is due."""

    def read(self, receipt: Receipt) -> bool:
        """Wait for the read models."""


@dataclass(slots=True)
class OneProcess:
    """一个进程."""

    store: Store
    runtime: EmbeddedRuntime
    clock: Hands
    offsets: dict[str, int] = field(default_factory=dict)

    def hear(self, topic: str, *messages: Message) -> None:
        raw = []
        for message in messages:
            offset = self.offsets.get(topic, 0)
            self.offsets[topic] = offset + 1
            source = Source(topic, 0, offset)
            raw.append(RawMessage(source, message.key, message.value, message.headers, 0))
        context = self.runtime.contexts.refreshed()
        take_in(self.store.engine, raw, context, self.store.wiring, self.clock())

    def tell(self, *envelopes: Envelope) -> list[Receipt]:
        return [self.runtime.submit(envelope) for envelope in envelopes]

    def sleep(self, **by: float) -> None:
        self.clock.now += timedelta(**by)
        self.runtime.tick()

    def read(self, receipt: Receipt) -> bool:
        self.runtime.catch_up()
        return self.runtime.caught_up(receipt, 30)


@dataclass(slots=True)
class ManyProcesses:
    """多个进程."""

    store: Store
    runtime: DistributedRuntime
    clock: Hands
    topics: Topics

    def hear(self, topic: str, *messages: Message) -> None:
        self.topics.send(topic, *messages, partition=0)
        group = self.store.settings.kafka_group
        until(lambda: self.topics.lag(group, topic) == 0, "the messages are acknowledged")

    def tell(self, *envelopes: Envelope) -> list[Receipt]:
        return [self.runtime.submit(envelope) for envelope in envelopes]

    def sleep(self, **by: float) -> None:
        self.clock.now += timedelta(**by)
        until(lambda: due(self.store, self.clock()) == 0, "what is due has fired")

    def read(self, receipt: Receipt) -> bool:
        return self.runtime.caught_up(receipt, 30)


def due(store: Store, now: datetime) -> int:
    with reading(store.engine) as connection:
        return count_due(connection, now)


@pytest.fixture
def one_process(tmp_path: Path) -> Iterator[OneProcess]:
    store = open_store(Settings(data=tmp_path / "one", master_key=KEY))
    small_city.found(store)
    clock = Hands()
    runtime = embedded_runtime(store, clock)
    runtime.start()
    yield OneProcess(store, runtime, clock)
    runtime.stop()
    store.engine.dispose()


@pytest.fixture
def many_processes(
    store: Store, crew: Callable[..., Crew], topics: Topics
) -> Iterator[ManyProcesses]:
    clock = Hands()
    runtime = distributed_runtime(store, clock)
    runtime.start()
    crew(clock=clock).ready()
    yield ManyProcesses(store, runtime, clock, topics)
    runtime.stop()


def message(kind: str, id_: str, at: datetime, **body: Any) -> Message:
    headers = (
        ("ce_specversion", b"1.0"),
        ("ce_id", id_.encode()),
        ("ce_source", b"/outside"),
        ("ce_type", kind.encode()),
        ("ce_time", at.isoformat().encode()),
        ("content-type", b"application/json"),
    )
    return Message(json.dumps(body, ensure_ascii=False).encode(), headers)


def story(town: Town) -> list[tuple[str, str]]:
    """Calls, a web complaint, poison, staff at work, a service and its ratings, and weeks."""
    at = town.clock()
    report = {"type": "complaint", "region": TOWN, "title": "路灯不亮", "text": "三天了"}
    known = {"name": "王安", "phone": "13800000001"}
    first = message("bihuan.call.v1", "c1", at, **report, **known)
    town.hear(
        CALLS,
        first,
        message("bihuan.call.v1", "c2", at, **report, **known),
        Message(b"\xff", first.headers),
        first,
        message("bihuan.call.v1", "c2", at, **report | {"text": "别的"}),
    )
    town.hear(WEB_COMPLAINTS, message("bihuan.web-complaint.v1", "w1", at, **report))
    town.hear(
        SERVICES,
        *(message("bihuan.service.v1", f"s{n}", at, **service(n, at)) for n in (1, 2)),
    )
    town.sleep(minutes=5)
    town.hear(EVALUATIONS, *(rating(n, level, town.clock()) for n, level in ((1, 5), (2, 1))))
    tickets = tickets_of(town.store)
    answers = town.tell(*staff(tickets, town.clock()))
    assert town.read(max(answers, key=lambda one: one.positions))
    for _ in range(4):
        town.sleep(days=4)
    return [(one.status.value, one.refusal.code if one.refusal else "") for one in answers]


def service(number: int, at: datetime) -> dict[str, Any]:
    return {
        "project_no": f"P{number}",
        "service_number": "1",
        "region": TOWN,
        "department": "housing",
        "item_code": "item-7",
        "item_name": "公租房",
        "node": "finished",
        "object": "item",
        "served_at": (at - timedelta(hours=1)).isoformat(),
        "phone": "13800000009",
    }


def rating(number: int, level: int, at: datetime) -> Message:
    return message(
        "bihuan.evaluation.v1",
        f"e{number}",
        at,
        project_no=f"P{number}",
        service_number="1",
        level=level,
        channel="mobile",
        indicators=[f"L{level}-01"],
    )


def tickets_of(store: Store) -> Sequence[str]:
    with reading(store.engine) as connection:
        query = "SELECT stream FROM streams WHERE stream LIKE 'ticket/%' ORDER BY stream"
        return [stream for (stream,) in connection.execute(text(query))]


def staff(tickets: Sequence[str], at: datetime) -> Iterator[Envelope]:
    steps: Sequence[tuple[Command, Actor]] = (
        (AssignTicket(lead="housing"), DISPATCHER),
        (AcknowledgeTicket(), CLERK),
        (UrgeTicket(reason="又来电"), OPERATOR),
    )
    for ticket in tickets:
        for count, (command, actor) in enumerate(steps):
            yield Envelope(
                message_id=f"{ticket}/{count}", stream=ticket, command=command, actor=actor, at=at
            )


def told(store: Store) -> list[tuple[Any, ...]]:
    """Give the log as bytes; ids of dead letters and places in partitions are no part of it."""
    return [tuple(map(_plain, row)) for row in lines(store)]


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def test_the_same_story_gives_the_same_log(
    one_process: OneProcess, many_processes: ManyProcesses
) -> None:
    alone, together = story(one_process), story(many_processes)

    assert alone == together
    assert ("done", "") in alone
    here, there = told(one_process.store), told(many_processes.store)
    kinds = {row[2] for row in here}
    assert {
        "TicketRegistered",
        "TicketAssigned",
        "TicketUrged",
        "ServiceRecorded",
        "EvaluationRecorded",
    } <= kinds, kinds
    for ours, theirs in zip(here, there, strict=True):
        assert ours == theirs
    for town in (one_process, many_processes):
        assert verify(town.store.engine, town.store.wiring).faults == []
