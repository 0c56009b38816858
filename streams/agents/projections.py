"""读模型代理: each line that comes on the log topic rings for its partition.

The rows and their bookmarks are written by `streams.feed.following`, which reads the log where it
is true. A read model that fails is tried again and holds up nobody else's work.
"""

from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Any, Final, TypeAlias

from faust import App

from streams.agents.gate import Gate
from streams.app import raw_topic

BATCH_MAX: Final = 1000
WITHIN_SECONDS: Final = 0.02
"""How long rings are gathered (our default)."""

Follow: TypeAlias = Callable[[Collection[int]], object]


def install(app: App, topic: str, follow: Follow, gate: Gate) -> None:
    """Make the agent."""
    app.agent(raw_topic(app, topic), name="projections", concurrency=1)(following(follow, gate))


def following(follow: Follow, gate: Gate) -> Callable[[Any], Awaitable[None]]:
    """Give the body of the agent."""

    async def projections(stream: Any) -> None:
        async for events in stream.noack_take(BATCH_MAX, within=WITHIN_SECONDS):
            partitions = {event.message.partition for event in events}
            async with gate.work():
                await gate.until_done(partial(follow, partitions))
                for event in events:
                    await stream.ack(event)

    return projections
