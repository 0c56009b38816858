"""审计行: who did what to which stream, when it happened and when it was recorded."""

from dataclasses import dataclass
from typing import Any

from projections.log import LogLine
from projections.schema import micros


@dataclass(slots=True)
class EventLine:
    """审计行: one fact of the log without its payload."""

    partition: int
    position: int
    stream: str
    version: int
    type: str
    person: str
    role: str
    department: str
    occurred_at: int
    recorded_at: int
    correlation: str
    causation: str


def project(log: LogLine) -> tuple[Any, ...]:
    """Make the row of a fact: the values of its line, in the order of the fields."""
    partition, position, stream, version, fact, recorded_at, correlation, causation, _ = log
    actor = fact.actor
    occurred_at = micros(fact.occurred_at)
    return (
        partition,
        position,
        stream,
        version,
        type(fact.event).__name__,
        actor.person,
        actor.role.value,
        actor.department,
        occurred_at,
        occurred_at if recorded_at is fact.occurred_at else micros(recorded_at),
        correlation,
        causation,
    )
