"""通报指标: the columns of the monthly bulletin (domain handbook, section 6).

A month's cases are those assigned in it and not taken from the department again by its end; what
was answered by then on time, too late or not at all adds up to them. Figures count what had
happened when the month ended, so that they stand still for ever after.
"""

from typing import Final

from sqlalchemy import and_, not_

from projections.assignments.line import AssignmentEnd
from projections.kpis.definition import ASSIGNMENTS as A
from projections.kpis.definition import Condition, Definition, Exclusion, Period, Unit
from projections.kpis.populations import GOOD_MIN, assigned, passed, revisited

_X3: Final = (Exclusion.X3,)
_X1_TO_X4: Final = (Exclusion.X1, Exclusion.X2, Exclusion.X3, Exclusion.X4)
_TAKEN: Final = (AssignmentEnd.RETURNED.value, AssignmentEnd.REASSIGNED.value)


def charged(period: Period) -> Condition:
    """Tell the cases of a department: the rows of a period."""
    taken = and_(A.ending.in_(_TAKEN), period.over(A.ended_at))
    return and_(assigned(period), not_(taken))


BULLETIN: Final = (
    Definition(
        code="bulletin_closed",
        zh="结案率",
        en="Closed",
        unit=Unit.ASSIGNMENT,
        population=charged,
        achieved=lambda period: period.over(A.ended_at),
        exclusions=_X3,
        version=1,
    ),
    Definition(
        code="bulletin_on_time",
        zh="按时办结",
        en="Closed on time",
        unit=Unit.ASSIGNMENT,
        population=charged,
        achieved=lambda period: and_(passed(period), A.on_time.is_(True)),
        exclusions=_X3,
        version=1,
    ),
    Definition(
        code="bulletin_late",
        zh="超时办结",
        en="Closed late",
        unit=Unit.ASSIGNMENT,
        population=charged,
        achieved=lambda period: and_(passed(period), A.on_time.is_(False)),
        exclusions=_X3,
        version=1,
    ),
    Definition(
        code="bulletin_open",
        zh="未办结",
        en="Not closed",
        unit=Unit.ASSIGNMENT,
        population=charged,
        achieved=lambda period: not_(period.over(A.ended_at)),
        exclusions=_X3,
        version=1,
    ),
    Definition(
        code="bulletin_dissatisfied",
        zh="不满意率",
        en="Dissatisfied",
        unit=Unit.ASSIGNMENT,
        population=revisited,
        counted=A.satisfaction.is_not(None),
        achieved=A.satisfaction < GOOD_MIN,
        exclusions=_X1_TO_X4,
        version=1,
    ),
)
