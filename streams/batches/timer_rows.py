"""定时器行: setting and cancelling the rows that say who waits for which moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, delete

from hotline.tickets.vocabulary import TimerKind
from hotline.timer import Timer
from streams.database.moments import microseconds
from streams.database.statements import DeleteByKey, Insert, Row, Statement
from streams.database.tables import timers

_SET: Final = Insert(timers, replace=True)
_CANCEL: Final = DeleteByKey(timers.c.id)
_DELETE_FIRED: Final = Statement(
    lambda _: delete(timers).where(
        timers.c.id == bindparam("timer"), timers.c.due_at == bindparam("due")
    )
)


@dataclass(frozen=True, slots=True)
class Fired:
    """已到时: the timer whose command was handled; a row that was moved meanwhile stays."""

    stream: str
    kind: TimerKind
    due_at: datetime


def timer_id(stream: str, kind: TimerKind) -> str:
    """Name the one timer of this kind that a stream may run.

    The blank sorts before whatever a stream's name may hold, so ids stand in the order of streams.
    """
    return f"{stream} {kind.value}"


def row_of(stream: str, timer: Timer) -> Row:
    """Give the row of a timer."""
    return (
        timer_id(stream, timer.kind),
        stream,
        timer.kind.value,
        microseconds(timer.due_at),
        timer.rule,
    )


def write(
    connection: Connection,
    before: Mapping[str, tuple[Timer, ...]],
    after: Mapping[str, tuple[Timer, ...]],
    fired: Sequence[Fired],
) -> None:
    """Make the rows follow the states; a timer that did not change is not written again."""
    if fired:
        rows = [(timer_id(one.stream, one.kind), microseconds(one.due_at)) for one in fired]
        _DELETE_FIRED.run_many(connection, rows)
    cancelled: list[str] = []
    changed: list[Row] = []
    for stream in sorted(after):
        old = {timer.kind: timer for timer in before[stream]}
        new = {timer.kind: timer for timer in after[stream]}
        cancelled.extend(timer_id(stream, kind) for kind in old if kind not in new)
        changed.extend(
            row_of(stream, timer) for kind, timer in new.items() if old.get(kind) != timer
        )
    _CANCEL.run(connection, cancelled)
    _SET.run(connection, changed)
