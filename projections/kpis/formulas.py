"""指标公式: the figures of the domain handbook, section 6, that the log can answer.

Our defaults where the handbook is silent: a return asked for in time also answers the demand to
acknowledge; a suspended ticket is not due; a return decided for the department, or a new
assignment, takes the clock from it; an answer handed in on time and under review is not late.

A figure counts what had happened when its period ended, so that a month that is over does not
change: what came later belongs to the month in which it came. What remains open on purpose is named
here: a type corrected later (X1), the result of a matter, and the clock of a poor evaluation that
failed its check follow the ticket as it stands.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import and_, false, func, not_, or_, select

from hotline.evaluations.vocabulary import EvaluationSource, Level, Mark
from hotline.tickets.vocabulary import Decision, Kind, MatterResult, RectificationResult
from projections.assignments.line import AssignmentEnd
from projections.kpis.definition import ASSIGNMENTS as A
from projections.kpis.definition import EVALUATIONS as E
from projections.kpis.definition import TICKETS as T
from projections.kpis.definition import Condition, Definition, Exclusion, Period, Unit
from projections.schema import micros
from projections.tickets.rows import ticket_lines

_REPEATED_WITHIN: Final = timedelta(days=30) // timedelta(microseconds=1)
_POOR: Final = T.kind == Kind.POOR_EVALUATION.value
_NOT_POOR: Final = T.kind != Kind.POOR_EVALUATION.value
_GOOD_MIN: Final = Level.BASICALLY_SATISFIED.value
_RECTIFIED_WELL: Final = and_(
    T.rectification.in_(
        (
            RectificationResult.RECTIFIED.value,
            RectificationResult.PARTLY_TRUE.value,
            RectificationResult.EXPLAINED.value,
        )
    ),
)

_later = ticket_lines.alias("later")
_REPEATED: Final = (
    select(_later.c.id)
    .where(
        _later.c.repeats != "",
        _later.c.repeats == T.number,
        _later.c.registered_at <= T.first_closed_at + _REPEATED_WITHIN,
    )
    .exists()
)
_REDONE: Final = func.coalesce(T.first_redo_at <= T.first_closed_at + _REPEATED_WITHIN, false())
"""Redone before its first closure, or within the 30 days after which the figure is published."""


def _registered(period: Period) -> Condition:
    return and_(_NOT_POOR, not_(period.over(T.refused_at)), period.has(T.registered_at))


def _closed(period: Period) -> Condition:
    return and_(_NOT_POOR, period.has(T.first_closed_at))


def _assigned_tickets(period: Period) -> Condition:
    return period.has(T.first_assigned_at)


def _assigned(period: Period) -> Condition:
    return and_(A.redo == 0, period.has(A.assigned_at))


def _acknowledgement_due(period: Period) -> Condition:
    answered_otherwise = and_(A.acknowledged_at.is_(None), A.returned_at <= A.acknowledge_due_at)
    return and_(
        A.redo == 0,
        period.has(A.acknowledge_due_at),
        not_(func.coalesce(answered_otherwise, False)),
    )


def _answer_due(period: Period) -> Condition:
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


def _passed(period: Period) -> Condition:
    return and_(A.on_time.is_not(None), period.over(A.ended_at))


def _late(period: Period) -> Condition:
    """Tell who passed too late, or had neither passed nor handed in on time at the period's end."""
    handed_in = and_(
        or_(A.submitted_on_time.is_(True), A.on_time.is_(True)), period.over(A.submitted_at)
    )
    return or_(
        and_(_passed(period), A.on_time.is_(False)),
        and_(not_(_passed(period)), not_(func.coalesce(handed_in, false()))),
    )


def _revisit_due(period: Period) -> Condition:
    return and_(_NOT_POOR, period.has(A.revisit_due_at))


def _revisited(period: Period) -> Condition:
    return and_(_NOT_POOR, period.has(A.revisited_at))


def _answered_revisit(period: Period) -> Condition:
    answered = or_(A.solved.is_not(None), A.satisfaction.is_not(None))
    return and_(A.connected.is_(True), answered, period.over(A.revisited_at))


def _rectified(period: Period) -> Condition:
    return and_(_RECTIFIED_WELL, period.over(T.rectified_at))


def _valid(period: Period) -> Condition:
    """Whether it is a citizen's own rating that nobody had marked when the period ended."""
    marked = and_(E.mark != Mark.NONE.value, period.over(E.marked_at))
    return and_(E.is_default.is_(False), E.source == EvaluationSource.CITIZEN.value, not_(marked))


def _rectification_due(period: Period) -> Condition:
    return and_(_POOR, period.has(T.rectification_due_at))


_X3: Final = (Exclusion.X3,)
_X5: Final = (Exclusion.X5,)
_X1_TO_X4: Final = (Exclusion.X1, Exclusion.X2, Exclusion.X3, Exclusion.X4)

_INTAKE: Final = (
    Definition(
        code="direct_answer",
        zh="直接答复率",
        en="Answered directly",
        unit=Unit.TICKET,
        population=_registered,
        achieved=lambda period: period.over(T.answered_directly_at),
    ),
    Definition(
        code="assignment_accuracy",
        zh="派单准确率",
        en="First assignment accuracy",
        unit=Unit.ASSIGNMENT,
        population=lambda period: and_(_assigned(period), A.sequence == 1),
        achieved=lambda period: not_(
            and_(A.return_decision == Decision.APPROVED.value, period.over(A.return_decided_at))
        ),
        exclusions=_X3,
    ),
    Definition(
        code="acknowledged_on_time",
        zh="按期签收率",
        en="Acknowledged on time",
        unit=Unit.ASSIGNMENT,
        population=_acknowledgement_due,
        achieved=A.acknowledged_at <= A.acknowledge_due_at,
        exclusions=_X3,
    ),
    Definition(
        code="returned",
        zh="退单率",
        en="Returned",
        unit=Unit.ASSIGNMENT,
        population=_assigned,
        achieved=lambda period: period.over(A.returned_at),
        exclusions=_X3,
    ),
    Definition(
        code="returned_in_vain",
        zh="无效退单率",
        en="Returns refused",
        unit=Unit.ASSIGNMENT,
        population=lambda period: period.has(A.returned_at),
        achieved=lambda period: and_(
            A.return_decision == Decision.REFUSED.value, period.over(A.return_decided_at)
        ),
        exclusions=_X3,
    ),
    Definition(
        code="response",
        zh="响应率",
        en="Contacted in time",
        unit=Unit.ASSIGNMENT,
        population=lambda period: period.has(A.contact_due_at),
        achieved=and_(A.contact_proven.is_(True), A.contacted_at <= A.contact_due_at),
        exclusions=(Exclusion.X1, Exclusion.X3),
    ),
)
_HANDLING: Final = (
    Definition(
        code="on_time",
        zh="按时办结率",
        en="Answered on time",
        unit=Unit.ASSIGNMENT,
        population=_answer_due,
        achieved=lambda period: and_(_passed(period), A.on_time.is_(True)),
        exclusions=_X3,
    ),
    Definition(
        code="overdue",
        zh="超期率",
        en="Overdue",
        unit=Unit.ASSIGNMENT,
        population=_answer_due,
        achieved=_late,
        exclusions=_X3,
    ),
    Definition(
        code="closed",
        zh="办结率",
        en="Closed",
        unit=Unit.TICKET,
        population=_registered,
        achieved=lambda period: period.over(T.first_closed_at),
        exclusions=_X3,
    ),
    Definition(
        code="closed_at_once",
        zh="一次办结率",
        en="Closed at the first attempt",
        unit=Unit.TICKET,
        population=_closed,
        achieved=and_(not_(_REDONE), not_(_REPEATED)),
        exclusions=_X3,
    ),
    Definition(
        code="redone",
        zh="重办率",
        en="Redone",
        unit=Unit.TICKET,
        population=_closed,
        achieved=_REDONE,
        exclusions=_X3,
    ),
    Definition(
        code="repeated",
        zh="重复诉求率",
        en="Repeated within 30 days",
        unit=Unit.TICKET,
        population=_closed,
        achieved=_REPEATED,
    ),
    Definition(
        code="extended",
        zh="延期率",
        en="Extended",
        unit=Unit.TICKET,
        population=_assigned_tickets,
        achieved=lambda period: period.over(T.first_extended_at),
        exclusions=_X3,
    ),
    Definition(
        code="suspended",
        zh="挂起率",
        en="Suspended",
        unit=Unit.TICKET,
        population=_assigned_tickets,
        achieved=lambda period: period.over(T.first_suspended_at),
        exclusions=_X3,
    ),
    Definition(
        code="excluded",
        zh="剔除率",
        en="Excluded from assessment",
        unit=Unit.TICKET,
        population=_assigned_tickets,
        achieved=lambda period: and_(
            T.exclusion == Decision.APPROVED.value, period.over(T.excluded_at)
        ),
        exclusions=_X3,
    ),
)
_REVISITS: Final = (
    Definition(
        code="revisited",
        zh="回访率",
        en="Revisited",
        unit=Unit.ASSIGNMENT,
        population=_revisit_due,
        achieved=lambda period: period.over(A.first_revisited_at),
    ),
    Definition(
        code="revisited_effectively",
        zh="有效回访率",
        en="Revisited and answered",
        unit=Unit.ASSIGNMENT,
        population=_revisit_due,
        achieved=_answered_revisit,
    ),
    Definition(
        code="solved",
        zh="解决率",
        en="Solved",
        unit=Unit.ASSIGNMENT,
        population=_revisited,
        counted=A.solved.is_not(None),
        achieved=A.solved.is_(True),
        exclusions=_X1_TO_X4,
    ),
    Definition(
        code="satisfied",
        zh="满意率",
        en="Satisfied (levels 5, 4, 3)",
        unit=Unit.ASSIGNMENT,
        population=_revisited,
        counted=A.satisfaction.is_not(None),
        achieved=A.satisfaction >= _GOOD_MIN,
        exclusions=_X1_TO_X4,
    ),
    Definition(
        code="satisfied_strictly",
        zh="满意率(5+4)",
        en="Satisfied (levels 5, 4)",
        unit=Unit.ASSIGNMENT,
        population=_revisited,
        counted=A.satisfaction.is_not(None),
        achieved=A.satisfaction >= Level.SATISFIED.value,
        exclusions=_X1_TO_X4,
    ),
)
_EVALUATIONS: Final = (
    Definition(
        code="good_rating",
        zh="好评率",
        en="Rated good (levels 5, 4, 3)",
        unit=Unit.EVALUATION,
        population=lambda period: and_(
            period.has(E.rated_at), E.source == EvaluationSource.CITIZEN.value
        ),
        achieved=E.level >= _GOOD_MIN,
        exclusions=_X5,
    ),
    Definition(
        code="active_rating",
        zh="主动评价率",
        en="Services rated",
        unit=Unit.EVALUATION,
        population=lambda period: period.has(E.served_at),
        achieved=lambda period: and_(_valid(period), period.over(E.rated_at)),
        beside=_X5,
    ),
    Definition(
        code="poor_revisited",
        zh="差评回访率",
        en="Poor evaluations revisited",
        unit=Unit.TICKET,
        population=lambda period: and_(_POOR, T.caller != "", period.has(T.registered_at)),
        achieved=lambda period: period.over(T.first_revisited_at),
    ),
    Definition(
        code="rectified",
        zh="差评整改率",
        en="Poor evaluations rectified",
        unit=Unit.TICKET,
        population=_rectification_due,
        achieved=_rectified,
        exclusions=_X5,
    ),
    Definition(
        code="rectified_on_time",
        zh="按时整改率",
        en="Rectified on time",
        unit=Unit.TICKET,
        population=_rectification_due,
        achieved=lambda period: and_(_rectified(period), T.rectified_on_time.is_(True)),
        exclusions=_X5,
    ),
    Definition(
        code="real_name_rectified",
        zh="实名差评回访整改率",
        en="Real-name poor evaluations revisited and rectified",
        unit=Unit.TICKET,
        population=lambda period: and_(_rectification_due(period), T.real_name.is_(True)),
        achieved=lambda period: and_(_rectified(period), period.over(T.first_revisited_at)),
        exclusions=_X5,
    ),
    Definition(
        code="satisfied_later",
        zh="整改后满意率",
        en="Satisfied after rectification",
        unit=Unit.TICKET,
        population=lambda period: and_(_POOR, period.has(T.feedback_given_at), T.later_level > 0),
        achieved=T.later_level >= _GOOD_MIN,
    ),
    Definition(
        code="appeals_upheld",
        zh="申诉成立率",
        en="Appeals upheld",
        unit=Unit.TICKET,
        population=lambda period: period.has(T.appeal_decided_at),
        achieved=T.appeal_upheld.is_(True),
    ),
    Definition(
        code="matters_done",
        zh="办不成事办成率",
        en="Matters done",
        unit=Unit.TICKET,
        population=lambda period: and_(T.kind == Kind.MATTER.value, period.has(T.first_closed_at)),
        achieved=T.matter_result == MatterResult.DONE.value,
        beside=(Exclusion.IMPOSSIBLE,),
    ),
)

KPIS: Final = {
    definition.code: definition for definition in (*_INTAKE, *_HANDLING, *_REVISITS, *_EVALUATIONS)
}
"""Every figure by its code, in the order of a report."""
