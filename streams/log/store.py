"""读日志: events of a stream, pages of a partition, the streams there are. Reads only."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Final, TypeAlias

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    bindparam,
    func,
    literal_column,
    select,
)
from sqlalchemy.sql import ClauseElement

from handlers.outcome import EMPTY, Record
from projections.log import LogLine, LogPage
from streams.database.statements import ByKey, Row, Statement
from streams.database.tables import events, log_partitions, streams
from streams.messages.wire import decode_actor, decode_event, decoder, encode
from streams.wiring import Wiring

PAGE_LINES_MAX: Final = 1000
Span: TypeAlias = tuple[int, int, int]
"""段: partition, first and last position, both of them in it."""

_COLUMNS: Final = (
    events.c.partition,
    events.c.position,
    events.c.stream,
    events.c.version,
    events.c.type,
    events.c.payload,
    events.c.actor,
    events.c.occurred_at,
    events.c.recorded_at,
    events.c.correlation,
    events.c.causation,
    events.c.message_id,
)
_ROWID: Final[ColumnElement[int]] = literal_column("events.rowid")
_PAGE: Final = Statement(
    lambda _: (
        select(*_COLUMNS)
        .where(events.c.partition == bindparam("one"), events.c.position > bindparam("after"))
        .order_by(events.c.position)
        .limit(bindparam("count"))
    )
)


def _in_spans(dialect: str) -> ClauseElement:
    names = ("part", "low", "high")
    if dialect == "postgresql":
        arrays = (bindparam(name, type_=ARRAY(events.c.position.type)) for name in names)
        listed = func.unnest(*arrays).table_valued(*names).render_derived()
        ends: list[ColumnElement[int]] = [listed.c[name] for name in names]
    else:
        listed = func.json_each(bindparam("spans")).table_valued("value")
        places: list[ColumnElement[str]] = [
            literal_column(f"'$[{place}]'") for place in range(len(names))
        ]
        ends = [func.json_extract(listed.c.value, place) for place in places]
    partition, first, last = ends
    return (
        select(*_COLUMNS)
        .join_from(listed, events, events.c.partition == partition)
        .where(events.c.position.between(first, last))
        .order_by(events.c.partition, events.c.position)
    )


_SPANS: Final = Statement(_in_spans)
_PARTITION: Final = attrgetter("partition")
_LOG_LINE: Final[Callable[[Row], LogLine]] = partial(tuple.__new__, LogLine)
"""Makes a line of its values; the constructor of a named tuple costs three times as much."""
_AS_WRITTEN: Final = Statement(
    lambda _: (
        select(_ROWID, *_COLUMNS)
        .where(_ROWID > bindparam("after"))  # noqa: SIM300 - no constant
        .order_by(_ROWID)
        .limit(bindparam("count"))
    )
)
_HISTORY: Final = Statement(
    lambda _: (
        select(*_COLUMNS)
        .where(events.c.stream == bindparam("one"), events.c.version > bindparam("after"))
        .order_by(events.c.version)
        .limit(bindparam("count"))
    )
)
_NAMES: Final = Statement(
    lambda _: (
        select(streams.c.stream)
        .where(streams.c.stream >= bindparam("after"), streams.c.stream < bindparam("end"))
        .order_by(streams.c.stream)
        .limit(bindparam("count"))
    )
)
_HASHED: Final = Statement(
    lambda _: (
        select(
            *(events.c.partition, events.c.position, events.c.stream, events.c.version),
            *(events.c.type, events.c.actor, events.c.message_id, events.c.correlation),
            *(events.c.causation, events.c.occurred_at, events.c.recorded_at),
            *(events.c.payload, events.c.hash),
        )
        .where(events.c.stream == bindparam("one"))
        .order_by(events.c.version)
    )
)
_VERSIONS: Final = Statement(
    lambda _: select(streams.c.stream, streams.c.version).where(
        streams.c.stream >= bindparam("first"), streams.c.stream < bindparam("end")
    )
)
_RECORDS: Final = ByKey(streams.c.stream, streams.c.stream, streams.c.version, streams.c.state)
_COUNTERS: Final = Statement(
    lambda _: select(log_partitions.c.partition, log_partitions.c.next_position).order_by(
        log_partitions.c.partition
    )
)


def page(
    connection: Connection, partition: int, after: int, count: int = PAGE_LINES_MAX
) -> LogPage:
    """Give the lines of a partition behind a position, in order."""
    rows = _PAGE.rows(connection, (partition, after, count))
    return LogPage(partition, tuple(map(_line, rows)))


def spans(connection: Connection, wanted: Sequence[Span]) -> list[LogPage]:
    """Give the lines of several partitions in one question, a page of each, in order."""
    is_sqlite = connection.dialect.name == "sqlite"
    given = (json.dumps(wanted),) if is_sqlite else tuple(map(list, zip(*wanted, strict=True)))
    lines = map(_line, _SPANS.rows(connection, given))
    return [LogPage(part, tuple(found)) for part, found in groupby(lines, _PARTITION)]


def chosen(connection: Connection, span: Span, wanted: ColumnElement[bool]) -> tuple[LogLine, ...]:
    """Give the lines of one span that are wanted, in order; no other is decoded."""
    partition, first, last = span
    c = events.c
    question = (
        select(*_COLUMNS)
        .where(c.partition == partition, c.position.between(first, last), wanted)
        .order_by(c.position)
    )
    return tuple(_line(tuple(row)) for row in connection.execute(question))


def as_written(
    connection: Connection, after: int, count: int = PAGE_LINES_MAX
) -> tuple[tuple[LogLine, ...], int]:
    """Give lines of all partitions in the order in which SQLite's one writer put them on the disk.

    Also gives where to go on. Much faster than by partition, where each row is a leap.
    """
    rows = _AS_WRITTEN.rows(connection, (after, count))
    return tuple([_line(row[1:]) for row in rows]), rows[-1][0] if rows else after


def history(
    connection: Connection, stream: str, after: int = 0, count: int = PAGE_LINES_MAX
) -> tuple[LogLine, ...]:
    """Give the lines of a stream behind a version, in order."""
    return tuple(map(_line, _HISTORY.rows(connection, (stream, after, count))))


def as_hashed(connection: Connection, stream: str) -> Iterator[tuple[int, bytes, bytes, bytes]]:
    """Give the history of a stream as it was hashed: version, header, payload, hash."""
    for *header, payload, digest in _HASHED.rows(connection, (stream,)):
        yield header[3], encode(tuple(header)), payload, digest


def heads(connection: Connection) -> dict[int, int]:
    """Give the newest position of each partition; 0 for an empty one."""
    return {
        partition: next_position - 1 for partition, next_position in _COUNTERS.rows(connection, ())
    }


def stream_names(
    connection: Connection, prefix: str, page_size: int = PAGE_LINES_MAX
) -> Iterator[str]:
    """Walk through the names of streams that begin like this (`ticket/`), in order."""
    after, end = prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)
    while rows := _NAMES.rows(connection, (after, end, page_size)):
        for (name,) in rows:
            yield name
        after = rows[-1][0] + "\x01"  # behind it, and before everything that follows


def versions(connection: Connection, prefix: str) -> dict[str, int]:
    """Tell how far each stream that begins like this has come; for kinds of which there are few."""
    end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return {str(row[0]): int(row[1]) for row in _VERSIONS.rows(connection, (prefix, end))}


def records(connection: Connection, names: Sequence[str], wiring: Wiring) -> dict[str, Record]:
    """Give records without locking them; a stream that does not exist is not in the answer."""
    return {
        stream: Record(decoder(wiring.aggregate_of(stream).state)(state), version)
        for stream, version, state in _RECORDS.rows(connection, sorted(set(names)))
    }


def record(connection: Connection, stream: str, wiring: Wiring) -> Record:
    """Give the record of one stream, `EMPTY` where it does not exist."""
    return records(connection, (stream,), wiring).get(stream, EMPTY)


def _line(row: Row) -> LogLine:
    event, actor = decode_event(row[4], row[5]), decode_actor(row[6])
    return _LOG_LINE((*row[:4], event, actor, *row[7:]))
