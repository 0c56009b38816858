"""转发: publishes the log to Kafka, each partition in the order of its positions, none left out.

Claim, read, publish, wait for every acknowledgement, move the bookmark: one transaction, whose lock
on the bookmark's row keeps all others from that partition. A crash in between publishes a page
again; whoever reads the topic skips what is not above the last position it has seen.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, Protocol, TypeAlias

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Engine,
    SmallInteger,
    bindparam,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.sql import ClauseElement

from projections.bookmarks import subscriptions
from streams.database.engine import writing
from streams.database.partitions import PARTITIONS_COUNT
from streams.database.statements import Insert, Statement
from streams.database.tables import events, log_partitions
from streams.messages.log_records import LogRow, message_of_row
from streams.messages.raw import OutgoingMessage

RELAY: Final = "relay"
"""The name of its bookmarks."""

PAGE_LINES_MAX: Final = 500
"""Lines of a partition that are on their way at once (our default)."""

Pages: TypeAlias = Mapping[int, Sequence[OutgoingMessage]]

_PARTITION: Final = itemgetter(0)
_BEGIN: Final = Insert(subscriptions, keep=True)
_MOVE: Final = Insert(subscriptions, replace=True)


class Publish(Protocol):
    """Sends pages and waits; tells for each partition how many, from the first, are safe."""

    def __call__(self, pages: Pages) -> Mapping[int, int]:
        """Send."""
        ...


def _claim(_dialect: str) -> ClauseElement:
    """Lock the bookmarks of partitions with something new that nobody else is publishing."""
    return (
        select(subscriptions.c.partition, subscriptions.c.last_position)
        .join_from(
            subscriptions,
            log_partitions,
            subscriptions.c.partition == log_partitions.c.partition,
        )
        .where(
            subscriptions.c.name == bindparam("name"),
            subscriptions.c.last_position < log_partitions.c.next_position - literal_column("1"),
        )
        .order_by(subscriptions.c.partition)
        .with_for_update(of=subscriptions, skip_locked=True)
    )


def _lines(_dialect: str) -> ClauseElement:
    """Read the next page of several partitions in one round trip."""
    behind: Any = (
        func.unnest(
            bindparam("partitions", type_=ARRAY(SmallInteger)),
            bindparam("positions", type_=ARRAY(BigInteger)),
        )
        .table_valued("partition", "position")
        .render_derived()
    )
    page = (
        select(*(events.c[name] for name in LogRow._fields))
        .where(
            events.c.partition == behind.c.partition,
            events.c.position > behind.c.position,
        )
        .order_by(events.c.position)
        .limit(bindparam("count"))
        .lateral()
    )
    return (
        select(page)
        .select_from(behind.join(page, true()))
        .order_by(page.c.partition, page.c.position)
    )


_CLAIM: Final = Statement(_claim)
_LINES: Final = Statement(_lines)


def begin(engine: Engine) -> None:
    """Make the rows that are claimed; those that are there stay as they are."""
    with writing(engine) as connection:
        _BEGIN.run(connection, [(RELAY, partition, 0) for partition in range(PARTITIONS_COUNT)])


def publish_page(engine: Engine, publish: Publish, page_lines: int = PAGE_LINES_MAX) -> int:
    """Publish one page of each partition that has something new; tell how many lines are safe."""
    with writing(engine) as connection:
        claimed = _CLAIM.rows(connection, (RELAY,))
        if not claimed:
            return 0
        partitions, positions = map(list, zip(*claimed, strict=True))
        rows = _LINES.rows(connection, (partitions, positions, page_lines))
        pages = {
            partition: [LogRow._make(row) for row in page]
            for partition, page in groupby(rows, _PARTITION)
        }
        safe = publish(
            {partition: list(map(message_of_row, page)) for partition, page in pages.items()}
        )
        _MOVE.run(
            connection,
            [
                (RELAY, partition, pages[partition][count - 1].position)
                for partition, count in safe.items()
                if count
            ],
        )
    return sum(safe.values())
