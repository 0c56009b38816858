"""定时器 of a service: the invitation to rate, as a pure function of its state."""

from hotline.evaluations.state import Service
from hotline.tickets.vocabulary import TimerKind
from hotline.timer import Timer


def timers_of(service: Service) -> tuple[Timer, ...]:
    """智能邀评 runs while nobody has rated; a default rating is not a rating."""
    due = service.invite_due
    if due is None or is_rated(service):
        return ()
    return (Timer(TimerKind.INVITE, due.due_at, due.rule),)


def is_rated(service: Service) -> bool:
    """Tell whether a person has rated; imported default ratings never count."""
    return service.level > 0 and not service.is_default
