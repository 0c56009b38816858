"""统计口径: which rows belong to a period, and what had become of them when it ended."""

from datetime import timedelta
from typing import Final

from sqlalchemy import and_, false, func, not_, or_, select

from hotline.evaluations.vocabulary import EvaluationSource, Level, Mark
from hotline.tickets.vocabulary import Kind, RectificationResult
from projections.assignments.line import AssignmentEnd
from projections.kpis.definition import ASSIGNMENTS as A
from projections.kpis.definition import EVALUATIONS as E
from projections.kpis.definition import TICKETS as T
from projections.kpis.definition import Condition, Period
from projections.schema import micros
from projections.tickets.rows import ticket_lines

REPEATED_WITHIN: Final = timedelta(days=30) // timedelta(microseconds=1)
POOR: Final = T.kind == Kind.POOR_EVALUATION.value
NOT_POOR: Final = T.kind != Kind.POOR_EVALUATION.value
GOOD_MIN: Final = Level.BASICALLY_SATISFIED.value
RECTIFIED_WELL: Final = and_(
    T.rectification.in_(
        (
            RectificationResult.RECTIFIED.value,
            RectificationResult.PARTLY_TRUE.value,
            RectificationResult.EXPLAINED.value,
        )
    ),
)

later = ticket_lines.alias("later")
REPEATED: Final = (
    select(later.c.id)
    .where(
        later.c.repeats != "",
        later.c.repeats == T.number,
        later.c.registered_at <= T.first_closed_at + REPEATED_WITHIN,
    )
    .exists()
)
REDONE: Final = func.coalesce(T.first_redo_at <= T.first_closed_at + REPEATED_WITHIN, false())
"""Redone before its first closure, or within the 30 days after which the figure is published."""


def registered(period: Period) -> Condition:
    """Tell registered: the rows of a period."""
    return and_(NOT_POOR, not_(period.over(T.refused_at)), period.has(T.registered_at))


def closed(period: Period) -> Condition:
    """Tell closed: the rows of a period."""
    return and_(NOT_POOR, period.has(T.first_closed_at))


def assigned_tickets(period: Period) -> Condition:
    """Tell assigned tickets: the rows of a period."""
    return period.has(T.first_assigned_at)


def assigned(period: Period) -> Condition:
    """Tell assigned: the rows of a period."""
    return and_(A.redo == 0, period.has(A.assigned_at))


def acknowledgement_due(period: Period) -> Condition:
    """Tell acknowledgement due: the rows of a period."""
    answered_otherwise = and_(A.acknowledged_at.is_(None), A.returned_at <= A.acknowledge_due_at)
    return and_(
        A.redo == 0,
        period.has(A.acknowledge_due_at),
        not_(func.coalesce(answered_otherwise, False)),
    )


def answer_due(period: Period) -> Condition:
    """Due in the period, or due before and not answered when it began.

    Three ways, each read from an index; most of what was due before ended before, so the index of
    due times must not lead there.
    """
    since = micros(period.since)
    due_before = func.coalesce(A.due_at, since) < since
    ended_otherwise = A.ending.not_in((AssignmentEnd.NONE.value, AssignmentEnd.PASSED.value))
    return and_(
        not_(and_(ended_otherwise, period.over(A.ended_at))),
        not_(period.over(A.suspended_at)),
        or_(
            period.has(A.due_at),
            and_(A.ended_at.is_(None), due_before),
            and_(A.ended_at >= since, due_before),
        ),
    )


def passed(period: Period) -> Condition:
    """Tell passed: the rows of a period."""
    return and_(A.on_time.is_not(None), period.over(A.ended_at))


def late(period: Period) -> Condition:
    """Tell who passed too late, or had neither passed nor handed in on time at the period's end."""
    handed_in = and_(
        or_(A.submitted_on_time.is_(True), A.on_time.is_(True)), period.over(A.submitted_at)
    )
    return or_(
        and_(passed(period), A.on_time.is_(False)),
        and_(not_(passed(period)), not_(func.coalesce(handed_in, false()))),
    )


def revisit_due(period: Period) -> Condition:
    """Tell revisit due: the rows of a period."""
    return and_(NOT_POOR, period.has(A.revisit_due_at))


def revisited(period: Period) -> Condition:
    """Tell revisited: the rows of a period."""
    return and_(NOT_POOR, period.has(A.revisited_at))


def answered_revisit(period: Period) -> Condition:
    """Tell answered revisit: the rows of a period."""
    answered = or_(A.solved.is_not(None), A.satisfaction.is_not(None))
    return and_(A.connected.is_(True), answered, period.over(A.revisited_at))


def rectified(period: Period) -> Condition:
    """Tell rectified: the rows of a period."""
    return and_(RECTIFIED_WELL, period.over(T.rectified_at))


def valid(period: Period) -> Condition:
    """Whether it is a citizen's own rating that nobody had marked when the period ended."""
    marked = and_(E.mark != Mark.NONE.value, period.over(E.marked_at))
    return and_(E.is_default.is_(False), E.source == EvaluationSource.CITIZEN.value, not_(marked))


def rectification_due(period: Period) -> Condition:
    """Tell rectification due: the rows of a period."""
    return and_(POOR, period.has(T.rectification_due_at))
