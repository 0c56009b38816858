"""差评闭环看板: open poor evaluations by the five steps 评价 → 回访 → 处理 → 整改 → 反馈.

Each step is a few stages; each stage is one run of the index `loop`, read from its start by the
clock that runs there, so that ten thousand open loops cost what a hundred do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, func, literal, select, tuple_

from hotline.people.sight import EVERY_KIND, WITHOUT_SECRETS, Sight
from hotline.tickets.vocabulary import Kind, Stage, VerificationFinding
from projections.cursors import Page, decode, encode, limited
from projections.schema import micros
from projections.tickets.line import TicketLine
from projections.tickets.rows import CONDITIONS, LIVE, running_clock, ticket_lines
from projections.tickets.sight import within

_c = ticket_lines.c
_clock: Final = running_clock(_c)
_COLUMN_LINES: Final = 20


class LoopStep(StrEnum):
    """闭环五步."""

    RATING = "rating"  # 评价: rated, not yet claimed
    REVISIT = "revisit"  # 回访: what happened is verified
    HANDLING = "handling"  # 处理: clear cases, explanations, appeals
    RECTIFICATION = "rectification"  # 整改: complex cases, the item itself
    FEEDBACK = "feedback"  # 反馈: told, rated once more, checked


STAGES: Final[Mapping[LoopStep, tuple[Stage, ...]]] = MappingProxyType(
    {
        LoopStep.RATING: (
            *(Stage.REGISTERED, Stage.AWAITING_PRECHECK, Stage.AWAITING_ASSIGNMENT),
            *(Stage.AWAITING_ACKNOWLEDGEMENT, Stage.RETURN_UNDER_REVIEW, Stage.IN_ADJUDICATION),
        ),
        LoopStep.REVISIT: (Stage.IN_VERIFICATION,),
        LoopStep.HANDLING: (Stage.IN_APPEAL, Stage.IN_RECTIFICATION),
        LoopStep.RECTIFICATION: (Stage.IN_RECTIFICATION,),
        LoopStep.FEEDBACK: (Stage.AWAITING_FEEDBACK, Stage.AWAITING_CHECK),
    }
)
LONG: Final = frozenset({VerificationFinding.COMPLEX, VerificationFinding.ITEM_ITSELF})
"""Findings that are rectified by a plan (15 working days); the others are handled at once."""

_LONG: Final = tuple(sorted(finding.value for finding in LONG))


@dataclass(frozen=True, slots=True)
class LoopCount:
    """在办数 of a step, and how many of them are beyond their clock."""

    open: int = 0
    overdue: int = 0


def step_of(stage: str, finding: str) -> LoopStep | None:
    """Tell in which step a loop stands; None where it has ended."""
    if stage == Stage.IN_RECTIFICATION:
        return LoopStep.RECTIFICATION if finding in _LONG else LoopStep.HANDLING
    return next((step for step, stages in STAGES.items() if stage in stages), None)


def loop_column(
    connection: Connection,
    step: LoopStep,
    *,
    overdue_at: datetime | None = None,
    cursor: str = "",
    limit: int = _COLUMN_LINES,
    sight: Sight = WITHOUT_SECRETS,
) -> Page[TicketLine]:
    """Give a page of one step, what is due first first; with `overdue_at` only what was due."""
    limit = limited(limit)
    conditions = [CONDITIONS.runs_loop, *_seen(sight)]
    if (after := decode(cursor, int, int)) is not None:
        conditions.append(tuple_(_clock, _c.id) > tuple_(*map(literal, after)))
    if overdue_at is not None:
        conditions.append(_clock < micros(overdue_at))
    rows = [
        row
        for stage in STAGES[step]
        for row in connection.execute(
            LIVE.select()
            .add_columns(_clock)
            .where(_c.stage == stage.value, *_finding(step, stage), *conditions)
            .order_by(_clock, _c.id)
            .limit(limit + 1)
        )
    ]
    width = len(LIVE.names)
    rows.sort(key=lambda row: (row[width], row[0]))
    lines = tuple(LIVE.line_of(tuple(row[:width])) for row in rows[:limit])
    more = len(rows) > limit
    return Page(lines, encode(rows[limit - 1][width], lines[-1].id) if more else "")


def loop_counts(
    connection: Connection, now: datetime, *, sight: Sight = WITHOUT_SECRETS
) -> dict[LoopStep, LoopCount]:
    """Count every step in one walk over the index."""
    late = func.sum(case((_clock < micros(now), 1), else_=0))
    question = (
        select(_c.stage, _c.finding, func.count(), late)
        .where(CONDITIONS.runs_loop, *_seen(sight))
        .group_by(_c.stage, _c.finding)
    )
    counts = dict.fromkeys(LoopStep, LoopCount())
    for stage, finding, count, overdue in connection.execute(question):
        step = step_of(stage, finding)
        if step is not None:
            before = counts[step]
            counts[step] = LoopCount(before.open + int(count), before.overdue + int(overdue))
    return counts


def appeals_decided(
    connection: Connection,
    *,
    cursor: str = "",
    limit: int = 50,
    sight: Sight = WITHOUT_SECRETS,
) -> Page[TicketLine]:
    """已决申诉: newest first."""
    limit = limited(limit)
    conditions: list[ColumnElement[bool]] = [_c.appeal_decided_at.is_not(None), *within(sight)]
    if (after := decode(cursor, int, int)) is not None:
        conditions.append(tuple_(_c.appeal_decided_at, _c.id) < tuple_(*map(literal, after)))
    question = LIVE.select().where(*conditions)
    newest = question.order_by(_c.appeal_decided_at.desc(), _c.id.desc()).limit(limit + 1)
    lines = [LIVE.line_of(tuple(row)) for row in connection.execute(newest)]
    more = len(lines) > limit
    last = lines[limit - 1] if more else None
    mark = encode(last.appeal_decided_at or 0, last.id) if last else ""
    return Page(tuple(lines[:limit]), mark)


def _finding(step: LoopStep, stage: Stage) -> list[Any]:
    if stage is not Stage.IN_RECTIFICATION:
        return []
    long = _c.finding.in_(_LONG)
    return [long if step is LoopStep.RECTIFICATION else ~long]


def _seen(sight: Sight) -> list[ColumnElement[bool]]:
    """Leave the kind out: the index holds poor evaluations only, and nothing else to look up."""
    if Kind.POOR_EVALUATION in sight.kinds:
        sight = replace(sight, kinds=EVERY_KIND)
    return within(sight)
