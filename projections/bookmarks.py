"""书签: how far each subscription has read each partition of the log.

A bookmark moves in the transaction that writes the rows, so that a page fed twice counts once.
A position is at least 1; bookmark 0 has read nothing.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
)
from sqlalchemy import update as update_rows

from projections.schema import METADATA

subscriptions: Final = Table(
    "subscriptions",
    METADATA,
    Column("name", Text, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("last_position", BigInteger, nullable=False),
)


_AT: Final = select(subscriptions.c.last_position).where(
    subscriptions.c.name == bindparam("of"), subscriptions.c.partition == bindparam("part")
)
_ALL: Final = select(subscriptions.c.partition, subscriptions.c.last_position).where(
    subscriptions.c.name == bindparam("of")
)
_MOVE: Final = (
    update_rows(subscriptions)
    .where(
        subscriptions.c.name == bindparam("of"),
        subscriptions.c.partition == bindparam("part"),
        subscriptions.c.last_position < bindparam("to"),
    )
    .values(last_position=bindparam("to"))
)
"""Made once: a statement that is made anew for each page costs more than the database does."""


def bookmark(connection: Connection, name: str, partition: int) -> int:
    """Give the last position that this subscription has seen in the partition."""
    return connection.execute(_AT, {"of": name, "part": partition}).scalar() or 0


def bookmarks(connection: Connection, name: str) -> dict[int, int]:
    """Give the bookmarks of all partitions that the subscription has begun."""
    rows = connection.execute(_ALL, {"of": name})
    return {partition: position for partition, position in rows}  # noqa: C416 - typed rows


def move_bookmark(connection: Connection, name: str, partition: int, position: int) -> None:
    """Move the bookmark forward; never back."""
    moved = connection.execute(_MOVE, {"of": name, "part": partition, "to": position})
    if moved.rowcount == 0 and bookmark(connection, name, partition) == 0:
        connection.execute(
            insert(subscriptions).values(name=name, partition=partition, last_position=position)
        )


def forget_bookmarks(connection: Connection, name: str) -> None:
    """Take the bookmarks away: the subscription reads from the start."""
    connection.execute(delete(subscriptions).where(subscriptions.c.name == name))
