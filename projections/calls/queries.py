"""来电查询: who waits, who talks, and what a shift comes to.

接通率 is answered calls of those that asked for a person; the service level counts those answered
within a limit: 15 seconds by GB/T 33358-2016, and 20 seconds as call centres commonly report.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, case, func, select

from hotline.calls.vocabulary import CallOutcome, CallStage
from projections.calls.line import CallLine
from projections.calls.rows import LIVE, call_lines
from projections.schema import micros

WAITING_SHOWN_MAX: Final = 50
RECENT_SHOWN: Final = 50
ANSWERED_WITHIN_SECONDS: Final = 15
"""接听: within 15 seconds (GB/T 33358-2016, press)."""
ANSWERED_WITHIN_SECONDS_OTHERS: Final = 20
"""The limit that call centres commonly report beside it (80 % within 20 seconds)."""

_c = call_lines.c
_ENDED: Final = CallStage.ENDED.value
_RUNNING: Final = _c.stage != _ENDED


@dataclass(frozen=True, slots=True)
class CallFigures:
    """来电指标 of a span: counts, and sums from which the means follow."""

    requests: int  # calls that asked for a person and are decided
    answered: int
    in_time: int  # within 15 seconds
    in_time_others: int  # within 20 seconds
    abandoned: int
    turned_away: int
    failed: int
    waited_seconds: int  # of the answered ones
    talk_seconds: int
    talks: int
    rated: int
    level_sum: int

    @property
    def missed(self) -> int:
        """Count the calls that nobody took."""
        return self.abandoned + self.turned_away + self.failed

    @property
    def answer_rate(self) -> float | None:
        """接通率; None, never 100 %, where nobody called."""
        return self.answered / self.requests if self.requests else None

    @property
    def service_level(self) -> float | None:
        """服务水平: answered within 15 seconds, of the requests."""
        return self.in_time / self.requests if self.requests else None

    @property
    def service_level_others(self) -> float | None:
        """服务水平 within 20 seconds."""
        return self.in_time_others / self.requests if self.requests else None

    @property
    def mean_wait(self) -> float | None:
        """Give the mean wait of the answered, in seconds."""
        return self.waited_seconds / self.answered if self.answered else None

    @property
    def mean_talk(self) -> float | None:
        """Give the mean talk, in seconds."""
        return self.talk_seconds / self.talks if self.talks else None


def running(connection: Connection, *, limit: int = WAITING_SHOWN_MAX) -> list[CallLine]:
    """List the calls that are not over, the longest first."""
    question = LIVE.select().where(_RUNNING).order_by(_c.received_at).limit(limit)
    return [LIVE.line_of(row) for row in connection.execute(question)]


def waiting_count(connection: Connection) -> int:
    """Count who waits."""
    waiting = _c.stage.in_((CallStage.WAITING.value, CallStage.ACCEPTED.value))
    found = connection.execute(select(func.count()).where(waiting)).scalar_one()
    return int(found)


def by_stream(connection: Connection, stream: str) -> CallLine | None:
    """Give one call."""
    found = LIVE.load(connection, [stream])
    return found[0] if found else None


def recent(
    connection: Connection, since: datetime, *, operator: str = "", limit: int = RECENT_SHOWN
) -> list[CallLine]:
    """List the calls since a moment, newest first."""
    conditions: list[ColumnElement[bool]] = [_c.received_at >= micros(since)]
    if operator:
        conditions.append(_c.operator == operator)
    question = LIVE.select().where(*conditions).order_by(_c.received_at.desc()).limit(limit)
    return [LIVE.line_of(row) for row in connection.execute(question)]


def of_caller(connection: Connection, caller: str) -> list[CallLine]:
    """List every call of a person."""
    question = LIVE.select().where(_c.caller == caller).order_by(_c.received_at)
    return [LIVE.line_of(row) for row in connection.execute(question)]


def to_erase(connection: Connection, *, limit: int = WAITING_SHOWN_MAX) -> list[str]:
    """List the calls with a recording that the provider must still delete."""
    due = _c.recordings_erased_count > _c.recordings_confirmed_count
    question = select(_c.stream).where(due).order_by(_c.received_at).limit(limit)
    return list(connection.execute(question).scalars())


def figures(
    connection: Connection, since: datetime, until: datetime, *, operator: str = ""
) -> CallFigures:
    """Count the calls that came in from `since` to before `until`; one operator's where named."""
    conditions = [_c.received_at >= micros(since), _c.received_at < micros(until)]
    if operator:
        conditions.append(_c.operator == operator)
    answered = _c.connected_at.is_not(None)
    within = and_(answered, _c.waited_seconds <= ANSWERED_WITHIN_SECONDS)
    within_others = and_(answered, _c.waited_seconds <= ANSWERED_WITHIN_SECONDS_OTHERS)
    turned_away = _c.outcome.in_((CallOutcome.OVERFLOW.value, CallOutcome.OUT_OF_HOURS.value))
    talked = _c.talk_seconds.is_not(None)
    asked = _c.outcome != CallOutcome.OUT_OF_HOURS.value
    decided = and_(asked, (_c.stage == _ENDED) | answered)
    row: Any = connection.execute(
        select(
            _count(decided),
            _count(answered),
            _count(within),
            _count(within_others),
            _count(_c.outcome == CallOutcome.ABANDONED.value),
            _count(turned_away),
            _count(_c.outcome == CallOutcome.FAILED.value),
            _sum(case((answered, _c.waited_seconds), else_=0)),
            _sum(_c.talk_seconds),
            _count(talked),
            _count(_c.level > 0),
            _sum(_c.level),
        ).where(*conditions)
    ).one()
    return CallFigures(*(int(value) for value in row))


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return _sum(case((condition, 1), else_=0))


def _sum(value: ColumnElement[Any]) -> ColumnElement[int]:
    return func.coalesce(func.sum(value), 0)
