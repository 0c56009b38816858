"""日志原行: pages of the log as they are stored, for the relay, which decodes nothing."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, bindparam, select

from streams.messages.log_records import LogRow
from streams.statements import Statement
from streams.tables import events

_PAGE: Final = Statement(
    lambda _: (
        select(*(events.c[name] for name in LogRow._fields))
        .where(events.c.partition == bindparam("one"), events.c.position > bindparam("after"))
        .order_by(events.c.position)
        .limit(bindparam("count"))
    )
)


def rows_behind(connection: Connection, partition: int, after: int, count: int) -> Sequence[LogRow]:
    """Give the rows of a partition behind a position, in order."""
    return [LogRow._make(row) for row in _PAGE.rows(connection, (partition, after, count))]
