"""审计行: who did what to which stream, when it happened and when it was recorded."""

from dataclasses import dataclass

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


def project(log: LogLine) -> EventLine:
    """Make the row of a fact."""
    fact = log.fact
    actor = fact.actor
    return EventLine(
        log.partition,
        log.position,
        log.stream,
        log.version,
        type(fact.event).__name__,
        actor.person,
        actor.role.value,
        actor.department,
        micros(fact.occurred_at),
        micros(log.recorded_at),
        log.correlation,
        log.causation,
    )
