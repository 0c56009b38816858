"""日志页: what a subscription is fed. Reading the log and decoding its bytes belong to others."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from hotline.facts import Fact


class LogLine(NamedTuple):
    """日志行: one fact and its place. A named tuple, since a rebuild makes millions of them."""

    partition: int
    position: int
    stream: str
    version: int
    fact: Fact[Any]
    recorded_at: datetime
    correlation: str
    causation: str
    message_id: str


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
