"""重算: a published calendar moves the due dates of open tickets, by events that say so.

Each open ticket gets one command whose id follows from ticket and calendar, so that a crash in the
middle begins again without doing anything twice. A ticket is open as long as it runs a timer.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, Engine, bindparam, select

from handlers.envelope import Envelope
from handlers.outcome import Context
from hotline.people.actors import SYSTEM
from hotline.routing.state import PublishedCalendar
from hotline.tickets.commands import RecomputeDue
from projections.bookmarks import bookmark, move_bookmark
from streams.batches.commit import commit_batch
from streams.batches.numbers import REGION_DIGITS
from streams.database.engine import reading, writing
from streams.database.partitions import partition_of
from streams.database.statements import Statement
from streams.database.tables import timers
from streams.log.store import records, stream_names
from streams.wiring import Wiring

BATCH_MAX: Final = 200

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "bihuan/recomputations")
_CALENDARS: Final = "calendar/"
_OPEN: Final = Statement(
    lambda _: (
        select(timers.c.stream)
        .distinct()
        .where(timers.c.id > bindparam("after"), timers.c.id < bindparam("end"))
        .order_by(timers.c.stream)
        .limit(bindparam("count"))
    )
)


def recompute(engine: Engine, context: Context, wiring: Wiring, now: datetime) -> int:
    """Bring open tickets under calendars published since; tell how many were looked at."""
    looked_at = 0
    with reading(engine) as connection:
        waiting = list(_waiting(connection, wiring))
    for stream, version, calendar in waiting:
        for batch in _batches(engine, stream, version, calendar, now):
            commit_batch(engine, batch, context, wiring, now)
            looked_at += len(batch)
        with writing(engine) as connection:
            move_bookmark(connection, _bookmark_of(stream), partition_of(stream), version)
    return looked_at


def _waiting(connection: Connection, wiring: Wiring) -> Iterator[tuple[str, int, str]]:
    """Find the calendars whose newest version no open ticket has been told of."""
    names = list(stream_names(connection, _CALENDARS))
    for stream, record in sorted(records(connection, names, wiring).items()):
        done = bookmark(connection, _bookmark_of(stream), partition_of(stream))
        if isinstance(record.state, PublishedCalendar) and record.version > done:
            yield stream, record.version, record.state.version


def _bookmark_of(stream: str) -> str:
    return f"recomputed/{stream}"


def _batches(
    engine: Engine, calendar_stream: str, version: int, calendar: str, now: datetime
) -> Iterator[list[Envelope]]:
    after, end = _bounds(calendar_stream.removeprefix(_CALENDARS))
    while True:
        with reading(engine) as connection:
            streams = [stream for (stream,) in _OPEN.rows(connection, (after, end, BATCH_MAX))]
        if not streams:
            return
        yield [
            Envelope(
                message_id=str(uuid5(_NAMESPACE, f"{stream}\n{calendar_stream}\n{version}")),
                stream=stream,
                command=RecomputeDue(calendar=calendar),
                actor=SYSTEM,
                at=now,
                causation=f"{calendar_stream}:{version}",
            )
            for stream in streams
        ]
        after = f"{streams[-1]}!"  # behind every timer of the last one


def open_streams(connection: Connection, region: str, count: int) -> Iterator[list[str]]:
    """Walk through the open tickets of an area, so many at a time; "" is all of them."""
    after, end = _bounds(region)
    while streams := [stream for (stream,) in _OPEN.rows(connection, (after, end, count))]:
        yield streams
        after = f"{streams[-1]}!"


def _bounds(region: str) -> tuple[str, str]:
    after = f"ticket/{region[:REGION_DIGITS]}"
    return after, after[:-1] + chr(ord(after[-1]) + 1)
