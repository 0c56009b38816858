"""审计行: who did what to which stream, when it happened and when it was recorded."""

from typing import Any, Final

from hotline.people.actors import Role
from hotline.values import dataclass
from projections.log import LogLine

_ROLES: Final = {role: role.value for role in Role}


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
    (
        partition,
        position,
        stream,
        version,
        event,
        actor,
        occurred_micros,
        recorded_micros,
        correlation,
        causation,
        _message_id,
    ) = log
    return (
        partition,
        position,
        stream,
        version,
        event.__class__.__name__,
        actor.person,
        _ROLES[actor.role],
        actor.department,
        occurred_micros,
        recorded_micros,
        correlation,
        causation,
    )
