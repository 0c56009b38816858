"""评价查询: how services are rated. A figure always comes with its n.

Default ratings and marked ones are counted apart and never enter a rate.
"""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, func, select, tuple_

from hotline.evaluations.vocabulary import EvaluationSource, Level, Mark
from hotline.values import dataclass
from projections.cursors import Page, decode, limited, page_of
from projections.evaluations.line import EvaluationLine
from projections.evaluations.rows import LIVE, evaluation_lines
from projections.schema import micros

_SHOWN_LINES: Final = 50
_c = evaluation_lines.c
_CITIZEN: Final = EvaluationSource.CITIZEN.value
_UNMARKED: Final = Mark.NONE.value


@dataclass(frozen=True, slots=True)
class EvaluationStatistics:
    """评价统计: `levels` counts valid citizens' ratings from 1 to 5; the rest stands apart."""

    levels: tuple[int, int, int, int, int]
    defaults: int
    mistaken: int
    malicious: int
    other_sources: int
    services: int  # rateable services of the span
    services_rated: int  # of them, with a valid rating of a citizen

    @property
    def n(self) -> int:
        """Count the valid ratings."""
        return sum(self.levels)

    @property
    def good_rate(self) -> float | None:
        """好评率: levels 3 to 5; None, never 100 %, when nobody rated."""
        return sum(self.levels[2:]) / self.n if self.n else None

    @property
    def active_rate(self) -> float | None:
        """主动评价率: rated services of the rateable ones."""
        return self.services_rated / self.services if self.services else None


def _scope(department: str, region: str) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if department:
        conditions.append(_c.department == department)
    if region:
        conditions.append(_c.region.startswith(region, autoescape=True))
    return conditions


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


VALID: Final = and_(_c.is_default.is_(False), _c.mark == _UNMARKED, _c.source == _CITIZEN)
"""A citizen's own rating that counts."""


def statistics(
    connection: Connection,
    since: datetime,
    until: datetime,
    *,
    department: str = "",
    region: str = "",
) -> EvaluationStatistics:
    """Count the ratings given, and the services that took place, from `since` to before `until`."""
    scope = _scope(department, region)
    given = (_c.rated_at >= micros(since), _c.rated_at < micros(until), *scope)
    told = _c.is_default.is_(False)
    counted = connection.execute(
        select(
            *(_count(and_(VALID, _c.level == level.value)) for level in Level),
            _count(_c.is_default.is_(True)),
            _count(and_(told, _c.mark == Mark.MISTAKEN.value)),
            _count(and_(told, _c.mark == Mark.MALICIOUS.value)),
            _count(and_(told, _c.mark == _UNMARKED, _c.source != _CITIZEN)),
        ).where(*given)
    ).one()
    took_place = (_c.served_at >= micros(since), _c.served_at < micros(until), *scope)
    services, rated = connection.execute(
        select(func.count(), _count(and_(VALID, _c.level > 0))).where(*took_place)
    ).one()
    one, two, three, four, five, defaults, mistaken, malicious, others = (
        int(value) for value in counted
    )
    return EvaluationStatistics(
        levels=(one, two, three, four, five),
        defaults=defaults,
        mistaken=mistaken,
        malicious=malicious,
        other_sources=others,
        services=int(services),
        services_rated=int(rated),
    )


def evaluations(
    connection: Connection,
    *,
    department: str = "",
    region: str = "",
    poor_only: bool = False,
    ticket: str = "",
    cursor: str = "",
    limit: int = _SHOWN_LINES,
) -> Page[EvaluationLine]:
    """List ratings, newest first."""
    limit = limited(limit)
    conditions = [_c.rated_at.is_not(None), *_scope(department, region)]
    if poor_only:
        conditions += [_c.level.between(1, Level.DISSATISFIED.value), _c.is_default.is_(False)]
    if ticket:
        conditions.append(_c.ticket == ticket)
    if (after := decode(cursor, int, str)) is not None:
        conditions.append(tuple_(_c.rated_at, _c.stream) < tuple_(*after))
    question = (
        LIVE.select()
        .where(*conditions)
        .order_by(_c.rated_at.desc(), _c.stream.desc())
        .limit(limit + 1)
    )
    rows: Any = connection.execute(question)
    return page_of([LIVE.line_of(row) for row in rows], limit, "rated_at", "stream")


def services(
    connection: Connection, department: str, since: datetime, *, limit: int = _SHOWN_LINES
) -> list[EvaluationLine]:
    """List the services of a department since a moment, newest first, rated or not."""
    question = (
        LIVE.select()
        .where(_c.department == department, _c.served_at >= micros(since))
        .order_by(_c.served_at.desc(), _c.stream)
        .limit(limited(limit))
    )
    return [LIVE.line_of(row) for row in connection.execute(question)]


def evaluation(connection: Connection, stream: str) -> EvaluationLine | None:
    """Give one service by its stream."""
    found = LIVE.load(connection, [stream])
    return found[0] if found else None
