"""收件代理: messages in, tickets out: one transaction a micro-batch, acknowledged after its commit.

Reading the bytes, the inbox and the dead letters belong to `streams.intake.taking`; nothing is
decided here. `noack_take`, because every other way of reading acknowledges what was never
committed.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

from faust import App

from handlers.envelope import Source
from streams.agents.gate import Gate
from streams.app import raw_topic
from streams.messages.raw import RawMessage

BATCH_MAX: Final = 200
"""Messages a transaction (our default: more only adds latency)."""

WITHIN_SECONDS: Final = 0.05
"""How long a batch may fill (our default)."""

Take: TypeAlias = Callable[[Sequence[RawMessage]], object]
_Body: TypeAlias = Callable[[Any], Awaitable[None]]


def install(app: App, topics: Mapping[str, str], take: Take, gate: Gate) -> None:
    """Make one agent a topic; `topics` names the topic of each agent."""
    for name, topic in topics.items():
        app.agent(raw_topic(app, topic), name=f"intake.{name}", concurrency=1)(taking(take, gate))


def taking(take: Take, gate: Gate) -> _Body:
    """Give the body of an agent."""

    async def intake(stream: Any) -> None:
        async for events in stream.noack_take(BATCH_MAX, within=WITHIN_SECONDS):
            async with gate.work():
                await gate.until_committed(partial(take, [raw_of(event) for event in events]))
                for event in events:
                    await stream.ack(event)

    return intake


def raw_of(event: Any) -> RawMessage:
    """Give a message as it came."""
    message = event.message
    return RawMessage(
        source=Source(message.topic, message.partition, message.offset),
        key=message.key,
        value=message.value,
        headers=tuple(message.headers or ()),
        timestamp_ms=round((message.timestamp or 0) * 1000),
    )
