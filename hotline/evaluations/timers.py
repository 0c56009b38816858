"""定时器 of a service: the invitation to rate, as a pure function of its state."""

from dataclasses import dataclass
from datetime import datetime

from hotline.evaluations.state import Service
from hotline.tickets.vocabulary import TimerKind


@dataclass(frozen=True, slots=True)
class ServiceTimer:
    """定时器: `rule` names the clock."""

    kind: TimerKind
    due_at: datetime
    rule: str = ""


def timers_of(service: Service) -> tuple[ServiceTimer, ...]:
    """智能邀评 runs while nobody has rated; a default rating is not a rating."""
    due = service.invite_due
    if due is None or is_rated(service):
        return ()
    return (ServiceTimer(TimerKind.INVITE, due.due_at, due.rule),)


def is_rated(service: Service) -> bool:
    """Tell whether a person has rated; imported default ratings never count."""
    return service.level > 0 and not service.is_default
