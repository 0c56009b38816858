"""追加: writes facts into the log, chained by hash, dense by position, and the heads of streams.

The counter rows of the partitions are locked in ascending order, last, right before the insert: a
reader that has seen position n has seen everything before n.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy import Connection, bindparam, update

from handlers.outcome import Record, Recorded
from streams.database.moments import microseconds
from streams.database.partitions import partition_of
from streams.database.statements import ByKey, Insert, Row, Statement
from streams.database.tables import events, log_partitions
from streams.database.tables import streams as stream_rows
from streams.messages.wire import encode, encode_actor, encode_state

GENESIS: Final = bytes(32)
"""The hash before the first event of a stream."""

Position: TypeAlias = tuple[int, int]

_LOCK_COUNTERS: Final = ByKey(
    log_partitions.c.partition,
    log_partitions.c.partition,
    log_partitions.c.next_position,
    lock=True,
)
_TAKE_FROM_ONE: Final = Statement(
    lambda _: (
        update(log_partitions)
        .values(next_position=log_partitions.c.next_position + bindparam("count"))
        .where(log_partitions.c.partition == bindparam("one"))
        .returning(log_partitions.c.next_position)
    )
)
_WRITE_EVENTS: Final = Insert(events)
_WRITE_COUNTERS: Final = Insert(log_partitions, replace=True)
_WRITE_HEADS: Final = Insert(stream_rows, replace=True)


def chained(previous: bytes, header: Row, payload: bytes) -> bytes:
    """Hash an event: the hash before it, every other column, and the exact payload.

    The header is (partition, position, stream, version, type, actor, message_id, correlation,
    causation, occurred_at, recorded_at) as one line of JSON, which holds no line break.
    """
    return hashlib.sha256(b"%b%b\n%b" % (previous, encode(header), payload)).digest()


@dataclass(frozen=True, slots=True)
class Appended:
    """已追加: where each fact went, and the newest hash of each stream."""

    positions: tuple[Position, ...]
    hashes: Mapping[str, bytes]


def append(
    connection: Connection,
    recorded: Sequence[Recorded],
    hashes: Mapping[str, bytes],
    now: datetime,
) -> Appended:
    """Write facts in their order; `hashes` are the newest ones of the streams so far."""
    partitions = [partition_of(one.stream) for one in recorded]
    payloads = [encode(one.fact.event) for one in recorded]
    recorded_at = microseconds(now)
    newest = dict(hashes)
    rows: list[Row] = []
    positions: list[Position] = []
    next_positions = _take_positions(connection, Counter(partitions))
    for one, partition, payload in zip(recorded, partitions, payloads, strict=True):
        position = next_positions[partition]
        next_positions[partition] = position + 1
        fact = one.fact
        type_, actor = type(fact.event).__name__, encode_actor(fact.actor)
        occurred_at = microseconds(fact.occurred_at)
        origin = (one.message_id, one.correlation, one.causation, occurred_at, recorded_at)
        place = (partition, position, one.stream, one.version, type_)
        digest = chained(newest.get(one.stream, GENESIS), (*place, actor, *origin), payload)
        newest[one.stream] = digest
        rows.append((*place, payload, actor, *origin, digest))
        positions.append((partition, position))
    _WRITE_EVENTS.run(connection, rows)
    return Appended(tuple(positions), newest)


def write_heads(
    connection: Connection, records: Mapping[str, Record], hashes: Mapping[str, bytes]
) -> None:
    """Write the state of each stream that moved."""
    _WRITE_HEADS.run(
        connection,
        [
            (stream, partition_of(stream), one.version, encode_state(one.state), hashes[stream])
            for stream, one in sorted(records.items())
        ],
    )


def _take_positions(connection: Connection, counts: Counter[int]) -> dict[int, int]:
    """Lock the counters, move them on, and give the first free position of each partition."""
    if len(counts) == 1:
        ((partition, count),) = counts.items()
        return {partition: _TAKE_FROM_ONE.rows(connection, (count, partition))[0][0] - count}
    first: dict[int, int] = {p: n for p, n in _LOCK_COUNTERS.rows(connection, sorted(counts))}  # noqa: C416 (typed)
    _WRITE_COUNTERS.run(
        connection,
        [(partition, first[partition] + counts[partition]) for partition in sorted(first)],
    )
    return first
