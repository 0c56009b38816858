"""跟进: brings read models up to the log where several processes do so at once.

Whoever feeds a partition holds its lock until the page is committed, so no page counts twice. The
log topic only rings: what is read stands in the database, so a line that Kafka still holds from
before a restore is never taken for the truth, and a gap cannot arise.
"""

from collections.abc import Collection
from typing import Final

from sqlalchemy import BigInteger, Connection, Engine, bindparam, func, select

from streams.engine import reading, writing
from streams.statements import Statement
from streams.store import PAGE_LINES_MAX, heads, page
from streams.subscriptions import Subscription, read_positions

_LOCKS: Final = 0x6269687561 << 16
"""Advisory locks of the feeding: one a partition."""

_WAIT: Final = Statement(
    lambda _: select(func.pg_advisory_xact_lock(bindparam("lock", type_=BigInteger)))
)
_TRY: Final = Statement(
    lambda _: select(func.pg_try_advisory_xact_lock(bindparam("lock", type_=BigInteger)))
)


def follow(
    engine: Engine,
    subscription: Subscription,
    partitions: Collection[int],
    *,
    wait: bool = True,
    page_lines: int = PAGE_LINES_MAX,
) -> int:
    """Feed what is in the log of these partitions now; tell how many lines were fed.

    Without `wait`, a partition that somebody else is feeding is left to him.
    """
    with reading(engine) as connection:
        read = read_positions(connection, subscription)
        ends = heads(connection)
    fed = 0
    for partition in sorted(partitions):
        position = read.get(partition, 0)
        while position < ends.get(partition, 0):
            with writing(engine) as connection:
                if not _locked(connection, partition, wait=wait):
                    break
                lines = page(connection, partition, position, page_lines)
                if not lines.lines:
                    break
                subscription.apply(connection, lines)
            position = lines.lines[-1].position
            fed += len(lines.lines)
    return fed


def _locked(connection: Connection, partition: int, *, wait: bool) -> bool:
    if connection.dialect.name != "postgresql":
        return True  # one writer
    statement = _WAIT if wait else _TRY
    return statement.rows(connection, (_LOCKS + partition,))[0][0] is not False
