"""发送: pages of messages to Kafka, idempotent, acknowledged by all replicas, in their order."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from streams.kafka.relay import Pages
from streams.messages.raw import OutgoingMessage

BATCH_BYTES_MAX: Final = 512 * 1024
"""Bytes of one request to a partition (our default: half of what a broker takes)."""

MakeProducer: TypeAlias = Callable[[], AIOKafkaProducer]

_log: Final = structlog.get_logger(__name__)


class Producing:
    """发送 from any thread over one producer of an event loop.

    A producer that failed is thrown away: after a failure an idempotent one may refuse everything.
    """

    def __init__(self, make: MakeProducer, seconds_max: float) -> None:
        self._make: Final = make
        self._seconds_max: Final = seconds_max
        self._loop: Final = asyncio.get_running_loop()
        self._producer: AIOKafkaProducer | None = None
        self._has_left = False

    def __call__(self, pages: Pages) -> Mapping[int, int]:
        """Send pages from a thread, and wait; nothing is safe that was not acknowledged in time."""
        return asyncio.run_coroutine_threadsafe(self.publish(pages), self._loop).result()

    async def publish(self, pages: Pages) -> Mapping[int, int]:
        """Send pages; tell for each partition how many messages, from the first, are safe."""
        safe = dict.fromkeys(pages, 0)
        if self._has_left:
            return safe
        try:
            async with asyncio.timeout(self._seconds_max):
                producer = await self._started()
                sending = (self._page(producer, page, safe) for page in pages.values())
                failed = [
                    one for one in await asyncio.gather(*sending, return_exceptions=True) if one
                ]
                for error in failed:
                    raise error
        except (KafkaError, TimeoutError, OSError) as error:
            _log.warning("publishing-failed", kind=type(error).__name__)
            await self.stop()
        return safe

    async def leave(self) -> None:
        """Let the producer go for good: whoever still comes is told that nothing is safe."""
        self._has_left = True
        await self.stop()

    async def stop(self) -> None:
        """Let the producer go; what it had not sent is not waited for."""
        producer, self._producer = self._producer, None
        if producer is not None:
            stopping = asyncio.ensure_future(producer.stop())
            await asyncio.wait([stopping], timeout=1)
            stopping.cancel()

    async def _started(self) -> AIOKafkaProducer:
        if self._producer is None:
            self._producer = (
                self._make()
            )  # known before it starts, so that it is stopped if it fails
            await self._producer.start()
        return self._producer

    async def _page(
        self, producer: AIOKafkaProducer, page: Sequence[OutgoingMessage], safe: dict[int, int]
    ) -> None:
        """Send one partition's page in batches, each waited for: a failure leaves no hole."""
        start = 0
        while start < len(page):
            batch = producer.create_batch()
            end = _filled(batch, page, start)
            first = page[start]
            sent: Awaitable[Any] = await producer.send_batch(
                batch, first.topic, partition=first.partition
            )
            await sent
            safe[first.partition] = start = end


def _filled(batch: Any, page: Sequence[OutgoingMessage], start: int) -> int:
    """Fill a batch, which takes at least one; give the index of the first without room."""
    for index in range(start, len(page)):
        message = page[index]
        room = batch.append(
            key=message.key, value=message.value, timestamp=None, headers=list(message.headers)
        )
        if room is None:
            return index
    batch.close()
    return len(page)
