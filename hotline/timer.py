"""定时器 of a stream: the moment that somebody waits for."""

from datetime import datetime

from hotline.tickets.vocabulary import TimerKind
from hotline.values import dataclass


@dataclass(frozen=True, slots=True)
class Timer:
    """定时器: at most one of each kind; `rule` names the clock, or the step of a ladder."""

    kind: TimerKind
    due_at: datetime
    rule: str = ""
