"""Intake over a real broker: every message has its one answer, whatever happens in between."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from threading import Event
from typing import Final
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer

from streams.agents.gate import EXIT_DEFECT
from streams.database.engine import DatabaseUnavailable
from streams.messages.raw import RawMessage
from streams.messages.topics import CALLS, DEAD_LETTERS
from streams.processes.opening import Store
from streams.processes.worker import Job
from streams.settings import Settings
from streams.verification.verify import verify
from tests.contract.distributed.crew import Crew, Killable, Message, Topics, count, now, until
from tests.loops import completed
from tests.simulation.small_city import TOWN

pytestmark = [pytest.mark.kafka, pytest.mark.postgresql]

Hire = Callable[..., Crew]
TICKETS: Final = "SELECT count(*) FROM streams WHERE stream LIKE 'ticket/%'"
HANDLED: Final = "SELECT count(*) FROM inbox WHERE topic IS NOT NULL"
DEAD: Final = "SELECT count(*) FROM dead_letters"
SHOWN: Final = "SELECT count(*) FROM ticket_lines"


def call(id_: str, text: str = "路灯不亮三天", **changes: bytes) -> Message:
    body = {"type": "complaint", "region": TOWN, "title": "路灯不亮", "text": text}
    headers = {
        "ce_specversion": b"1.0",
        "ce_id": id_.encode(),
        "ce_source": b"/call-centre",
        "ce_type": b"bihuan.call.v1",
        "ce_time": now().isoformat().encode(),
        "content-type": b"application/json",
    }
    headers.update(changes)
    return Message(json.dumps(body).encode(), tuple(headers.items()), key=id_.encode())


def calls(name: str, number: int) -> Iterator[Message]:
    return (call(f"{name}-{index}") for index in range(number))


def test_a_call_becomes_a_ticket_that_is_seen(crew: Hire, topics: Topics, store: Store) -> None:
    crew().ready()

    topics.send(CALLS, *calls("a", 30))

    until(lambda: count(store, SHOWN) == 30, "30 tickets are seen")
    assert count(store, TICKETS) == 30
    until(lambda: topics.committed(store.settings.kafka_group, CALLS) == 30, "all acknowledged")


def test_a_stop_with_a_batch_in_hand_loses_nothing(
    crew: Hire, topics: Topics, store: Store
) -> None:
    begun = Event()

    def slowly(job: Job) -> Job:
        def take_in(messages: Sequence[RawMessage]) -> object:
            begun.set()
            return job.take_in(messages)

        return replace(job, take_in=take_in)

    first = crew(change=slowly).ready()
    topics.send(CALLS, *calls("a", 600))
    assert begun.wait(60)
    assert first.leave() == 0
    kept = count(store, HANDLED)

    assert topics.committed(store.settings.kafka_group, CALLS) == kept
    crew().ready()
    until(lambda: count(store, HANDLED) == 600, "600 messages are handled")
    assert count(store, TICKETS) == 600


def test_a_defect_ends_the_process_and_acknowledges_nothing(
    crew: Hire, topics: Topics, store: Store
) -> None:
    topics.send(CALLS, *calls("a", 20))

    broken = Killable(store, take_in="lambda messages: 1 / 0")

    assert broken.ended() == EXIT_DEFECT
    assert topics.committed(store.settings.kafka_group, CALLS) == 0
    crew().ready()
    until(lambda: count(store, TICKETS) == 20, "the next process takes them all")


def test_a_power_cut_loses_and_doubles_nothing(crew: Hire, topics: Topics, store: Store) -> None:
    topics.send(CALLS, *calls("a", 1000))
    victim = Killable(store)
    until(lambda: count(store, HANDLED) > 0, "it has begun")
    victim.kill()
    kept = count(store, HANDLED)

    crew()

    until(lambda: count(store, SHOWN) == 1000, "1,000 tickets are seen")
    assert kept > 0
    assert count(store, TICKETS) == 1000
    assert count(store, DEAD) == 0
    assert verify(store.engine, store.wiring).faults == []


def test_a_database_that_is_gone_is_waited_for(crew: Hire, topics: Topics, store: Store) -> None:
    refused = iter(range(5))

    def gone_at_first(job: Job) -> Job:
        def take_in(messages: Sequence[RawMessage]) -> object:
            if next(refused, None) is not None:
                raise DatabaseUnavailable("gone")
            return job.take_in(messages)

        return replace(job, take_in=take_in)

    crew(change=gone_at_first).ready()
    topics.send(CALLS, *calls("a", 20))

    until(lambda: count(store, TICKETS) == 20, "the same process takes them all")


def test_what_cannot_be_read_takes_nobody_with_it(crew: Hire, topics: Topics, store: Store) -> None:
    good = list(calls("a", 500))
    same_id = call("a-7", text="别的内容")
    poison = [
        Message(b"\xff\xfe not json", call("p").headers),
        Message(b""),
        Message(None),
        Message(good[0].value, call("q", ce_type=b"bihuan.nothing.v1").headers),
        Message(good[0].value, call("r", ce_type=b"bihuan.call.v9").headers),
        same_id,
    ]
    told = topics.length(DEAD_LETTERS)
    crew().ready()

    topics.send(CALLS, *good[:250], *poison, *good[250:], partition=3)

    until(lambda: count(store, TICKETS) == 500, "500 tickets")
    until(lambda: count(store, DEAD) == len(poison), "as many dead letters as poison")
    group = store.settings.kafka_group
    until(lambda: topics.committed(group, CALLS) == 506, "all are acknowledged")
    assert count(store, "SELECT count(*) FROM dead_letters WHERE length(bytes) = 0") == 0
    until(lambda: topics.length(DEAD_LETTERS) == told + len(poison), "others are told of each")


def test_a_producers_own_repeat_is_one_ticket(crew: Hire, topics: Topics, store: Store) -> None:
    crew().ready()

    topics.send(CALLS, *calls("a", 50), *calls("a", 50))

    group = store.settings.kafka_group
    until(lambda: topics.committed(group, CALLS) == 100, "all are acknowledged")
    assert count(store, TICKETS) == 50
    assert count(store, DEAD) == 0


def test_offsets_that_hold_no_message_hold_up_nobody(
    crew: Hire, topics: Topics, store: Store
) -> None:
    """A producer with transactions leaves a mark behind each, which takes an offset of its own."""
    crew().ready()

    completed(in_transactions(topics.broker, list(calls("a", 20))))

    group = store.settings.kafka_group
    until(lambda: count(store, HANDLED) == 20, "20 messages are handled")
    until(lambda: topics.committed(group, CALLS) >= 39, "and acknowledged, marks between them too")
    topics.send(CALLS, *calls("b", 5), partition=3)
    until(lambda: topics.lag(group, CALLS) == 0, "what follows is acknowledged to the end")
    assert (count(store, TICKETS), count(store, DEAD)) == (25, 0)


async def in_transactions(broker: str, messages: Sequence[Message]) -> None:
    """Send each message to one partition in a transaction of its own."""
    producer = AIOKafkaProducer(bootstrap_servers=broker, transactional_id=uuid4().hex)
    async with producer:
        for message in messages:
            async with producer.transaction():
                await producer.send_and_wait(
                    CALLS, message.value, message.key, partition=3, headers=list(message.headers)
                )


def test_a_second_worker_comes_and_goes(crew: Hire, topics: Topics, store: Store) -> None:
    crew().ready()
    topics.send(CALLS, *calls("a", 100))
    second = crew()
    topics.send(CALLS, *calls("b", 100))
    second.ready()
    topics.send(CALLS, *calls("c", 100))
    second.leave()
    topics.send(CALLS, *calls("d", 100))

    until(lambda: count(store, SHOWN) == 400, "400 tickets are seen")
    assert count(store, TICKETS) == 400
    assert count(store, DEAD) == 0


def test_a_database_restored_from_an_older_dump_gets_the_intake_between_again(
    dump: Callable[[Store], Store], crew: Hire, topics: Topics, store: Store, settings: Settings
) -> None:
    first = crew().ready()
    topics.send(CALLS, *calls("a", 15))
    until(lambda: count(store, HANDLED) == 15, "15 are handled")
    first.leave()
    older = dump(store)
    second = crew().ready()
    topics.send(CALLS, *calls("b", 25))
    until(lambda: topics.committed(settings.kafka_group, CALLS) == 40, "40 are acknowledged")
    second.leave()

    crew(store=older).ready()

    until(lambda: count(older, TICKETS) == 40, "what the dump did not know came again")
    assert count(older, DEAD) == 0
    until(lambda: count(older, SHOWN) == 40, "and is seen")
