"""指标查询: figures of a period, and the rows behind each side of a figure."""

from collections.abc import Iterable, Mapping
from itertools import chain, islice
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, func, literal, select, tuple_

from hotline.people.sight import WITHOUT_SECRETS, Sight
from hotline.values import dataclass
from projections.cursors import Page, decode, encode, limited
from projections.kpis.definition import (
    ASSIGNMENTS,
    DEPARTMENTS,
    EVALUATIONS,
    SOURCES,
    TICKETS,
    Condition,
    Definition,
    Exclusion,
    Period,
    Scope,
    Unit,
    within,
)
from projections.kpis.formulas import ALL, KPIS
from projections.tickets.sight import veiled

NUMERATOR: Final = "numerator"
DENOMINATOR: Final = "denominator"
_ALL: Final = Scope()
_SHOWN_LINES: Final = 50


@dataclass(frozen=True, slots=True)
class Kpi:
    """指标值: `rate` is None when nothing was counted, never 100 %."""

    code: str
    version: int
    zh: str
    en: str
    numerator: int
    denominator: int
    excluded: Mapping[str, int]

    @property
    def rate(self) -> float | None:
        """Give the share."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True)
class Entry:
    """明细: one row behind a figure. One that the reader may not see keeps its place, no more."""

    number: str
    sequence: int = 0  # of an assignment
    service: str = ""  # stream of a rated service
    title: str = ""
    department: str = ""
    hidden: bool = False


def evaluate(
    connection: Connection,
    period: Period,
    scope: Scope = _ALL,
    codes: Iterable[str] = tuple(KPIS),
) -> tuple[Kpi, ...]:
    """Work out figures of a period."""
    wanted = [ALL[code] for code in codes]
    together: dict[tuple[Unit, object], list[Definition]] = {}
    for definition in wanted:
        together.setdefault((definition.unit, definition.population), []).append(definition)
    found: dict[str, Kpi] = {}
    for (unit, _), definitions in together.items():  # one walk over the rows for all of them
        counts = [counts_of(definition, period) for definition in definitions]
        question = select(*chain.from_iterable(counts)).select_from(SOURCES[unit])
        population = definitions[0].population(period)
        row = iter(connection.execute(question.where(population, *within(unit, scope))).one())
        for definition, columns in zip(definitions, counts, strict=True):
            found[definition.code] = kpi_of(definition, tuple(islice(row, len(columns))))
    return tuple(found[definition.code] for definition in wanted)


def by_department(
    connection: Connection, code: str, period: Period, scope: Scope = _ALL
) -> dict[str, Kpi]:
    """Work out one figure for every department that has rows of it."""
    definition = ALL[code]
    department = DEPARTMENTS[definition.unit]
    question = (
        select(department, *counts_of(definition, period))
        .select_from(SOURCES[definition.unit])
        .where(definition.population(period), *within(definition.unit, scope))
        .group_by(department)
        .order_by(department)
    )
    rows = connection.execute(question).all()
    return {row[0]: kpi_of(definition, row[1:]) for row in rows if row[0]}


def drill(
    connection: Connection,
    code: str,
    side: str,
    period: Period,
    scope: Scope = _ALL,
    *,
    cursor: str = "",
    limit: int = _SHOWN_LINES,
    sight: Sight = WITHOUT_SECRETS,
) -> Page[Entry]:
    """List the rows behind one side of a figure: exactly as many as the figure says.

    `side` is `numerator`, `denominator` or the code of an exclusion.
    """
    definition, limit = ALL[code], limited(limit)
    unit = definition.unit
    keys, columns = _KEYS[unit], _COLUMNS[unit]
    conditions = [_side(definition, side, period), *within(unit, scope)]
    if (after := decode(cursor, *_KINDS[unit])) is not None:
        conditions.append(tuple_(*keys) > tuple_(*(literal(part) for part in after)))
    hidden = literal(int(not sight.kinds)) if unit is Unit.EVALUATION else veiled(sight)
    question = select(*keys, hidden, *columns).select_from(SOURCES[unit]).where(*conditions)
    rows = connection.execute(question.order_by(*keys).limit(limit + 1)).all()
    width = len(keys)
    shown = tuple(_entry(unit, tuple(row[width:])) for row in rows[:limit])
    return Page(shown, encode(*rows[limit - 1][:width]) if len(rows) > limit else "")


_KEYS: Final[dict[Unit, tuple[ColumnElement[Any], ...]]] = {
    Unit.TICKET: (TICKETS.id,),
    Unit.ASSIGNMENT: (ASSIGNMENTS.ticket, ASSIGNMENTS.sequence),
    Unit.EVALUATION: (EVALUATIONS.stream,),
}
_KINDS: Final[dict[Unit, tuple[type, ...]]] = {
    Unit.TICKET: (int,),
    Unit.ASSIGNMENT: (int, int),
    Unit.EVALUATION: (str,),
}
_COLUMNS: Final[dict[Unit, tuple[ColumnElement[Any], ...]]] = {
    Unit.TICKET: (TICKETS.number, TICKETS.title, TICKETS.lead),
    Unit.ASSIGNMENT: (
        TICKETS.number,
        TICKETS.title,
        ASSIGNMENTS.department,
        ASSIGNMENTS.sequence,
    ),
    Unit.EVALUATION: (
        EVALUATIONS.ticket,
        EVALUATIONS.item_name,
        EVALUATIONS.department,
        literal(0),
        EVALUATIONS.stream,
    ),
}


def _entry(unit: Unit, values: tuple[Any, ...]) -> Entry:
    hidden, number, title, department, *rest = values
    if hidden:
        return Entry("", hidden=True)
    sequence = rest[0] if unit is Unit.ASSIGNMENT else 0
    service = rest[1] if unit is Unit.EVALUATION else ""
    return Entry(number, sequence, service, title, department)


def _side(definition: Definition, side: str, period: Period) -> Condition:
    if side == NUMERATOR:
        return definition.numerator(period)
    if side == DENOMINATOR:
        return definition.denominator(period)
    return definition.excluded(Exclusion(side), period)


def counts_of(definition: Definition, period: Period) -> list[ColumnElement[int]]:
    """Count among the rows of the population."""
    codes = (*definition.exclusions, *definition.beside)
    return [
        _count(definition.fulfilled(period)),
        _count(definition.kept(period)),
        *(_count(definition.told(code, period)) for code in codes),
    ]


def _count(condition: Condition) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def kpi_of(definition: Definition, counts: Any) -> Kpi:
    """Make the figure of its counts."""
    numerator, denominator, *excluded = (int(count) for count in counts)
    codes = (*definition.exclusions, *definition.beside)
    return Kpi(
        definition.code,
        definition.version,
        definition.zh,
        definition.en,
        numerator,
        denominator,
        {code.value: count for code, count in zip(codes, excluded, strict=True)},
    )
