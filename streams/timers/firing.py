"""到时: due timers become commands, oldest first, each once in effect.

A claim is the lock of the ticket's row, not of the timer's: so every transaction locks streams
first and timers afterwards, and two claimers never wait for each other. Command and removal of the
timer's row are one transaction; the command's id follows from timer and due time.
"""

from datetime import datetime, timedelta
from hashlib import sha1
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, Engine, bindparam, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

from handlers.aggregates import timer_command
from handlers.envelope import Envelope
from handlers.outcome import Context
from hotline.people.actors import CLOCK
from hotline.tickets.vocabulary import TimerKind
from streams.batches.batch import run_batch
from streams.batches.commit import ATTEMPTS_MAX, commit_batch
from streams.database.engine import DatabaseUnavailable, is_broken, may_try_again, writing
from streams.database.moments import instant, microseconds
from streams.database.statements import Row, Statement
from streams.database.tables import streams, timers
from streams.wiring import Wiring

CLAIM_MAX: Final = 500
"""Timers a transaction (our default)."""

_NAMESPACE: Final = uuid5(NAMESPACE_URL, "bihuan/timers")
_DUE: Final = (
    timers.c.id,
    timers.c.stream,
    timers.c.kind,
    timers.c.due_at,
    streams.c.version,
)


def _claim(_dialect: str) -> ClauseElement:
    return (
        select(*_DUE)
        .join_from(timers, streams, streams.c.stream == timers.c.stream)
        .where(timers.c.due_at <= bindparam("now"))
        .order_by(timers.c.due_at, timers.c.id)
        .limit(bindparam("count"))
        .with_for_update(of=streams, skip_locked=True)
    )


_CLAIM: Final = Statement(_claim)
_COUNT_DUE: Final = Statement(
    lambda _: select(func.count()).select_from(timers).where(timers.c.due_at <= bindparam("now"))
)
_OLDEST: Final = Statement(lambda _: select(func.min(timers.c.due_at)))


def fire_due(
    engine: Engine, context: Context, wiring: Wiring, now: datetime, claim: int = CLAIM_MAX
) -> int:
    """Fire a batch of what is due now; 0 when nothing was left to claim."""
    claimed: list[Envelope] = []
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            with writing(engine) as connection:
                rows = _CLAIM.rows(connection, (microseconds(now), claim))
                claimed = [_envelope(row, now) for row in rows]
                if claimed:
                    run_batch(connection, claimed, context, wiring, now)
                return len(claimed)
        except DatabaseUnavailable:
            raise
        except DBAPIError as error:
            if is_broken(error) or not claimed:
                raise
            if attempt == ATTEMPTS_MAX or not may_try_again(error):
                break
        except Exception:
            if not claimed:
                raise
            break
    # One of them cannot be written: each gets its own chance, the culprit its dead letter.
    commit_batch(engine, claimed, context, wiring, now)
    return len(claimed)


def fire_all_due(engine: Engine, context: Context, wiring: Wiring, now: datetime) -> int:
    """Fire everything that is due now, and what becomes due by that, oldest first."""
    fired = 0
    while count := fire_due(engine, context, wiring, now):
        fired += count
    return fired


def overdue(connection: Connection, now: datetime) -> timedelta:
    """Tell how long the oldest unfired timer has been due; zero when none is."""
    oldest = next_due(connection)
    return max(now - oldest, timedelta(0)) if oldest else timedelta(0)


def count_due(connection: Connection, now: datetime) -> int:
    """Tell how many timers are due and have not fired."""
    return int(_COUNT_DUE.rows(connection, (microseconds(now),))[0][0])


def next_due(connection: Connection) -> datetime | None:
    """Give the next moment that anybody waits for."""
    ((oldest,),) = _OLDEST.rows(connection, ())
    return None if oldest is None else instant(oldest)


def message_id(timer: str, due_at: int, version: int) -> str:
    """Derive the id of the command that a timer becomes.

    A stream may come to run a timer again that it ran before, to the same moment; the version it
    has reached tells the two apart.
    """
    name = f"{timer}\n{due_at}\n{version}".encode()
    digest = sha1(_NAMESPACE.bytes + name, usedforsecurity=False).hexdigest()
    # A UUID of version 5, written by hand: the class takes longer than the hash.
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def _envelope(row: Row, now: datetime) -> Envelope:
    timer, stream, kind, due_at, version = row
    return Envelope(
        message_id=message_id(timer, due_at, version),
        stream=stream,
        command=timer_command(stream, TimerKind(kind), instant(due_at)),
        actor=CLOCK,
        at=now,
        causation=timer,
    )
