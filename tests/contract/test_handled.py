"""How far the database itself has come, whatever a group has committed at Kafka."""

from dataclasses import replace

from sqlalchemy import Engine

from handlers.envelope import Source
from projections.bookmarks import subscriptions
from streams.batches.commit import commit_batch
from streams.database.engine import reading, writing
from streams.database.partitions import PARTITIONS_COUNT, partition_of
from streams.intake.handled import intake_offsets, published_positions
from streams.kafka.relay import RELAY
from tests.contract import toy

WIRING = toy.wiring()


def test_handled_is_the_first_offset_that_was_not(engine: Engine) -> None:
    with reading(engine) as connection:
        assert intake_offsets(connection) == {}
    envelopes = [replace(toy.register(f"m{n}"), source=Source("calls", 3, n)) for n in (7, 9, 8)]
    commit_batch(engine, envelopes, toy.CONTEXT, WIRING, toy.START)
    with reading(engine) as connection:
        assert intake_offsets(connection) == {("calls", 3): 10}


def test_published_is_the_bookmark_of_the_relay_beside_the_end_of_the_log(engine: Engine) -> None:
    (receipt,) = commit_batch(engine, [toy.register("m")], toy.CONTEXT, WIRING, toy.START)
    partition = partition_of(receipt.stream)
    last = dict(receipt.positions)[partition]
    with reading(engine) as connection:
        before = published_positions(connection)
    assert len(before) == PARTITIONS_COUNT
    assert before[partition] == (0, last)

    row = {"name": RELAY, "partition": partition, "last_position": last}
    with writing(engine) as connection:
        connection.execute(subscriptions.insert(), row)
    with reading(engine) as connection:
        assert published_positions(connection)[partition] == (last, last)
