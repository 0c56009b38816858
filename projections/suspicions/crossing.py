"""横向疑点: rules that no ticket answers for itself: answers alike, exclusions, crowds, marks.

Each rule is a pure function over counts or texts; the questions beside them fetch those. Source:
the domain handbook, section 7, with its number in each docstring; thresholds are our default.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, func, select

from hotline.evaluations.vocabulary import Mark
from hotline.people.sight import WITHOUT_SECRETS, Sight
from hotline.tickets.vocabulary import Decision, Secrecy
from projections.evaluations.rows import evaluation_lines
from projections.schema import micros
from projections.suspicions.queries import Span
from projections.tickets.rows import ticket_lines

SIMILARITY_MIN: Final = 0.9
"""Rule 2: so alike are two answers (our default)."""
ALIKE_MIN: Final = 5
"""Rule 2: so many other answers of the department are alike (our default)."""
TIMES_MEDIAN: Final = 3.0
"""Rules 7 and 11: so many times the median of all departments (our default)."""
OUTLIER_MIN: Final = 3
"""Fewer exclusions or marks say nothing, whatever their share (our default)."""
CROWD_MIN: Final = 5
CROWD_MAX: Final = 100
"""Places listed at most; the most crowded first."""
VIEWS_MIN: Final = 20
VIEWS_SECONDS: Final = 600
"""Rule 10: twenty views within ten minutes by one account (our default)."""
_SHINGLE: Final = 3
_PASSED_ON: Final = ("已转相关部门", "已转交相关部门", "已转相关单位")
_c = ticket_lines.c
_e = evaluation_lines.c


@dataclass(frozen=True, slots=True)
class Outlier:
    """离群: a department whose share is far above the median, with the numbers behind it."""

    department: str
    part: int
    whole: int
    median_share: float

    @property
    def share(self) -> float:
        """Give its own share."""
        return self.part / self.whole if self.whole else 0.0


@dataclass(frozen=True, slots=True)
class Alike:
    """雷同答复: one answer and those of the same department that say nearly the same."""

    number: str
    others: tuple[str, ...]
    similarity: float
    without_result: bool = False


@dataclass(frozen=True, slots=True)
class Crowd:
    """群体: persons who complain about one matter at one place."""

    place: str
    category: str
    region: str
    persons: int
    tickets: int
    newest: str


def outliers(counts: Mapping[str, tuple[int, int]]) -> tuple[Outlier, ...]:
    """剔除异常 and 误评异常, rules 7 and 11: shares of more than three times the median.

    The median is that of all departments with any whole; where most have none, it is taken as the
    share of all together, so that the first exclusion of a quiet city is not a suspicion.
    """
    shares = [part / whole for part, whole in counts.values() if whole]
    if not shares:
        return ()
    total = sum(part for part, _ in counts.values()) / sum(whole for _, whole in counts.values())
    middle = median(shares) or total
    found = [
        Outlier(department, part, whole, middle)
        for department, (part, whole) in counts.items()
        if whole and part >= OUTLIER_MIN and part / whole > TIMES_MEDIAN * middle
    ]
    return tuple(sorted(found, key=lambda one: (-one.share, one.department)))


def shingles(text: str) -> frozenset[str]:
    """Cut a text into overlapping pieces, without digits and marks: numbers differ by nature."""
    plain = "".join(sign for sign in text if sign.isalpha())
    return frozenset(plain[at : at + _SHINGLE] for at in range(max(1, len(plain) - _SHINGLE + 1)))


def similarity(one: frozenset[str], other: frozenset[str]) -> float:
    """Give the share of pieces that both texts have (Jaccard)."""
    return len(one & other) / len(one | other) if one or other else 0.0


def alike_answers(answers: Sequence[tuple[str, str]]) -> tuple[Alike, ...]:
    """模板回复, handbook section 7, rule 2.

    As alike as 0.9 to five and more other answers of the department, or handed on without a
    result. `answers` are pairs of ticket number and public text.
    """
    cut = [(number, shingles(text), text) for number, text in answers]
    by_piece: dict[str, list[int]] = defaultdict(list)
    for place, (_, pieces, _) in enumerate(cut):
        for piece in sorted(pieces)[: _prefix(len(pieces))]:
            by_piece[piece].append(place)
    found: list[Alike] = []
    for place, (number, pieces, text) in enumerate(cut):
        near = {
            other
            for piece in sorted(pieces)[: _prefix(len(pieces))]
            for other in by_piece[piece]
            if other != place
        }
        alike = {other: similarity(pieces, cut[other][1]) for other in near}
        close = sorted(other for other, share in alike.items() if share >= SIMILARITY_MIN)
        handed_on = any(words in text for words in _PASSED_ON)
        if len(close) >= ALIKE_MIN or handed_on:
            least = min((alike[other] for other in close), default=0.0)
            others = tuple(cut[other][0] for other in close)
            found.append(Alike(number, others, least, without_result=handed_on))
    return tuple(found)


def _prefix(count: int) -> int:
    """Tell how many pieces, in a fixed order, two texts so alike must share one of."""
    return count - int(SIMILARITY_MIN * count) + 1


def exclusion_outliers(
    connection: Connection, span: Span, *, sight: Sight = WITHOUT_SECRETS
) -> tuple[Outlier, ...]:
    """Ask for rule 7: approved exclusions of each department among its tickets."""
    excluded = _count(_c.exclusion == Decision.APPROVED.value)
    question = (
        select(_c.lead, excluded, func.count())
        .where(*span.conditions(sight), _c.first_assigned_at.is_not(None), _c.lead != "")
        .group_by(_c.lead)
    )
    return outliers(_pairs(connection.execute(question).all()))


def mark_outliers(connection: Connection, span: Span) -> tuple[Outlier, ...]:
    """Ask for rule 11: ratings marked 误评 of each department among all its ratings."""
    conditions = [
        _e.rated_at >= micros(span.since),
        _e.rated_at < micros(span.until),
        _e.department != "",
    ]
    if span.department:
        conditions.append(_e.department == span.department)
    mistaken = _count(_e.mark == Mark.MISTAKEN.value)
    question = (
        select(_e.department, mistaken, func.count()).where(*conditions).group_by(_e.department)
    )
    return outliers(_pairs(connection.execute(question).all()))


def crowds(
    connection: Connection, span: Span, *, sight: Sight = WITHOUT_SECRETS
) -> tuple[Crowd, ...]:
    """重复投诉, rule 8: five and more persons about one matter at one place within the span."""
    persons = func.count(_c.caller.distinct())
    question = (
        select(_c.place, _c.category, _c.region, persons, func.count(), func.max(_c.number))
        .where(
            *span.conditions(sight),
            _c.place != "",
            _c.category != "",
            _c.caller != "",
            _c.secrecy < int(Secrecy.SECRET),
        )
        .group_by(_c.place, _c.category, _c.region)
        .having(persons >= CROWD_MIN)
        .order_by(persons.desc(), _c.place)
        .limit(CROWD_MAX)
    )
    return tuple(Crowd(*row) for row in connection.execute(question))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _pairs(rows: Iterable[Any]) -> dict[str, tuple[int, int]]:
    return {row[0]: (int(row[1]), int(row[2])) for row in rows}
