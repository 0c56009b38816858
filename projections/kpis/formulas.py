"""指标公式: the figures of the domain handbook, section 6, that the log can answer.

Our defaults where the handbook is silent: a return asked for in time also answers the demand to
acknowledge; a suspended ticket is not due; a return decided for the department, or a new
assignment, takes the clock from it; an answer handed in on time and under review is not late.

A figure counts what had happened when its period ended, so that a month that is over does not
change: what came later belongs to the month in which it came. What remains open on purpose is named
here: a type corrected later (X1), the result of a matter, and the clock of a poor evaluation that
failed its check follow the ticket as it stands.
"""

from typing import Final

from sqlalchemy import and_, not_

from hotline.evaluations.vocabulary import EvaluationSource, Level
from hotline.tickets.vocabulary import Decision, Kind, MatterResult
from projections.kpis.bulletin import BULLETIN
from projections.kpis.definition import ASSIGNMENTS as A
from projections.kpis.definition import EVALUATIONS as E
from projections.kpis.definition import TICKETS as T
from projections.kpis.definition import Definition, Exclusion, Unit
from projections.kpis.populations import (
    GOOD_MIN,
    POOR,
    REDONE,
    REPEATED,
    acknowledgement_due,
    answer_due,
    answered_revisit,
    assigned,
    assigned_tickets,
    closed,
    late,
    passed,
    rectification_due,
    rectified,
    registered,
    revisit_due,
    revisited,
    valid,
)

_X3: Final = (Exclusion.X3,)
_X5: Final = (Exclusion.X5,)
_X1_TO_X4: Final = (Exclusion.X1, Exclusion.X2, Exclusion.X3, Exclusion.X4)

_INTAKE: Final = (
    Definition(
        code="direct_answer",
        zh="直接答复率",
        en="Answered directly",
        unit=Unit.TICKET,
        population=registered,
        achieved=lambda period: period.over(T.answered_directly_at),
    ),
    Definition(
        code="assignment_accuracy",
        zh="派单准确率",
        en="First assignment accuracy",
        unit=Unit.ASSIGNMENT,
        population=lambda period: and_(assigned(period), A.sequence == 1),
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
        population=acknowledgement_due,
        achieved=A.acknowledged_at <= A.acknowledge_due_at,
        exclusions=_X3,
    ),
    Definition(
        code="returned",
        zh="退单率",
        en="Returned",
        unit=Unit.ASSIGNMENT,
        population=assigned,
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
        population=answer_due,
        achieved=lambda period: and_(passed(period), A.on_time.is_(True)),
        exclusions=_X3,
    ),
    Definition(
        code="overdue",
        zh="超期率",
        en="Overdue",
        unit=Unit.ASSIGNMENT,
        population=answer_due,
        achieved=late,
        exclusions=_X3,
    ),
    Definition(
        code="closed",
        zh="办结率",
        en="Closed",
        unit=Unit.TICKET,
        population=registered,
        achieved=lambda period: period.over(T.first_closed_at),
        exclusions=_X3,
    ),
    Definition(
        code="closed_at_once",
        zh="一次办结率",
        en="Closed at the first attempt",
        unit=Unit.TICKET,
        population=closed,
        achieved=and_(not_(REDONE), not_(REPEATED)),
        exclusions=_X3,
    ),
    Definition(
        code="redone",
        zh="重办率",
        en="Redone",
        unit=Unit.TICKET,
        population=closed,
        achieved=REDONE,
        exclusions=_X3,
    ),
    Definition(
        code="repeated",
        zh="重复诉求率",
        en="Repeated within 30 days",
        unit=Unit.TICKET,
        population=closed,
        achieved=REPEATED,
    ),
    Definition(
        code="extended",
        zh="延期率",
        en="Extended",
        unit=Unit.TICKET,
        population=assigned_tickets,
        achieved=lambda period: period.over(T.first_extended_at),
        exclusions=_X3,
    ),
    Definition(
        code="suspended",
        zh="挂起率",
        en="Suspended",
        unit=Unit.TICKET,
        population=assigned_tickets,
        achieved=lambda period: period.over(T.first_suspended_at),
        exclusions=_X3,
    ),
    Definition(
        code="excluded",
        zh="剔除率",
        en="Excluded from assessment",
        unit=Unit.TICKET,
        population=assigned_tickets,
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
        population=revisit_due,
        achieved=lambda period: period.over(A.first_revisited_at),
    ),
    Definition(
        code="revisited_effectively",
        zh="有效回访率",
        en="Revisited and answered",
        unit=Unit.ASSIGNMENT,
        population=revisit_due,
        achieved=answered_revisit,
    ),
    Definition(
        code="solved",
        zh="解决率",
        en="Solved",
        unit=Unit.ASSIGNMENT,
        population=revisited,
        counted=A.solved.is_not(None),
        achieved=A.solved.is_(True),
        exclusions=_X1_TO_X4,
    ),
    Definition(
        code="satisfied",
        zh="满意率",
        en="Satisfied (levels 5, 4, 3)",
        unit=Unit.ASSIGNMENT,
        population=revisited,
        counted=A.satisfaction.is_not(None),
        achieved=A.satisfaction >= GOOD_MIN,
        exclusions=_X1_TO_X4,
    ),
    Definition(
        code="satisfied_strictly",
        zh="满意率(5+4)",
        en="Satisfied (levels 5, 4)",
        unit=Unit.ASSIGNMENT,
        population=revisited,
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
        achieved=E.level >= GOOD_MIN,
        exclusions=_X5,
    ),
    Definition(
        code="active_rating",
        zh="主动评价率",
        en="Services rated",
        unit=Unit.EVALUATION,
        population=lambda period: period.has(E.served_at),
        achieved=lambda period: and_(valid(period), period.over(E.rated_at)),
        beside=_X5,
    ),
    Definition(
        code="poor_revisited",
        zh="差评回访率",
        en="Poor evaluations revisited",
        unit=Unit.TICKET,
        population=lambda period: and_(POOR, T.caller != "", period.has(T.registered_at)),
        achieved=lambda period: period.over(T.first_revisited_at),
    ),
    Definition(
        code="rectified",
        zh="差评整改率",
        en="Poor evaluations rectified",
        unit=Unit.TICKET,
        population=rectification_due,
        achieved=rectified,
        exclusions=_X5,
    ),
    Definition(
        code="rectified_on_time",
        zh="按时整改率",
        en="Rectified on time",
        unit=Unit.TICKET,
        population=rectification_due,
        achieved=lambda period: and_(rectified(period), T.rectified_on_time.is_(True)),
        exclusions=_X5,
    ),
    Definition(
        code="real_name_rectified",
        zh="实名差评回访整改率",
        en="Real-name poor evaluations revisited and rectified",
        unit=Unit.TICKET,
        population=lambda period: and_(rectification_due(period), T.real_name.is_(True)),
        achieved=lambda period: and_(rectified(period), period.over(T.first_revisited_at)),
        exclusions=_X5,
    ),
    Definition(
        code="satisfied_later",
        zh="整改后满意率",
        en="Satisfied after rectification",
        unit=Unit.TICKET,
        population=lambda period: and_(POOR, period.has(T.feedback_given_at), T.later_level > 0),
        achieved=T.later_level >= GOOD_MIN,
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

ALL: Final = {**KPIS, **{definition.code: definition for definition in BULLETIN}}
"""The figures of a report, and beside them the columns that only the bulletin has."""
