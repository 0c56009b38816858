"""书签: how far each subscription has read each partition of the log.

A bookmark moves in the transaction that writes the rows, so that a page fed twice counts once.
A position is at least 1; bookmark 0 has read nothing.
"""

from typing import Final

from sqlalchemy import BigInteger, Column, Connection, Integer, Table, Text, delete, insert, select
from sqlalchemy import update as update_rows

from projections.schema import METADATA

subscriptions: Final = Table(
    "subscriptions",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("last_position", BigInteger, nullable=False),
)


def bookmark(connection: Connection, name: str, partition: int) -> int:
    """Give the last position that this subscription has seen in the partition."""
    found = connection.execute(
        select(subscriptions.c.last_position).where(
            subscriptions.c.name == name, subscriptions.c.partition == partition
        )
    ).scalar()
    return found or 0


def bookmarks(connection: Connection, name: str) -> dict[int, int]:
    """Give the bookmarks of all partitions that the subscription has begun."""
    rows = connection.execute(
        select(subscriptions.c.partition, subscriptions.c.last_position).where(
            subscriptions.c.name == name
        )
    )
    return {partition: position for partition, position in rows}  # noqa: C416 - typed rows


def move_bookmark(connection: Connection, name: str, partition: int, position: int) -> None:
    """Move the bookmark forward; never back."""
    moved = connection.execute(
        update_rows(subscriptions)
        .where(
            subscriptions.c.name == name,
            subscriptions.c.partition == partition,
            subscriptions.c.last_position < position,
        )
        .values(last_position=position)
    )
    if moved.rowcount == 0 and bookmark(connection, name, partition) == 0:
        connection.execute(
            insert(subscriptions).values(name=name, partition=partition, last_position=position)
        )


def forget_bookmarks(connection: Connection, name: str) -> None:
    """Take the bookmarks away: the subscription reads from the start."""
    connection.execute(delete(subscriptions).where(subscriptions.c.name == name))
