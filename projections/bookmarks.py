"""书签: how far each subscription has read each partition of the log.

A bookmark moves in the transaction that writes the rows, so that a page fed twice counts once.
What is written was folded from what stood at the old position; so the bookmark must still be there.
A position is at least 1; bookmark 0 has read nothing.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

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
_ALL: Final = "SELECT name, partition, last_position FROM subscriptions"
_FIRST: Final = {
    "sqlite": "INSERT INTO subscriptions VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    "postgresql": (
        "INSERT INTO subscriptions "
        "SELECT * FROM unnest(%b::text[], %b::integer[], %b::bigint[]) ON CONFLICT DO NOTHING"
    ),
}
_NEXT: Final = {
    "sqlite": (
        "UPDATE subscriptions SET last_position = ? "
        "WHERE name = ? AND partition = ? AND last_position = ?"
    ),
    "postgresql": (
        "UPDATE subscriptions SET last_position = m.after FROM unnest("
        "%b::bigint[], %b::text[], %b::integer[], %b::bigint[]) "
        "AS m(after, name, partition, before) "
        "WHERE subscriptions.name = m.name AND subscriptions.partition = m.partition "
        "AND subscriptions.last_position = m.before"
    ),
}
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
    return all_bookmarks(connection).get(name, {})


def all_bookmarks(connection: Connection) -> dict[str, dict[int, int]]:
    """Give the bookmarks of every subscription by partition, in one question."""
    found: dict[str, dict[int, int]] = {}
    for name, partition, position in connection.exec_driver_sql(_ALL):
        found.setdefault(name, {})[partition] = position
    return found


class Move(NamedTuple):
    """移动 of one bookmark, from where it stood when the lines behind it were read."""

    name: str
    partition: int
    before: int
    after: int


class BookmarkMovedError(Exception):
    """书签已动: somebody else fed the same lines meanwhile; read anew, nothing was written."""


def move_bookmarks(connection: Connection, moves: Sequence[Move]) -> None:
    """Move many bookmarks, each from its known position; the caller rolls back if one was moved."""
    first = [(m.name, m.partition, m.after) for m in moves if not m.before]
    later = [(m.after, m.name, m.partition, m.before) for m in moves if m.before]
    moved = _run(connection, _FIRST, first) + _run(connection, _NEXT, later)
    if moved != len(moves):
        raise BookmarkMovedError


def _run(connection: Connection, sql: dict[str, str], rows: Sequence[tuple[int | str, ...]]) -> int:
    if not rows:
        return 0
    name = connection.dialect.name
    if name == "sqlite":
        return connection.exec_driver_sql(sql[name], list(rows)).rowcount
    columns = tuple(list(column) for column in zip(*rows, strict=True))
    return connection.exec_driver_sql(sql[name], columns).rowcount


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
