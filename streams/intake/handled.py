"""已处理: how far the database itself has come, in intake and in publishing the log.

The database is the judge: a group's offset is only where Kafka would go on reading.
"""

from sqlalchemy import Connection, func, select

from projections.bookmarks import subscriptions
from streams.database.tables import inbox, log_partitions
from streams.kafka.relay import RELAY


def intake_offsets(connection: Connection) -> dict[tuple[str, int], int]:
    """Give for each place of intake the first offset that was not handled."""
    rows = connection.execute(
        select(inbox.c.topic, inbox.c.partition, func.max(inbox.c.offset))
        .where(inbox.c.topic.is_not(None))
        .group_by(inbox.c.topic, inbox.c.partition)
    )
    return {(topic, partition): offset + 1 for topic, partition, offset in rows}


def published_positions(connection: Connection) -> dict[int, tuple[int, int]]:
    """Give for each partition of the log what was published of it, and its last position."""
    rows = connection.execute(
        select(
            log_partitions.c.partition,
            func.coalesce(subscriptions.c.last_position, 0),
            log_partitions.c.next_position - 1,
        ).outerjoin(
            subscriptions,
            (subscriptions.c.partition == log_partitions.c.partition)
            & (subscriptions.c.name == RELAY),
        )
    )
    return {partition: (published, last) for partition, published, last in rows}
