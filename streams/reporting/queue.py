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
from hotline.tickets.events import (
    AppealDecided,
    AppealFiled,
    FeedbackGiven,
    RectificationChecked,
    RectificationCompleted,
    RectificationOrdered,
    RevisitRecorded,
    TicketAcknowledged,
    TicketArchived,
    TicketAssigned,
    TicketClosed,
    TicketRegistered,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Channel
from projections.apply import Write
from projections.log import LogLine
from streams.database.moments import microseconds
from streams.database.tables import events
from streams.feed.choosing import follow_chosen
from streams.log.store import heads, records
from streams.reporting.tables import ReportStatus, report_counts, reports
from streams.wiring import Wiring

OF_SERVICES: Final = (
    ServiceRecorded,
    EvaluationRecorded,
    ReasonRecorded,
    LaterEvaluationGiven,
    EvaluationMarked,
)
"""Facts of a service that are reported, each of them."""

OF_LOOPS: Final = (
    *(TicketRegistered, TicketAssigned, TicketAcknowledged),
    *(RevisitRecorded, AppealFiled, AppealDecided),
    *(RectificationOrdered, RectificationCompleted, FeedbackGiven),
    *(RectificationChecked, TicketClosed, TicketArchived),
)
"""Facts of a 差评工单, each reported as a change of the rating: 回访, 处理, 整改, 反馈."""

NOTHING_TO_REPORT: Final = "not-of-a-rating"
"""Answers for a ticket that has a loop's number and no rating: settled without being sent."""

_SERVICE_TYPES: Final = tuple(one.__name__ for one in OF_SERVICES)
_LOOP_TYPES: Final = tuple(one.__name__ for one in OF_LOOPS)
_CHANNEL_AT: Final = len("ticket/") + 6 + 8 + 1
"""Where a ticket's number tells its channel: 区划 6 + yyyyMMdd + 渠道 2 + sequence."""

REPORTED: Final = or_(
    events.c.type.in_(_SERVICE_TYPES),
    and_(
        events.c.type.in_(_LOOP_TYPES),
        func.substr(events.c.stream, _CHANNEL_AT, 2) == Channel.POOR_EVALUATION.value,
    ),
)
"""Which facts of the log are reported: told by type and the stream's name, without reading them."""

COUNTED_AT_ONCE: Final = 20_000
"""Positions of a partition that are counted in one go (our default)."""

_n: Final = report_counts.c
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


def fill(engine: Engine, target: str, wiring: Wiring) -> None:
    """Queue what is new in the log for a target."""

    def take(connection: Connection, lines: Sequence[LogLine]) -> Write:
        told = _subjects(connection, lines, wiring)
        return lambda connection: enqueue(connection, target, told)

    follow_chosen(engine, f"reports:{target}", REPORTED, take)


def enqueue(connection: Connection, target: str, told: Iterable[tuple[LogLine, str]]) -> None:
    """Queue facts with the services they tell of."""
    rows = [
        {
            "target": target,
            "stream": line.stream,
            "version": line.version,
            "subject": subject,
            "recorded_at": line.recorded_micros,
            "status": (ReportStatus.WAITING if subject else ReportStatus.ACKNOWLEDGED).value,
            "attempts": 0,
            "next_attempt_at": line.recorded_micros,
            "lease_ends_at": None,
            "answer": "" if subject else NOTHING_TO_REPORT,
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
    """Name the service that each fact tells of; "" for a ticket that is about no rating."""
    told = [(line, line.stream) for line in lines if isinstance(line.event, OF_SERVICES)]
    loops = [line for line in lines if isinstance(line.event, OF_LOOPS)]
    states = records(connection, sorted({line.stream for line in loops}), wiring)
    for line in loops:
        state = states[line.stream].state if line.stream in states else None
        told.append((line, state.evaluation if isinstance(state, Ticket) else ""))
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
            or_(
                earlier.c.stream < c.stream,  # of one transaction: the rating before its loop
                and_(earlier.c.stream == c.stream, earlier.c.version < c.version),
            ),
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


def count_on(engine: Engine, target: str, span: int = COUNTED_AT_ONCE) -> None:
    """Count on what the log holds for a target, by itself: the queue is not asked.

    A partition is counted to its end once; afterwards only what was written since is looked at.
    """
    with engine.begin() as connection:
        counted = counted_facts(connection, target)
        for partition, end in heads(connection).items():
            at, facts = counted.get(partition, (0, 0))
            last = min(end, at + span)
            if last <= at:
                continue
            fresh = facts_between(connection, partition, at, last)
            row = {"counted_to": last, "facts": facts + fresh}
            same = and_(_n.target == target, _n.partition == partition, _n.counted_to == at)
            if not connection.execute(update(report_counts).where(same).values(row)).rowcount:
                dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
                added = dialect.insert(report_counts).on_conflict_do_nothing()
                connection.execute(added, {"target": target, "partition": partition, **row})


def counted_facts(connection: Connection, target: str) -> dict[int, tuple[int, int]]:
    """Give how far each partition was counted, and to how much."""
    rows = connection.execute(select(report_counts).where(_n.target == target))
    return {row.partition: (row.counted_to, row.facts) for row in rows}


def facts_between(connection: Connection, partition: int, after: int, last: int) -> int:
    """Count the reported facts of a stretch of the log."""
    c = events.c
    question = select(func.count()).where(
        c.partition == partition, c.position > after, c.position <= last, REPORTED
    )
    return int(connection.execute(question).scalar_one())


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
