"""重读: takes the intake topics in again from a moment on, after a restore from a backup.

Everything goes through the inbox, which turns away what the database knows already, so reading too
much costs time and nothing else. The offsets of the workers' group are not touched.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from handlers.envelope import Source
from handlers.receipt import Receipt, ReceiptStatus
from streams.database.moments import microseconds
from streams.database.partitions import PARTITIONS_COUNT
from streams.messages.raw import RawMessage

BATCH_MAX: Final = 200
_WAIT_MILLISECONDS: Final = 1000

Progress: TypeAlias = Callable[[int, int], None]
TakeIn: TypeAlias = Callable[[Sequence[RawMessage]], Sequence[Receipt]]


@dataclass(slots=True)
class Reread:
    """重读结果."""

    messages: int = 0
    fresh: int = 0
    repeated: int = 0
    dead: int = 0

    def note(self, receipts: Sequence[Receipt]) -> None:
        """Count a batch."""
        self.messages += len(receipts)
        for receipt in receipts:
            if receipt.repeated:
                self.repeated += 1
            elif receipt.status is ReceiptStatus.DEAD:
                self.dead += 1
            else:
                self.fresh += 1


async def reread(
    options: Mapping[str, Any],
    topics: Sequence[str],
    since: datetime,
    take_in: TakeIn,
    progress: Progress,
) -> Reread:
    """Read to where the topics end now; `progress` is told how much of how much."""
    consumer = AIOKafkaConsumer(**options, enable_auto_commit=False, group_id=None)
    await consumer.start()
    try:
        ends = await _sought(consumer, topics, since)
        total = sum([end - await consumer.position(place) for place, end in ends.items()])
        result = Reread()
        progress(0, total)
        while ends:
            found = await consumer.getmany(timeout_ms=_WAIT_MILLISECONDS, max_records=BATCH_MAX)
            batch = [_raw(record) for records in found.values() for record in records]
            if batch:
                result.note(await asyncio.to_thread(take_in, batch))
                progress(result.messages, total)
            for place in list(ends):
                if await consumer.position(place) >= ends[place]:
                    consumer.pause(place)
                    del ends[place]
        return result
    finally:
        await consumer.stop()


async def _sought(
    consumer: AIOKafkaConsumer, topics: Sequence[str], since: datetime
) -> dict[TopicPartition, int]:
    """Go to the moment in every partition; give where those end that have anything to read."""
    places = [TopicPartition(topic, part) for topic in topics for part in range(PARTITIONS_COUNT)]
    milliseconds = microseconds(since) // 1000
    ends = await consumer.end_offsets(places)
    found = await consumer.offsets_for_times(dict.fromkeys(places, milliseconds))
    starts = {place: at.offset for place, at in found.items() if at is not None}
    wanted = {place: ends[place] for place in places if place in starts}
    consumer.assign(list(wanted))
    for place in wanted:
        consumer.seek(place, starts[place])
    return wanted


def _raw(record: ConsumerRecord) -> RawMessage:
    return RawMessage(
        source=Source(record.topic, record.partition, record.offset),
        key=record.key,
        value=record.value,
        headers=tuple(record.headers),
        timestamp_ms=record.timestamp,
    )
