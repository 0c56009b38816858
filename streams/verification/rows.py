"""查验所读: the rows that a check walks through, in keyset pages, so that memory stays flat."""

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection, bindparam, func, select, tuple_
from sqlalchemy.sql import ClauseElement

from streams.database.statements import Row, Statement
from streams.database.tables import events, inbox, log_partitions, streams, timers
from streams.messages.wire import UnreadableError, decode_receipt

PAGE: Final = 2000

_EVENTS: Final = Statement(
    lambda _: (
        select(
            events.c.partition,
            events.c.position,
            events.c.stream,
            events.c.version,
            events.c.type,
            events.c.actor,
            events.c.message_id,
            events.c.correlation,
            events.c.causation,
            events.c.occurred_at,
            events.c.recorded_at,
            events.c.payload,
            events.c.hash,
        )
        .where(
            tuple_(events.c.stream, events.c.version)
            > tuple_(bindparam("stream"), bindparam("version"))
        )
        .order_by(events.c.stream, events.c.version)
        .limit(bindparam("count"))
    )
)
_HEADS: Final = Statement(
    lambda _: (
        select(
            streams.c.stream,
            streams.c.partition,
            streams.c.version,
            streams.c.state,
            streams.c.hash,
        )
        .where(streams.c.stream > bindparam("after"))
        .order_by(streams.c.stream)
        .limit(bindparam("count"))
    )
)


def _timers(_dialect: str) -> ClauseElement:
    return (
        select(
            timers.c.stream,
            timers.c.id,
            timers.c.stream.label("same"),
            timers.c.kind,
            timers.c.due_at,
            timers.c.rule,
        )
        .where(timers.c.id > bindparam("after"))
        .order_by(timers.c.id)
        .limit(bindparam("count"))
    )


_TIMERS: Final = Statement(_timers)
_RECEIPTS: Final = Statement(
    lambda _: (
        select(inbox.c.message_id, inbox.c.receipt)
        .where(inbox.c.message_id > bindparam("after"))
        .order_by(inbox.c.message_id)
        .limit(bindparam("count"))
    )
)
_HANDLED: Final = Statement(
    lambda _: select(inbox.c.message_id).where(inbox.c.message_id == bindparam("message"))
)
_COUNTERS: Final = Statement(
    lambda _: select(log_partitions.c.partition, log_partitions.c.next_position)
)
_EXTENTS: Final = Statement(
    lambda _: (
        select(
            events.c.partition,
            func.count(),
            func.min(events.c.position),
            func.max(events.c.position),
        )
        .group_by(events.c.partition)
        .order_by(events.c.partition)
    )
)
_POSITIONS: Final = Statement(
    lambda _: (
        select(events.c.position)
        .where(events.c.partition == bindparam("one"), events.c.position > bindparam("after"))
        .order_by(events.c.position)
        .limit(bindparam("count"))
    )
)


def all_events(connection: Connection) -> Iterator[Row]:
    """Walk through the log by stream and version; hash and payload come last."""
    after: Row = ("", 0)
    while found := _EVENTS.rows(connection, (*after, PAGE)):
        yield from map(tuple, found)
        after = (found[-1][2], found[-1][3])


def all_heads(connection: Connection) -> Iterator[Row]:
    """Walk through the heads by stream."""
    return _by_first(_HEADS, connection, 0)


def all_timers(connection: Connection) -> Iterator[Row]:
    """Walk through the timers by id, which begins with the stream; the stream comes first."""
    return _by_first(_TIMERS, connection, 1)


def all_receipts(connection: Connection) -> Iterator[Row]:
    """Walk through the inbox by message."""
    return _by_first(_RECEIPTS, connection, 0)


def was_handled(connection: Connection, message: str) -> bool:
    """Tell whether the inbox knows a message."""
    return bool(_HANDLED.rows(connection, (message,)))


def counters(connection: Connection) -> Sequence[Row]:
    """Give partition and next position."""
    return _COUNTERS.rows(connection, ())


def extents(connection: Connection) -> Sequence[Row]:
    """Give partition, number of events, first and last position."""
    return _EXTENTS.rows(connection, ())


def first_gap(connection: Connection, partition: int) -> int:
    """Find the first position that is missing."""
    expected = 1
    while found := _POSITIONS.rows(connection, (partition, expected - 1, PAGE)):
        for (position,) in found:
            if position != expected:
                return expected
            expected += 1
    return expected


def check_receipt(message: str, receipt: bytes) -> None:
    """Raise where a stored answer is not one, or belongs to another message."""
    try:
        belongs = decode_receipt(receipt).message_id == message
    except ValueError as error:
        raise UnreadableError("not a receipt") from error
    if not belongs:
        raise UnreadableError("the receipt of another message")


def _by_first(statement: Statement, connection: Connection, key: int) -> Iterator[Row]:
    after = ""
    while found := statement.rows(connection, (after, PAGE)):
        yield from map(tuple, found)
        after = found[-1][key]
