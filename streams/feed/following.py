"""跟进: brings read models up to the log where several processes do so at once.

Whoever feeds a partition holds its lock until the page is committed, so no page counts twice. What
is read stands in the database, so a line that Kafka still holds from before a restore is never
taken for the truth, and a gap cannot arise.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, Connection, Engine, bindparam, func, select
from sqlalchemy.sql import ClauseElement

from streams.database.engine import reading, writing
from streams.database.statements import Statement
from streams.feed.subscriptions import (
    ROUND_LINES_MAX,
    Subscription,
    lines_of,
    next_round,
    read_positions,
)
from streams.log.store import heads

_LOCKS: Final = 0x6269687561 << 16
"""Advisory locks of the feeding: one a partition."""


def _listed() -> Any:
    """Give the numbers of locks in the order in which they were named."""
    return func.unnest(bindparam("locks", type_=ARRAY(BigInteger))).column_valued("lock")


def _wait(_dialect: str) -> ClauseElement:
    lock = _listed()
    return select(lock, func.pg_advisory_xact_lock(lock))


def _try(_dialect: str) -> ClauseElement:
    lock = _listed()
    return select(lock, func.pg_try_advisory_xact_lock(lock))


_WAIT: Final = Statement(_wait)
_TRY: Final = Statement(_try)


def follow(
    engine: Engine,
    subscription: Subscription,
    partitions: Collection[int],
    *,
    wait: bool = True,
    round_lines: int = ROUND_LINES_MAX,
) -> int:
    """Feed what is in the log of these partitions now, a round a transaction; tell how many lines.

    Without `wait`, a partition that somebody else is feeding is left to him.
    """
    with reading(engine) as connection:
        read = read_positions(connection, subscription)
        ends = {part: end for part, end in heads(connection).items() if part in partitions}
    fed = 0
    while behind := {part: end for part, end in ends.items() if read.get(part, 0) < end}:
        with writing(engine) as connection:
            ours = _locked(connection, sorted(behind), wait=wait)
            ends = {part: behind[part] for part in ours}
            read = read_positions(connection, subscription)
            if wanted := next_round(read, ends, round_lines):
                subscription.prepare(connection, lines_of(connection, wanted))(connection)
        for part, first, last in wanted:
            read[part] = last
            fed += last - first + 1
    return fed


def _locked(connection: Connection, partitions: Sequence[int], *, wait: bool) -> Sequence[int]:
    """Lock partitions in one round trip; give those that are ours until the transaction ends."""
    if connection.dialect.name != "postgresql":
        return partitions  # one writer
    statement = _WAIT if wait else _TRY
    found = statement.rows(connection, ([_LOCKS + part for part in partitions],))
    return [lock - _LOCKS for lock, got in found if got is not False]
