"""读位: where the database stands in the intake topics, and a group whose offsets are ahead of it.

After a restore from an older dump the offsets of the group are ahead of what the database knows;
what came in between would be missing. So the group is set back to where the database stands.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Final, TypeAlias

import structlog
from aiokafka.errors import KafkaError
from faust import App
from faust.types import TP
from sqlalchemy import ARRAY, Connection, SmallInteger, Text, bindparam, func, select, true
from sqlalchemy.sql import ClauseElement

from streams.database.statements import Statement
from streams.database.tables import inbox

Place: TypeAlias = tuple[str, int]
"""Topic and partition."""

_log: Final = structlog.get_logger(__name__)


def _newest(_dialect: str) -> ClauseElement:
    places: Any = (
        func.unnest(
            bindparam("topics", type_=ARRAY(Text)), bindparam("parts", type_=ARRAY(SmallInteger))
        )
        .table_valued("topic", "partition")
        .render_derived()
    )
    newest = (
        select(func.max(inbox.c.offset).label("offset"))
        .where(inbox.c.topic == places.c.topic, inbox.c.partition == places.c.partition)
        .lateral()
    )
    return select(places.c.topic, places.c.partition, newest.c.offset).select_from(
        places.join(newest, true())
    )


_NEWEST: Final = Statement(_newest)


def stored_positions(connection: Connection, places: Sequence[Place]) -> dict[Place, int]:
    """Give for each partition the offset that comes after the newest one in the inbox."""
    if not places:
        return {}
    topics, partitions = map(list, zip(*places, strict=True))
    return {
        (topic, partition): 0 if offset is None else offset + 1
        for topic, partition, offset in _NEWEST.rows(connection, (topics, partitions))
    }


def behind(committed: Mapping[Place, int | None], stored: Mapping[Place, int]) -> dict[Place, int]:
    """Say where the group has to go back to: to the stored position, where it is further."""
    return {
        place: position
        for place, position in stored.items()
        if (offset := committed.get(place)) is not None and offset > position
    }


def from_the_beginning(
    assigned: Sequence[Place], stands: Mapping[Place, int | None]
) -> list[Place]:
    """Say which partitions have to be read from their beginning by a seek of our own.

    A rebalance throws away what was fetched and not handled, and trusts the seek to the committed
    offset to bring it back. The client only seeks to offsets above 0: where nothing is committed,
    it would go on behind what was thrown away, and the next commit would pass over it.
    """
    return [place for place in assigned if not stands.get(place)]


def standing(app: App, topics: Collection[str]) -> dict[Place, tuple[int, int]]:
    """Give what is committed of each assigned partition, and where it ends, as far as known."""
    consumer: Any = app.consumer
    if consumer is None:
        return {}
    return {
        tuple(place): (consumer._committed_offset.get(place) or 0, consumer.highwater(place) or 0)  # noqa: SLF001
        for place in consumer.assignment()
        if place.topic in topics
    }


async def kafka_answers(app: App, seconds: float) -> bool:
    """Ask for the end of one partition; a worker that has none has nothing to ask for."""
    consumer: Any = app.consumer
    place = next(iter(consumer.assignment()), None)
    if place is None:
        return True
    try:
        await asyncio.wait_for(consumer.highwaters(place), seconds)
    except (TimeoutError, KafkaError):
        return False
    return True


async def follow_database(
    app: App,
    topics: Collection[str],
    stored: Callable[[Sequence[Place]], Awaitable[Mapping[Place, int]]],
) -> None:
    """Commit the database's position where the group is ahead of it; Faust then seeks to it.

    Has to run when a rebalance is complete: a commit before that comes too late for this start, and
    a seek is overwritten. `_commit` is Faust's own and private; no other module uses such.
    """
    consumer: Any = app.consumer
    assigned = [place for place in consumer.assignment() if place.topic in topics]
    committed = await consumer.seek_to_committed()
    found = await stored([tuple(place) for place in assigned])
    stands = {tuple(place): offset for place, offset in committed.items()}
    back = behind(stands, found)
    if back:
        _log.warning("intake-set-back", partitions=len(back))
        # Faust wants its own kind of place as the key, not a bare pair.
        await consumer._commit({tp: back[tuple(tp)] for tp in assigned if tuple(tp) in back})  # noqa: SLF001
    first = from_the_beginning([tuple(tp) for tp in assigned], {**stands, **back})
    if first:
        await consumer.seek_wait({TP(*place): 0 for place in first})
