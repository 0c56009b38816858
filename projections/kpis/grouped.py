"""分组: figures of a period for every department, or for every area below another one, at once.

One walk over the rows for all figures that share their rows, however many groups there are.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import chain, islice
from typing import Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, func, select

from projections.kpis.definition import (
    DEPARTMENTS,
    REGIONS,
    SOURCES,
    Definition,
    Period,
    Scope,
    Unit,
    within,
)
from projections.kpis.formulas import ALL
from projections.kpis.queries import Kpi, counts_of, kpi_of

Grouping: TypeAlias = Callable[[Unit], ColumnElement[str]]
_ALL: Final = Scope()


def departments(unit: Unit) -> ColumnElement[str]:
    """Group by department."""
    return DEPARTMENTS[unit]


def areas(digits: int) -> Grouping:
    """Group by the first digits of the area; what lies higher up stays with its own code."""
    return lambda unit: func.substr(REGIONS[unit], 1, digits)


def grouped(
    connection: Connection,
    period: Period,
    by: Grouping,
    codes: Iterable[str],
    scope: Scope = _ALL,
) -> dict[str, dict[str, Kpi]]:
    """Work out figures for every group: by group, then by code. A group of no rows has none."""
    together: dict[tuple[Unit, object], list[Definition]] = {}
    for definition in (ALL[code] for code in codes):
        together.setdefault((definition.unit, definition.population), []).append(definition)
    found: dict[str, dict[str, Kpi]] = {}
    for (unit, _), definitions in together.items():
        group = by(unit)
        counts = [counts_of(definition, period) for definition in definitions]
        question = (
            select(group, *chain.from_iterable(counts))
            .select_from(SOURCES[unit])
            .where(definitions[0].population(period), *within(unit, scope))
            .group_by(group)
        )
        for name, *row in connection.execute(question):
            if not name:
                continue
            values = iter(row)
            for definition, columns in zip(definitions, counts, strict=True):
                kpi = kpi_of(definition, tuple(islice(values, len(columns))))
                found.setdefault(name, {})[definition.code] = kpi
    return found


def none_of(code: str) -> Kpi:
    """Give a figure of no rows."""
    definition = ALL[code]
    codes = (*definition.exclusions, *definition.beside)
    excluded: Mapping[str, int] = {one.value: 0 for one in codes}
    return Kpi(code, definition.version, definition.zh, definition.en, 0, 0, excluded)
