"""月通报: the figures of a month for every department, and what stands beside them.

Figures count what had happened when the month ended, so that the same month gives the same numbers
for ever; `digest` says so in one word. Which columns there are is the domain handbook's, section 6.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, func, select

from projections.jsons import dumps
from projections.kpis.definition import Period
from projections.kpis.grouped import departments, grouped, none_of
from projections.kpis.queries import Kpi
from projections.kpis.ranking import RANKED_MIN, wilson_lower_bound
from projections.schema import micros
from projections.tickets.rows import ticket_lines

CODES: Final = (
    *("bulletin_closed", "bulletin_on_time", "bulletin_late", "bulletin_open"),
    *("bulletin_dissatisfied", "returned", "redone", "repeated", "solved"),
    *("active_rating", "rectified", "excluded"),
)
LISTED: Final = 5
"""Departments on the red and on the black list (榆林, press)."""
CAUSES_MAX: Final = 10
_c = ticket_lines.c


@dataclass(frozen=True, slots=True)
class Row:
    """一行: the figures of a department, by code."""

    department: str
    group: str
    figures: Mapping[str, Kpi]

    @property
    def on_time(self) -> Kpi:
        """Give the figure by which the bulletin lists departments."""
        return self.figures["bulletin_on_time"]

    @property
    def is_ranked(self) -> bool:
        """Tell whether there are enough cases to be compared (our default: 30)."""
        return self.on_time.denominator >= RANKED_MIN

    @property
    def bound(self) -> float:
        """Give the lower end of the interval in which the share lies."""
        found = wilson_lower_bound(self.on_time.numerator, self.on_time.denominator)
        return 0.0 if found is None else found


@dataclass(frozen=True, slots=True)
class Bulletin:
    """月通报 of one period."""

    period: Period
    rows: tuple[Row, ...]
    total: Mapping[str, Kpi]
    causes: tuple[tuple[str, int], ...]
    problems: tuple[tuple[str, int], ...]
    digest: str

    @property
    def groups(self) -> dict[str, list[Row]]:
        """List the rows by the group within which departments are compared."""
        found: dict[str, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.group, []).append(row)
        return found

    def listed(self, *, best: bool) -> list[Row]:
        """List the first or the last ones of those with enough cases, over all groups."""
        ranked = [row for row in self.rows if row.is_ranked]
        ranked.sort(key=lambda row: (-row.bound if best else row.bound, row.department))
        return ranked[: min(LISTED, len(ranked) // 2)]

    @property
    def overdue(self) -> list[Row]:
        """Name those with cases too late or not closed, the most first."""
        late = [
            row
            for row in self.rows
            if row.figures["bulletin_late"].numerator + row.figures["bulletin_open"].numerator
        ]
        return sorted(
            late,
            key=lambda row: (
                -row.figures["bulletin_late"].numerator,
                -row.figures["bulletin_open"].numerator,
                row.department,
            ),
        )


def bulletin(connection: Connection, period: Period, groups: Mapping[str, str]) -> Bulletin:
    """Work out the bulletin of a period. `groups` names the group of each department."""
    figures = grouped(connection, period, departments, CODES)
    rows = [
        Row(code, groups.get(code, ""), {one: found.get(one) or none_of(one) for one in CODES})
        for code, found in figures.items()
    ]
    shown = [row for row in rows if _says_anything(row)]
    shown.sort(key=lambda row: (row.group, -row.bound, row.department))
    return Bulletin(
        period=period,
        rows=tuple(shown),
        total={code: _sum([row.figures[code] for row in shown], code) for code in CODES},
        causes=_causes(connection, period),
        problems=_problems(connection, period),
        digest=digest_of(shown),
    )


def digest_of(rows: Iterable[Row]) -> str:
    """Give the SHA-256 of all numbers: the same for the same month, whenever it is asked for."""
    told = [
        [row.department, *((one.numerator, one.denominator) for one in row.figures.values())]
        for row in sorted(rows, key=lambda row: row.department)
    ]
    return hashlib.sha256(dumps(told).encode()).hexdigest()


def _says_anything(row: Row) -> bool:
    return any(one.denominator for one in row.figures.values())


def _sum(figures: list[Kpi], code: str) -> Kpi:
    nothing = none_of(code)
    return Kpi(
        code,
        nothing.version,
        nothing.zh,
        nothing.en,
        sum(one.numerator for one in figures),
        sum(one.denominator for one in figures),
        nothing.excluded,
    )


def _causes(connection: Connection, period: Period) -> tuple[tuple[str, int], ...]:
    """Count why citizens were not satisfied, by the reasons that the revisits recorded."""
    return _counted(
        connection,
        select(_c.dissatisfaction_reason, func.count())
        .where(
            _c.dissatisfaction_reason != "",
            _c.first_revisited_at >= micros(period.since),
            _c.first_revisited_at < micros(period.until),
        )
        .group_by(_c.dissatisfaction_reason),
    )


def _problems(connection: Connection, period: Period) -> tuple[tuple[str, int], ...]:
    """共性问题: count the categories that most tickets of the period were about."""
    return _counted(
        connection,
        select(_c.category, func.count())
        .where(
            _c.category != "",
            _c.registered_at >= micros(period.since),
            _c.registered_at < micros(period.until),
        )
        .group_by(_c.category),
    )


def _counted(connection: Connection, question: Any) -> tuple[tuple[str, int], ...]:
    rows = [(str(name), int(count)) for name, count in connection.execute(question)]
    return tuple(sorted(rows, key=lambda row: (-row[1], row[0]))[:CAUSES_MAX])
