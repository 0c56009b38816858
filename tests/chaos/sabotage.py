"""Laws broken on purpose, in a worker of the harness alone: the checker has to see each."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any, Final

from sqlalchemy import Connection, text

import streams.agents.intake as agent
import streams.batches.inbox
import streams.intake.places
import streams.log.append
from streams.agents import positions
from streams.agents.gate import Gate
from streams.database.moments import microseconds
from streams.database.statements import Insert
from streams.database.tables import inbox
from streams.kafka.producing import Producing
from streams.processes.worker import DRAIN_SECONDS

HELD_EACH: Final = 5
HELD_SECONDS: Final = DRAIN_SECONDS + 1


def take_back() -> None:
    """Read with `take_events`, which acknowledges whatever its body did not finish."""

    def taking(take: agent.Take, gate: Gate) -> Callable[[Any], Awaitable[None]]:
        async def intake(stream: Any) -> None:
            async for events in stream.take_events(agent.BATCH_MAX, within=agent.WITHIN_SECONDS):
                async with gate.work():
                    raw = [agent.raw_of(event) for event in events]
                    await _dawdle()
                    await gate.until_committed(partial(take, raw))

        return intake

    agent.taking = taking
    _trust_the_group()


def ack_first() -> None:
    """Acknowledge before the commit."""

    def taking(take: agent.Take, gate: Gate) -> Callable[[Any], Awaitable[None]]:
        async def intake(stream: Any) -> None:
            async for events in stream.noack_take(agent.BATCH_MAX, within=agent.WITHIN_SECONDS):
                async with gate.work():
                    for event in events:
                        await stream.ack(event)
                    raw = [agent.raw_of(event) for event in events]
                    await _dawdle()
                    await gate.until_committed(partial(take, raw))

        return intake

    agent.taking = taking
    _trust_the_group()


def _trust_the_group() -> None:
    """Believe the group's offsets: setting it back to the database would heal most of the loss."""
    positions.behind = lambda *_: {}


async def _dawdle(batches: Iterator[int] = count()) -> None:  # noqa: B008 (one counter, meant so)
    """Hold some batches: what is lost with a batch in hand is seen where there is one in hand.

    Longer than a stop waits for a batch, and than Faust waits between two commits of offsets.
    """
    if next(batches) % HELD_EACH == 0:
        await asyncio.sleep(HELD_SECONDS)


def no_inbox() -> None:
    """Recognise nothing that came before."""
    write = Insert(inbox, keep=True)

    def remember(connection: Connection, handled: Sequence[Any], now: datetime) -> None:
        at = microseconds(now)
        rows = [
            streams.batches.inbox._row(envelope, fingerprint, receipt, at)
            for envelope, fingerprint, receipt in handled
        ]
        write.run(connection, rows)

    streams.batches.inbox.answered = lambda *_: {}
    streams.batches.inbox.remember = remember
    streams.intake.places.answered = lambda *_: {}


def sequence() -> None:
    """Take positions as a sequence does: at once, for everybody, and not given back."""

    def take_positions(connection: Connection, counts: Counter[int]) -> dict[int, int]:
        first: dict[int, int] = {}
        with connection.engine.connect() as aside:
            for partition, count in sorted(counts.items()):
                moved = aside.scalar(
                    text(
                        "UPDATE log_partitions SET next_position = next_position + :count "
                        "WHERE partition = :partition RETURNING next_position"
                    ),
                    {"count": count, "partition": partition},
                )
                aside.commit()
                first[partition] = moved - count
        return first

    streams.log.append._take_positions = take_positions


def out_of_order() -> None:
    """Publish each page from its end."""
    publish = Producing.__call__

    def turned(self: Producing, pages: Mapping[int, Sequence[Any]]) -> Mapping[int, int]:
        return publish(self, {number: [*reversed(page)] for number, page in pages.items()})

    Producing.__call__ = turned  # type: ignore[method-assign] # sabotage of this process alone


SABOTAGES: Final[Mapping[str, Callable[[], None]]] = {
    "take-back": take_back,
    "ack-first": ack_first,
    "no-inbox": no_inbox,
    "sequence": sequence,
    "out-of-order": out_of_order,
}
