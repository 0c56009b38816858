"""Everything that a topic holds, read once from end to end, as Kafka keeps it."""

from collections.abc import Iterator
from typing import Any, Final

from kafka import KafkaConsumer, TopicPartition

from streams.database.partitions import PARTITIONS_COUNT

_QUIET_MS: Final = 1_000


def records(bootstrap: str, topic: str) -> Iterator[Any]:
    """Give every record of a topic, each partition in its order."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap.split(","),
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        max_poll_records=5_000,
    )
    try:
        places = [TopicPartition(topic, number) for number in range(PARTITIONS_COUNT)]
        consumer.assign(places)
        ends = consumer.end_offsets(places)
        unread = {place for place in places if ends[place]}
        while unread:
            for found in consumer.poll(timeout_ms=_QUIET_MS).values():
                yield from found
            unread = {place for place in unread if consumer.position(place) < ends[place]}
    finally:
        consumer.close()
