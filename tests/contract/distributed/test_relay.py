"""The relay: every line of the log on Kafka, each partition in order, through any crash."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import pytest
from kafka import KafkaConsumer, TopicPartition
from sqlalchemy import Engine, text

from handlers.envelope import Source
from projections.log import LogLine
from streams.database.engine import reading
from streams.database.partitions import PARTITIONS_COUNT
from streams.kafka import relay
from streams.kafka.relay import RELAY, Pages, publish_page
from streams.log.store import heads, page
from streams.messages.log_records import line_of
from streams.messages.raw import RawMessage
from streams.messages.topics import CALLS, EVENTS
from streams.processes.opening import Store
from tests.contract.distributed.crew import Crew, Topics, count, until
from tests.contract.distributed.test_intake import SHOWN, calls

pytestmark = [pytest.mark.postgresql]

PUBLISHED: Final = (
    f"SELECT coalesce(sum(last_position), 0) FROM subscriptions WHERE name = '{RELAY}'"  # noqa: S608
)


class Wire:
    """Stands in for Kafka: keeps what was sent, and takes as much of a page as it is told."""

    def __init__(self) -> None:
        self.sent: Final[dict[int, list[int]]] = {}
        self.takes: Callable[[int], int] = lambda length: length

    def __call__(self, pages: Pages) -> Mapping[int, int]:
        safe = {}
        for partition, messages in pages.items():
            safe[partition] = self.takes(len(messages))
            kept = self.sent.setdefault(partition, [])
            kept += [int(dict(one.headers)["ce_position"]) for one in messages[: safe[partition]]]
        return safe


class PowerCutError(RuntimeError):
    """The process is gone."""


@pytest.fixture
def wire(store: Store) -> Wire:
    relay.begin(store.engine)
    return Wire()


def written(engine: Engine) -> dict[int, list[int]]:
    with reading(engine) as connection:
        ends = heads(connection)
    return {partition: list(range(1, end + 1)) for partition, end in ends.items() if end}


def test_every_line_goes_out_in_order_and_then_nothing(store: Store, wire: Wire) -> None:
    while publish_page(store.engine, wire, page_lines=7):
        pass

    assert wire.sent == written(store.engine)
    assert publish_page(store.engine, wire) == 0
    assert count(store, PUBLISHED) == sum(map(len, wire.sent.values()))


def test_what_was_not_acknowledged_goes_out_again_and_nothing_before_it_is_left_out(
    store: Store, wire: Wire
) -> None:
    wire.takes = lambda length: min(3, length)
    assert publish_page(store.engine, wire) > 0
    wire.takes = lambda _: 0
    assert publish_page(store.engine, wire) == 0
    wire.takes = lambda length: length

    while publish_page(store.engine, wire):
        pass

    assert wire.sent == written(store.engine)


def test_a_crash_before_the_bookmark_repeats_the_page(store: Store, wire: Wire) -> None:
    def dies(pages: Pages) -> Mapping[int, int]:
        wire(pages)
        raise PowerCutError

    with pytest.raises(PowerCutError):
        publish_page(store.engine, dies)
    assert count(store, PUBLISHED) == 0
    first = {partition: list(positions) for partition, positions in wire.sent.items()}

    while publish_page(store.engine, wire):
        pass

    whole = written(store.engine)
    assert wire.sent == {
        partition: [*first.get(partition, []), *whole[partition]] for partition in whole
    }


def test_one_at_a_time_publishes_a_partition(store: Store, wire: Wire) -> None:
    meanwhile: list[int] = []

    def interrupted(pages: Pages) -> Mapping[int, int]:
        meanwhile.append(publish_page(store.engine, wire))
        return wire(pages)

    assert publish_page(store.engine, interrupted) > 0

    assert meanwhile == [0]


@pytest.mark.kafka
def test_a_relay_that_dies_between_publishing_and_bookmark_leaves_no_hole_on_kafka(
    crew: Callable[..., Crew], topics: Topics, store: Store
) -> None:
    first = crew().ready()
    topics.send(CALLS, *calls("a", 40))
    until(lambda: count(store, SHOWN) == 40, "40 tickets are seen")
    first.leave()
    with_bookmarks_lost(store)

    crew().ready()
    topics.send(CALLS, *calls("b", 40))
    until(lambda: count(store, SHOWN) == 80, "80 tickets are seen")
    total = count(store, "SELECT count(*) FROM events")
    until(lambda: count(store, PUBLISHED) == total, "all is published")

    for partition, lines in published(topics.broker).items():
        seen = 0
        kept = []
        for line in lines:
            if line.position == seen + 1:
                kept.append(line)
                seen += 1
            else:
                assert line.position <= seen, "a repeat, never a hole"
        with reading(store.engine) as connection:
            assert kept == list(page(connection, partition, 0).lines)


def with_bookmarks_lost(store: Store) -> None:
    """Leave the log on Kafka, and no word of it in the database: as a crash in between does."""
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE subscriptions SET last_position = 0 WHERE name = 'relay'"))


def published(broker: str) -> dict[int, list[LogLine]]:
    return dict(_read(broker))


def _read(broker: str) -> Iterator[tuple[int, list[LogLine]]]:
    consumer = KafkaConsumer(bootstrap_servers=broker)
    for partition in range(PARTITIONS_COUNT):
        place = TopicPartition(EVENTS, partition)
        consumer.assign([place])
        consumer.seek_to_beginning(place)
        end = consumer.end_offsets([place])[place]
        lines: list[LogLine] = []
        while consumer.position(place) < end:
            for records in consumer.poll(timeout_ms=1000).values():
                lines += [line_of(_raw(one)) for one in records]
        yield partition, lines
    consumer.close()


def _raw(record: Any) -> RawMessage:
    return RawMessage(
        Source(record.topic, record.partition, record.offset),
        record.key,
        record.value,
        tuple(record.headers),
        record.timestamp,
    )
