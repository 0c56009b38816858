"""查验: proves that the log is whole and that everything else follows from it.

Dense positions and versions, the hash chain of every stream, states and timers equal to a replay,
counters, and whatever a hook compares. Says the place of each fault; a byte that was changed
anywhere in a row of the log is found.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from hotline.facts import Fact
from hotline.timer import Timer
from streams.batches.timer_rows import row_of
from streams.database.engine import reading
from streams.database.moments import instant
from streams.database.partitions import PARTITIONS_COUNT, partition_of
from streams.database.statements import Row
from streams.letters.defects import reason_of
from streams.log.append import GENESIS, chained
from streams.messages.wire import (
    decode_actor,
    decode_event,
    decoder,
    encode_state,
    older_forms,
)
from streams.timers.firing import message_id
from streams.verification import rows
from streams.wiring import Wiring

Progress: TypeAlias = Callable[[str, int], None]
Hook: TypeAlias = Callable[[Connection], Sequence[str]]
"""Compares read models with the log; each text names the place of a difference."""

FAULTS_MAX: Final = 20
"""Faults listed before the walk ends; the first one is what matters (our default)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """错误: what is wrong, and where."""

    code: str
    place: str


@dataclass(slots=True)
class Report:
    """查验报告."""

    events_count: int = 0
    streams_count: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Tell whether nothing was found."""
        return not self.faults


class _EnoughError(Exception):
    """Enough faults were found."""


@dataclass(frozen=True, slots=True)
class _Walk:
    """查验 under way."""

    connection: Connection
    wiring: Wiring
    report: Report
    progress: Progress

    def fault(self, code: str, place: str) -> None:
        self.report.faults.append(Fault(code, place))
        if len(self.report.faults) >= FAULTS_MAX:
            raise _EnoughError


def no_progress(_step: str, _count: int) -> None:
    """Tell nobody."""


def verify(
    engine: Engine,
    wiring: Wiring,
    progress: Progress = no_progress,
    hooks: Sequence[Hook] = (),
) -> Report:
    """Look at everything in one snapshot; never writes."""
    report = Report()
    try:
        with reading(engine) as connection:
            walk = _Walk(connection, wiring, report, progress)
            _look_at_file(walk)
            _look_at_positions(walk)
            _look_at_streams(walk)
            _look_at_leftovers(walk)
            for hook in hooks:
                for place in hook(connection):
                    walk.fault("read-model-differs", place)
    except _EnoughError:
        pass
    except DBAPIError as error:
        report.faults.append(Fault("unreadable", reason_of(error)))
    return report


def _look_at_file(walk: _Walk) -> None:
    """Let SQLite look at its own pages, which hold bytes that no row shows."""
    if walk.connection.dialect.name != "sqlite":
        return
    walk.progress("file", 0)
    for (found,) in walk.connection.execute(text("PRAGMA integrity_check(1)")):
        if found != "ok":
            walk.fault("file-damaged", str(found))


def _look_at_positions(walk: _Walk) -> None:
    """Positions of a partition are 1, 2, 3 ... up to its counter."""
    counters = dict(map(tuple, rows.counters(walk.connection)))
    for partition in range(PARTITIONS_COUNT):
        walk.progress("positions", partition)
        if partition not in counters:
            walk.fault("counter-missing", f"partition {partition}")
    for partition, count, first, last in rows.extents(walk.connection):
        if count and (first != 1 or last != count):
            gap = rows.first_gap(walk.connection, partition)
            walk.fault("position-gap", f"partition {partition}, position {gap}")
        if counters.get(partition, 0) != last + 1:
            walk.fault("counter-differs", f"partition {partition}")
        counters.pop(partition, None)
    for partition, next_position in counters.items():
        if next_position != 1:
            walk.fault("counter-differs", f"partition {partition}")


def _look_at_streams(walk: _Walk) -> None:
    """Walk through the log by stream, beside heads and timers in the same order."""
    heads = _Beside(rows.all_heads(walk.connection))
    timers = _Beside(rows.all_timers(walk.connection))
    for stream, history in groupby(rows.all_events(walk.connection), key=lambda row: row[2]):
        for orphan in heads.before(stream):
            walk.fault("head-without-events", orphan[0])
        for orphan in timers.before(stream):
            walk.fault("timer-without-stream", str(orphan[1]))
        _look_at_stream(walk, stream, history, heads.at(stream), timers.at(stream))
        walk.report.streams_count += 1
    for orphan in heads.rest():
        walk.fault("head-without-events", orphan[0])
    for orphan in timers.rest():
        walk.fault("timer-without-stream", str(orphan[1]))


def _look_at_stream(
    walk: _Walk, stream: str, history: Iterator[Row], heads: list[Row], timers: list[Row]
) -> None:
    try:
        aggregate = walk.wiring.aggregate_of(stream)
        partition = partition_of(stream)
        state, version, digest, position = None, 0, GENESIS, 0
        for row in history:
            version += 1
            place = f"{stream} version {row[3]} (partition {row[0]}, position {row[1]})"
            if row[3] != version:
                walk.fault("version-gap", place)
                return
            if row[0] != partition or row[1] <= position:
                walk.fault("place-differs", place)
            position = row[1]
            digest = chained(digest, row[:11], row[11])
            if digest != row[12]:
                walk.fault("hash-differs", place)
                return
            state = aggregate.evolve(state, _fact(row))
            walk.report.events_count += 1
            if walk.report.events_count % rows.PAGE == 0:
                walk.progress("events", walk.report.events_count)
        _look_at_head(walk, stream, heads, (partition, version, state, digest))
        _look_at_timers(walk, (stream, version), timers, aggregate.timers_of(state))
    except _EnoughError:
        raise
    except Exception as error:  # noqa: BLE001 (a row that cannot be read or folded is a finding)
        walk.fault("unreadable", f"{stream}: {reason_of(error)}")


def _fact(row: Row) -> Fact[Any]:
    return Fact(decode_event(row[4], row[11]), decode_actor(row[5]), instant(row[9]))


def _look_at_head(
    walk: _Walk, stream: str, heads: list[Row], replayed: tuple[int, int, Any, bytes]
) -> None:
    if not heads:
        walk.fault("head-missing", stream)
        return
    _, partition, version, stored, digest = heads[0]
    expected_partition, expected_version, state, expected_digest = replayed
    if (partition, version) != (expected_partition, expected_version) or digest != expected_digest:
        walk.fault("head-differs", stream)
    kept = decoder(walk.wiring.aggregate_of(stream).state)(stored)
    if kept != state or stored not in (encode_state(kept), *older_forms(kept)):
        walk.fault("state-differs", stream)


def _look_at_timers(
    walk: _Walk, head: tuple[str, int], timers: list[Row], expected: tuple[Timer, ...]
) -> None:
    """Rows equal what the state runs; one that has fired and stays quiet has no row any more."""
    stream, version = head
    wanted = {row[0]: row for row in (row_of(stream, timer) for timer in expected)}
    for stored in timers:
        id_ = stored[1]
        if wanted.pop(id_, None) != stored[1:]:
            walk.fault("timer-differs", id_)
    for id_, row in wanted.items():
        if not rows.was_handled(walk.connection, message_id(id_, row[3], version)):
            walk.fault("timer-missing", id_)


def _look_at_leftovers(walk: _Walk) -> None:
    """Every answer can be read, and points at an event that is there."""
    for message, receipt in rows.all_receipts(walk.connection):
        try:
            rows.check_receipt(message, receipt)
        except ValueError as error:
            walk.fault("receipt-unreadable", f"{message}: {reason_of(error)}")


class _Beside:
    """Rows in the order of their streams, read along with the log."""

    __slots__ = ("_next", "_rows")

    def __init__(self, found: Iterator[Row]) -> None:
        self._rows: Final = found
        self._next = next(found, None)

    def before(self, stream: str) -> Iterator[Row]:
        """Give the rows of streams that come earlier: nobody asked for them."""
        while self._next is not None and self._next[0] < stream:
            yield self._next
            self._next = next(self._rows, None)

    def at(self, stream: str) -> list[Row]:
        """Give the rows of this stream."""
        found: list[Row] = []
        while self._next is not None and self._next[0] == stream:
            found.append(self._next)
            self._next = next(self._rows, None)
        return found

    def rest(self) -> Iterator[Row]:
        """Give what is left."""
        while self._next is not None:
            yield self._next
            self._next = next(self._rows, None)
