"""定时器: what a ticket waits for, as a pure function of its state. At most one of each kind."""

from hotline.tickets.stages import PAUSED, RESTING, TERMINAL
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Light, Stage, TimerKind
from hotline.timer import Timer

LEVEL_MAX = 3


def timers_of(ticket: Ticket) -> tuple[Timer, ...]:
    """List the timers that run in this state."""
    if ticket.stage in TERMINAL:
        return ()
    if ticket.stage is Stage.SUSPENDED:
        return (_resume(ticket),) if ticket.pause is not None else ()
    timers = []
    if ticket.stage_due is not None:
        timers.append(Timer(TimerKind.STAGE, ticket.stage_due.due_at, ticket.stage_due.rule))
    if ticket.stage in RESTING or ticket.stage in PAUSED:
        return tuple(timers)
    if department_clock_runs(ticket):
        if (step := department_step(ticket)) is not None:
            timers.append(step)
        due = ticket.contact_due
        if due is not None and ticket.contacted_at is None and not ticket.contact_overdue:
            timers.append(Timer(TimerKind.CONTACT, due.due_at, due.rule))
    if ticket.citizen_due is not None and citizen_clock_runs(ticket):
        due = ticket.citizen_due
        timers.append(Timer(TimerKind.CITIZEN, due.due_at, due.rule))
    return tuple(timers)


def department_clock_runs(ticket: Ticket) -> bool:
    """Tell whether the department is being timed: from assignment to its signed feedback."""
    return (
        ticket.department_due is not None
        and ticket.submitted_at is None
        and ticket.stage not in PAUSED
        and ticket.stage not in RESTING
        and ticket.stage not in TERMINAL
    )


def citizen_clock_runs(ticket: Ticket) -> bool:
    """Tell whether the promise to the citizen is open: from acceptance to the reviewed answer."""
    return (
        ticket.citizen_due is not None
        and ticket.answered_at is None
        and ticket.stage not in PAUSED
        and ticket.stage not in RESTING
        and ticket.stage not in TERMINAL
    )


def department_step(ticket: Ticket) -> Timer | None:
    """Find the next step of the department's light and ladder; None when all were taken."""
    due, ladder, kind = ticket.department_due, ticket.ladder, TimerKind.DEPARTMENT
    if due is None:
        return None
    if ladder is None:
        if ticket.light is Light.GREEN and due.warn_at < due.due_at:
            return Timer(kind, due.warn_at, "yellow")
        return Timer(kind, due.due_at, "red")
    if not ticket.notice_issued:
        return Timer(kind, ladder.notice_at, "notice")
    reached = max(ticket.ladder_step, ticket.supervision)
    if reached >= LEVEL_MAX:
        return None
    at = (ladder.level_1_at, ladder.level_2_at, ladder.level_3_at)[reached]
    return Timer(kind, at, f"level-{reached + 1}")


def _resume(ticket: Ticket) -> Timer:
    assert ticket.pause is not None  # noqa: S101 - asked by the caller
    return Timer(TimerKind.RESUME, ticket.pause.until, ticket.pause.ground.value)
