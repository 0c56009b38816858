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

STOP_SECONDS_MAX: Final = 1.0
LEAVE_SECONDS_MAX: Final = 2.5
"""For good, it may close what it had opened: a little less than a worker grants to leaving."""

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
        self._starting: asyncio.Future[None] = self._loop.create_future()
        self._going: Final[set[asyncio.Future[None]]] = set()
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
        await self.stop(LEAVE_SECONDS_MAX)

    async def stop(self, seconds_max: float = STOP_SECONDS_MAX) -> None:
        """Let the producer go; what it had not sent is not waited for.

        Nothing is cancelled: a client that is cut off while it opens a connection never closes it.
        """
        producer, self._producer = self._producer, None
        if producer is not None:
            going = asyncio.ensure_future(_let_go(producer, self._starting))
            self._going.add(going)
            going.add_done_callback(self._going.discard)
            await asyncio.wait([going], timeout=seconds_max)

    async def _started(self) -> AIOKafkaProducer:
        """Give a producer that has started, whoever of several pages came first."""
        if self._producer is None:
            self._producer = self._make()
            self._starting = asyncio.ensure_future(self._producer.start())
        producer = self._producer
        await asyncio.shield(self._starting)
        return producer

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


async def _let_go(producer: AIOKafkaProducer, starting: asyncio.Future[None]) -> None:
    """Stop a producer after its start has ended: before that it would open what nobody closes."""
    await asyncio.wait([starting])
    if not starting.cancelled() and (error := starting.exception()) is not None:
        _log.info("producer-never-started", kind=type(error).__name__)
    await producer.stop()


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
