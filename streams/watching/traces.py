"""痕迹: follows the log into the tables that the rules of suspicion read."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Engine, select, update

from hotline.evaluations.events import (
    EvaluationMarked,
    EvaluationRecorded,
    LaterEvaluationGiven,
    SignalsRaised,
    SignalsReviewed,
)
from hotline.evaluations.state import Service
from hotline.evaluations.vocabulary import EvaluationSource, Mark
from projections.apply import Write
from projections.log import LogLine
from projections.signals.rows import SUBSCRIPTION, rating_signals, rating_traces
from streams.database.moments import microseconds
from streams.database.statements import Insert
from streams.feed.choosing import follow_chosen, of_types
from streams.log.store import records
from streams.wiring import Wiring

_FOLLOWED: Final = (
    EvaluationRecorded,
    LaterEvaluationGiven,
    EvaluationMarked,
    SignalsRaised,
    SignalsReviewed,
)
_TRACES: Final = Insert(rating_traces, keep=True)
_SIGNALS: Final = Insert(rating_signals, keep=True)
_NO_LETTER: Final = re.compile(r"\W+")
_WORDS_MIN: Final = 4
"""Shorter words say nothing: many people write 很好 (our default)."""


def follow(engine: Engine, wiring: Wiring) -> None:
    """Bring the tables up to the log."""
    follow_chosen(engine, SUBSCRIPTION, of_types(*_FOLLOWED), partial(_take, wiring))


def _take(wiring: Wiring, connection: Connection, fresh: Sequence[LogLine]) -> Write:
    names = sorted({line.stream for line in fresh})
    states = {name: one.state for name, one in records(connection, names, wiring).items()}
    return lambda connection: _write(connection, fresh, states)


def _write(connection: Connection, fresh: Iterable[LogLine], states: dict[str, Any]) -> None:
    traces: list[tuple[Any, ...]] = []
    for line in fresh:
        service = states.get(line.stream)
        if not isinstance(service, Service):
            continue
        match line.event:
            case EvaluationRecorded() | LaterEvaluationGiven():
                if row := _trace(line, service):
                    traces.append(row)
            case EvaluationMarked(mark=Mark.MISTAKEN):
                _TRACES.run(connection, traces)
                traces = []
                _mark(connection, line.stream)
            case SignalsRaised() as event:
                _SIGNALS.run(connection, [_signal(line, event, service.department)])
            case SignalsReviewed() as event:
                _review(connection, line, event)
            case _:
                pass
    _TRACES.run(connection, traces)


def _trace(line: LogLine, service: Service) -> tuple[Any, ...] | None:
    """Give the row of a rating by a citizen; what was imported leaves no trace."""
    event = line.event
    first = isinstance(event, EvaluationRecorded)
    if service.source is not EvaluationSource.CITIZEN or (first and event.is_default):
        return None
    return (
        line.stream,
        line.version,
        line.occurred_micros,
        microseconds(service.served_at),
        service.department,
        int(event.level),
        0 if first else service.level,
        event.channel.value,
        event.device if first else "",
        event.network if first else "",
        event.evaluator if first else service.evaluator,
        service.citizen,
        _words(event.text),
        "" if first else service.loop,
        service.region,
        False,
        False,
    )


def _words(text: str) -> str:
    """Give a hash of what was written, the same for the same words however they are spaced."""
    plain = _NO_LETTER.sub("", text).lower()
    return hashlib.sha256(plain.encode()).hexdigest()[:32] if len(plain) >= _WORDS_MIN else ""


def _mark(connection: Connection, stream: str) -> None:
    """Note a 误评, and have the newest rating of that service examined again."""
    c = rating_traces.c
    newest = select(c.version).where(c.stream == stream).order_by(c.version.desc()).limit(1)
    connection.execute(
        update(rating_traces)
        .where(c.stream == stream, c.version == newest.scalar_subquery())
        .values(mistaken=True, examined=False)
    )


def _signal(line: LogLine, event: SignalsRaised, department: str) -> tuple[Any, ...]:
    return (
        line.stream,
        line.version,
        line.occurred_micros,
        department,
        ",".join(event.signals),
        ",".join(event.related),
        event.rules,
        *("", "", ""),
        None,
    )


def _review(connection: Connection, line: LogLine, event: SignalsReviewed) -> None:
    c = rating_signals.c
    connection.execute(
        update(rating_signals)
        .where(c.stream == line.stream, c.outcome == "", c.version < line.version)
        .values(
            outcome=event.outcome.value,
            note=event.note,
            reviewed_by=line.fact.actor.person,
            reviewed_at=line.occurred_micros,
        )
    )
