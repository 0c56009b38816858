"""日志页: what a subscription is fed. Reading the log and decoding its bytes belong to others."""

from datetime import datetime
from typing import Any, NamedTuple

from hotline.clocks.calendar import SHANGHAI
from hotline.facts import Fact
from hotline.people.actors import Actor
from hotline.values import dataclass
from projections.schema import instant, micros


class LogLine(NamedTuple):
    """日志行: one fact and its place.

    A bare tuple with times as the log keeps them, since a rebuild makes millions of lines and
    looks at few of their times as dates.
    """

    partition: int
    position: int
    stream: str
    version: int
    event: Any
    actor: Actor
    occurred_micros: int
    recorded_micros: int
    correlation: str
    causation: str
    message_id: str

    @property
    def fact(self) -> Fact[Any]:
        """Give the fact as the rules know it."""
        occurred_at = instant(self.occurred_micros).astimezone(SHANGHAI)
        return Fact(self.event, self.actor, occurred_at)

    @property
    def recorded_at(self) -> datetime:
        """Give when the log took it in."""
        return instant(self.recorded_micros).astimezone(SHANGHAI)


def log_line(
    stream: str,
    version: int,
    fact: Fact[Any],
    *,
    partition: int = 0,
    position: int = 0,
    correlation: str = "",
    message_id: str = "",
) -> LogLine:
    """Make the line of a fact that was recorded the moment it happened."""
    at = micros(fact.occurred_at)
    return LogLine(
        partition,
        position or version,
        stream,
        version,
        fact.event,
        fact.actor,
        at,
        at,
        correlation,
        "",
        message_id,
    )


@dataclass(frozen=True, slots=True)
class LogPage:
    """日志页: lines of one partition in the order of their positions; at most some thousands."""

    partition: int
    lines: tuple[LogLine, ...]

    def after(self, position: int) -> tuple[LogLine, ...]:
        """Give the lines above a bookmark; a page that comes twice gives none."""
        lines = self.lines
        if not lines or lines[0].position > position:
            return lines
        if lines[-1].position <= position:
            return ()
        return tuple(line for line in lines if line.position > position)
