"""上报队列: fed by the log, emptied by a worker. The end of a lease is the token of a claim.

The bookmark moves in the transaction that writes the rows, and a row that is there already stays:
a page fed twice queues nothing twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, and_, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hotline.evaluations.events import (
    EvaluationMarked,
    EvaluationRecorded,
    LaterEvaluationGiven,
    ReasonRecorded,
    ServiceRecorded,
)
from hotline.tickets.events import RectificationCompleted
from hotline.tickets.state import Ticket
from projections.apply import Write
from projections.bookmarks import Move, all_bookmarks, move_bookmarks
from projections.log import LogLine, LogPage
from streams.database.moments import microseconds
from streams.feed.subscriptions import Subscription
from streams.log.store import records
from streams.reporting.tables import ReportStatus, reports
from streams.wiring import Wiring

OF_SERVICES: Final = (
    ServiceRecorded,
    EvaluationRecorded,
    ReasonRecorded,
    LaterEvaluationGiven,
    EvaluationMarked,
)
"""Facts of a service that are reported, each of them."""

OF_LOOPS: Final = (RectificationCompleted,)
"""Facts of a 差评工单 that are reported as a change of the rating."""

_UNSETTLED: Final = (ReportStatus.WAITING.value, ReportStatus.SENT.value)
_BACK_OFF_MAX: Final = timedelta(hours=1)
_DOUBLINGS_MAX: Final = 12


@dataclass(frozen=True, slots=True)
class Claimed:
    """领取的上报: ours until the lease ends."""

    target: str
    stream: str
    version: int
    subject: str
    attempts: int
    lease_ends_at: int


def subscription(target: str, wiring: Wiring) -> Subscription:
    """Give what feeds the queue of a target."""
    name = f"reports:{target}"

    def prepare(connection: Connection, pages: Sequence[LogPage]) -> Write:
        before = all_bookmarks(connection).get(name, {})
        after: dict[int, int] = {}
        fresh: list[LogLine] = []
        for page in pages:
            at = after.get(page.partition) or before.get(page.partition, 0)
            if lines := page.after(at):
                fresh += lines
                after[page.partition] = lines[-1].position
        moves = [Move(name, part, before.get(part, 0), last) for part, last in after.items()]
        told = _subjects(connection, fresh, wiring)

        def write(connection: Connection) -> None:
            move_bookmarks(connection, moves)
            enqueue(connection, target, told)

        return write

    return Subscription((name,), prepare)


def enqueue(connection: Connection, target: str, told: Iterable[tuple[LogLine, str]]) -> None:
    """Queue facts with the services they tell of."""
    rows = [
        {
            "target": target,
            "stream": line.stream,
            "version": line.version,
            "subject": subject,
            "recorded_at": line.recorded_micros,
            "status": ReportStatus.WAITING.value,
            "attempts": 0,
            "next_attempt_at": line.recorded_micros,
            "lease_ends_at": None,
            "answer": "",
            "updated_at": line.recorded_micros,
        }
        for line, subject in told
    ]
    if rows:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        connection.execute(dialect.insert(reports).on_conflict_do_nothing(), rows)


def _subjects(
    connection: Connection, lines: Iterable[LogLine], wiring: Wiring
) -> list[tuple[LogLine, str]]:
    told: list[tuple[LogLine, str]] = []
    for line in lines:
        if isinstance(line.event, OF_SERVICES):
            told.append((line, line.stream))
        elif isinstance(line.event, OF_LOOPS):
            record = records(connection, (line.stream,), wiring).get(line.stream)
            state = record.state if record else None
            if isinstance(state, Ticket) and state.evaluation:
                told.append((line, state.evaluation))
    return told


def claim(
    engine: Engine, target: str, now: datetime, lease: timedelta, limit: int
) -> list[Claimed]:
    """Claim what is due, or was handed over by somebody who died; a service's in their order."""
    c, earlier = reports.c, reports.alias("earlier")
    at = microseconds(now)
    due = or_(
        and_(c.status == ReportStatus.WAITING.value, c.next_attempt_at <= at),
        and_(c.status == ReportStatus.SENT.value, c.lease_ends_at <= at),
    )
    before = or_(
        earlier.c.recorded_at < c.recorded_at,
        and_(
            earlier.c.recorded_at == c.recorded_at,
            earlier.c.stream == c.stream,
            earlier.c.version < c.version,
        ),
    )
    blocked = exists().where(
        earlier.c.target == c.target,
        earlier.c.subject == c.subject,
        earlier.c.status.in_(_UNSETTLED),
        before,
    )
    ends = microseconds(now + lease)
    with engine.begin() as connection:
        rows = connection.execute(
            select(c.stream, c.version, c.subject, c.attempts)
            .where(c.target == target, due, ~blocked)
            .order_by(c.recorded_at, c.stream, c.version)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            connection.execute(
                update(reports)
                .where(_row(target, row.stream, row.version))
                .values(status=ReportStatus.SENT.value, lease_ends_at=ends, updated_at=at)
            )
    return [Claimed(target, *row, ends) for row in rows]


def settle(engine: Engine, one: Claimed, status: ReportStatus, answer: str, now: datetime) -> bool:
    """Put down an answer; a row that is not ours any more is left alone."""
    attempts = one.attempts + 1
    with engine.begin() as connection:
        changed = connection.execute(
            update(reports)
            .where(_still_ours(one))
            .values(
                status=status.value,
                answer=answer[:200],
                attempts=attempts,
                next_attempt_at=microseconds(now + back_off(attempts)),
                updated_at=microseconds(now),
            )
        )
    return changed.rowcount > 0


def release(engine: Engine, claimed: Iterable[Claimed]) -> None:
    """Give back what was claimed and not handed over."""
    with engine.begin() as connection:
        for one in claimed:
            connection.execute(
                update(reports).where(_still_ours(one)).values(status=ReportStatus.WAITING.value)
            )


def _still_ours(one: Claimed) -> Any:
    return and_(
        _row(one.target, one.stream, one.version),
        reports.c.status == ReportStatus.SENT.value,
        reports.c.lease_ends_at == one.lease_ends_at,
    )


def back_off(attempts: int) -> timedelta:
    """Wait 2, 4, 8, ... seconds, an hour at most (our default); nothing is ever given up."""
    return min(timedelta(seconds=1 << min(attempts, _DOUBLINGS_MAX)), _BACK_OFF_MAX)


def requeue_rejected(engine: Engine, target: str, now: datetime) -> int:
    """Let rejected ones leave again, once a person has mended the cause."""
    at = microseconds(now)
    with engine.begin() as connection:
        changed = connection.execute(
            update(reports)
            .where(reports.c.target == target, reports.c.status == ReportStatus.REJECTED.value)
            .values(
                status=ReportStatus.WAITING.value, attempts=0, next_attempt_at=at, updated_at=at
            )
        )
    return changed.rowcount


def counts(connection: Connection, target: str) -> dict[str, int]:
    """Count the rows of each status."""
    question = (
        select(reports.c.status, func.count())
        .where(reports.c.target == target)
        .group_by(reports.c.status)
    )
    found: dict[str, int] = {status: count for status, count in connection.execute(question)}  # noqa: C416 - typed rows
    return {status.value: found.get(status.value, 0) for status in ReportStatus}


def _row(target: str, stream: str, version: int) -> Any:
    return and_(
        reports.c.target == target, reports.c.stream == stream, reports.c.version == version
    )
