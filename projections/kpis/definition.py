"""指标定义: what a figure counts, as conditions over rows, so that a count and its list agree.

A row belongs to the `population` of a period. Exclusions (X1 to X5) take rows out of it and are
always shown as counts; a row that several codes would take counts under the first. What is left and
`counted` makes the denominator, and what of it fulfils `achieved` the numerator.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeAlias

from sqlalchemy import ColumnElement, FromClause, and_, false, func, not_, or_, true

from hotline.evaluations.vocabulary import Mark
from hotline.tickets.vocabulary import Decision, MatterResult, TicketType
from hotline.values import dataclass
from projections.assignments.rows import assignment_lines
from projections.evaluations.rows import evaluation_lines
from projections.schema import micros
from projections.tickets.rows import ticket_lines

Condition: TypeAlias = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Period:
    """统计期: from `since` to before `until`; a running period ends now, which the caller says."""

    since: datetime
    until: datetime

    def over(self, column: ColumnElement[int | None]) -> Condition:
        """Whether something had happened when the period ended; what came later changes nothing."""
        return func.coalesce(column < micros(self.until), false())

    def has(self, column: ColumnElement[int | None]) -> Condition:
        """Whether the time of a row lies in the period."""
        return and_(column >= micros(self.since), column < micros(self.until))


@dataclass(frozen=True, slots=True)
class Scope:
    """统计范围: a department, a region by prefix, both or all."""

    department: str = ""
    region: str = ""


class Unit(StrEnum):
    """统计单位: what one row of a figure is."""

    TICKET = "ticket"
    ASSIGNMENT = "assignment"
    EVALUATION = "evaluation"


class Exclusion(StrEnum):
    """剔除代码 of the domain handbook, section 6, and what is only shown beside the figure."""

    X1 = "X1"  # 咨询/建议/表扬/其他
    X2 = "X2"  # approved exclusion
    X3 = "X3"  # merged child
    X4 = "X4"  # unreached revisit
    X5 = "X5"  # default rating, 误评/恶意 after review
    IMPOSSIBLE = "lawfully_impossible"  # 依法不能办, shown apart


TICKETS: Final = ticket_lines.c
ASSIGNMENTS: Final = assignment_lines.c
EVALUATIONS: Final = evaluation_lines.c

SOURCES: Final[dict[Unit, FromClause]] = {
    Unit.TICKET: ticket_lines,
    Unit.ASSIGNMENT: assignment_lines.join(ticket_lines, ASSIGNMENTS.ticket == TICKETS.id),
    Unit.EVALUATION: evaluation_lines,
}
DEPARTMENTS: Final[dict[Unit, ColumnElement[str]]] = {
    Unit.TICKET: TICKETS.lead,
    Unit.ASSIGNMENT: ASSIGNMENTS.department,
    Unit.EVALUATION: EVALUATIONS.department,
}
REGIONS: Final[dict[Unit, ColumnElement[str]]] = {
    Unit.TICKET: TICKETS.region,
    Unit.ASSIGNMENT: TICKETS.region,
    Unit.EVALUATION: EVALUATIONS.region,
}

_UNCHARGED_TYPES: Final = (
    TicketType.CONSULT.value,
    TicketType.SUGGEST.value,
    TicketType.PRAISE.value,
    TicketType.OTHER.value,
)
_IMPOSSIBLE: Final = TICKETS.matter_result == MatterResult.LAWFULLY_IMPOSSIBLE.value
_OF_TICKETS: Final[dict[Exclusion, Callable[[Period], Condition]]] = {
    Exclusion.X1: lambda _: TICKETS.type.in_(_UNCHARGED_TYPES),
    Exclusion.X2: lambda period: and_(
        TICKETS.exclusion == Decision.APPROVED.value, period.over(TICKETS.excluded_at)
    ),
    Exclusion.X3: lambda period: and_(TICKETS.main != "", period.over(TICKETS.merged_at)),
    Exclusion.X4: lambda _: ASSIGNMENTS.connected.is_not(True),
    Exclusion.X5: lambda period: and_(
        TICKETS.appeal_upheld.is_(True), period.over(TICKETS.appeal_decided_at)
    ),
    Exclusion.IMPOSSIBLE: lambda _: _IMPOSSIBLE,
}
_OF_EVALUATIONS: Final[dict[Exclusion, Callable[[Period], Condition]]] = {
    Exclusion.X5: lambda period: or_(
        EVALUATIONS.is_default.is_(True),
        and_(EVALUATIONS.mark != Mark.NONE.value, period.over(EVALUATIONS.marked_at)),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """指标: `version` rises when the formula changes. `beside` is counted but takes nothing out."""

    code: str
    zh: str
    en: str
    unit: Unit
    population: Callable[[Period], Condition]
    achieved: Condition | Callable[[Period], Condition]
    counted: Condition | None = None
    exclusions: tuple[Exclusion, ...] = ()
    beside: tuple[Exclusion, ...] = ()
    version: int = 2

    def kept(self, period: Period) -> Condition:
        """Say what makes a row of the population count."""
        kept = [not_(_told(self.unit, code, period)) for code in self.exclusions]
        counted = [] if self.counted is None else [self.counted]
        return and_(true(), *kept, *counted)

    def fulfilled(self, period: Period) -> Condition:
        """Say what makes a row of the population count and fulfil."""
        achieved = self.achieved(period) if callable(self.achieved) else self.achieved
        return and_(self.kept(period), achieved)

    def told(self, code: Exclusion, period: Period) -> Condition:
        """Say when a code takes a row out of the population, or is shown beside it."""
        found = _told(self.unit, code, period)
        if code in self.beside:
            return and_(self.kept(period), found)
        before = self.exclusions[: self.exclusions.index(code)]
        return and_(found, *(not_(_told(self.unit, other, period)) for other in before))

    def denominator(self, period: Period) -> Condition:
        """Rows that count."""
        return and_(self.population(period), self.kept(period))

    def numerator(self, period: Period) -> Condition:
        """Rows that count and fulfil."""
        return and_(self.population(period), self.fulfilled(period))

    def excluded(self, code: Exclusion, period: Period) -> Condition:
        """Rows that a code took out, or that are shown beside under it."""
        return and_(self.population(period), self.told(code, period))


def _told(unit: Unit, code: Exclusion, period: Period) -> Condition:
    conditions = _OF_EVALUATIONS if unit is Unit.EVALUATION else _OF_TICKETS
    return func.coalesce(conditions[code](period), false())


def within(unit: Unit, scope: Scope) -> list[Condition]:
    """Give the conditions of a scope."""
    conditions: list[Condition] = []
    if scope.department:
        conditions.append(DEPARTMENTS[unit] == scope.department)
    if scope.region:
        conditions.append(REGIONS[unit].startswith(scope.region, autoescape=True))
    return conditions
