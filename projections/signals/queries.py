"""疑点查询: which ratings somebody should look at, with what the rules found."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, select, tuple_

from projections.cursors import Page, decode, limited, page_of
from projections.evaluations.rows import evaluation_lines
from projections.signals.rows import rating_signals

_s: Final = rating_signals.c
_e: Final = evaluation_lines.c


@dataclass(frozen=True, slots=True)
class SignalLine:
    """疑点行: a finding beside the rating it is about. No name, no number, no mark."""

    stream: str
    version: int
    raised_at: int
    department: str
    signals: str
    related: str
    rules: str
    outcome: str
    note: str
    reviewed_by: str
    reviewed_at: int | None
    level: int
    later_level: int
    channel: str
    item_name: str
    rated_at: int | None
    loop: str

    @property
    def kinds(self) -> tuple[str, ...]:
        """List the signals."""
        return tuple(filter(None, self.signals.split(",")))

    @property
    def others(self) -> tuple[str, ...]:
        """List the streams of the other ratings."""
        return tuple(filter(None, self.related.split(",")))


def signals(
    connection: Connection,
    *,
    waiting: bool = False,
    signal: str = "",
    department: str = "",
    stream: str = "",
    cursor: str = "",
    limit: int = 50,
) -> Page[SignalLine]:
    """List findings, newest first."""
    limit = limited(limit)
    conditions: list[Any] = []
    if waiting:
        conditions.append(_s.outcome == "")
    if signal:
        conditions.append(("," + _s.signals + ",").contains(f",{signal},", autoescape=True))
    if department:
        conditions.append(_s.department == department)
    if stream:
        conditions.append(_s.stream == stream)
    if (after := decode(cursor, int, str)) is not None:
        conditions.append(tuple_(_s.raised_at, _s.stream) < tuple_(*after))
    rated = (_e.level, _e.later_level, _e.channel, _e.item_name, _e.rated_at, _e.loop)
    question = (
        select(*rating_signals.columns, *rated)
        .join_from(rating_signals, evaluation_lines, _e.stream == _s.stream)
        .where(*conditions)
        .order_by(_s.raised_at.desc(), _s.stream.desc())
        .limit(limit + 1)
    )
    rows = [SignalLine(*tuple(row)) for row in connection.execute(question)]
    return page_of(rows, limit, "raised_at", "stream")
