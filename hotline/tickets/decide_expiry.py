"""到时规则: what happens when a timer of a ticket comes due. One that no longer runs is quiet."""

from hotline.clocks.due import Due, Ladder
from hotline.clocks.record import StepKind
from hotline.clocks.vocabulary import ClockName
from hotline.situation import Decision, Situation
from hotline.tickets.commands import FireTimer
from hotline.tickets.decide_intake import after_information
from hotline.tickets.decide_time import resumed
from hotline.tickets.events import (
    CitizenDueMissed,
    InformationLapsed,
    OverdueNoticeIssued,
    StageBecameOverdue,
    SupervisionOpened,
    TicketArchived,
    TicketBecameOverdue,
    TicketEvent,
    TicketUrged,
    TicketWarned,
)
from hotline.tickets.stages import RESTING
from hotline.tickets.state import Ticket
from hotline.tickets.timers import LEVEL_MAX, citizen_clock_runs, timers_of
from hotline.tickets.vocabulary import Kind, Stage, TimerKind
from hotline.timer import Timer


def running(command: FireTimer, ticket: Ticket, situation: Situation) -> Timer | None:
    """Find the timer that is meant, if it runs and its moment has come."""
    if situation.at < command.due_at:
        return None
    for timer in timers_of(ticket):
        if timer.kind is command.timer:
            return timer if timer.due_at == command.due_at else None
    return None


def decide_expiry(timer: Timer, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """Decide what follows from a running timer that came due."""
    match timer.kind:
        case TimerKind.STAGE:
            return _stage(timer, ticket, situation)
        case TimerKind.CONTACT:
            return (_overdue(timer, ticket, TimerKind.CONTACT),)
        case TimerKind.DEPARTMENT:
            return _department(timer, ticket, situation)
        case TimerKind.CITIZEN:
            return _citizen(timer, ticket, situation)
        case TimerKind.RESUME:
            return resumed("agreed-end", ticket, situation)
        case TimerKind.INVITE:
            return ()


def _stage(timer: Timer, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if ticket.stage in RESTING:
        return (TicketArchived(),)
    if ticket.stage is Stage.AWAITING_INFORMATION:
        citizen_due, stage_due = after_information(ticket, situation, timer.due_at)
        return (InformationLapsed(citizen_due=citizen_due, stage_due=stage_due),)
    return _stage_overdue(timer, ticket, situation)


def _stage_overdue(timer: Timer, ticket: Ticket, situation: Situation) -> tuple[TicketEvent, ...]:
    """Report a limit that ran out.

    Where the citizen's clock still runs, that one keeps the ticket moving; where it has stopped
    (revisit, triage) the limit is set anew and supervision climbs each time.
    """
    if citizen_clock_runs(ticket):
        return (_overdue(timer, ticket, TimerKind.STAGE),)
    again = StageBecameOverdue(
        stage=ticket.stage,
        timer=TimerKind.STAGE,
        due_at=timer.due_at,
        rule=timer.rule,
        stage_due=situation.clocks.due(ClockName.REDO, situation.at),
    )
    level = max(ticket.supervision, ticket.supervision_proposed) + 1
    if not ticket.stage_overdue or level > LEVEL_MAX:
        return (again,)
    return (again, _level(level, "stage-overdue"))


def _overdue(timer: Timer, ticket: Ticket, kind: TimerKind) -> StageBecameOverdue:
    return StageBecameOverdue(stage=ticket.stage, timer=kind, due_at=timer.due_at, rule=timer.rule)


def _level(level: int, reason: str) -> SupervisionOpened:
    """Open a level; the last one is only proposed, a person signs it (S7)."""
    return SupervisionOpened(level=level, reason=reason, proposed=level >= LEVEL_MAX)


def _department(timer: Timer, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    due = ticket.department_due
    if due is None:
        return ()
    match timer.rule:
        case "yellow":
            return (TicketWarned(due_at=due.due_at),)
        case "red":
            ladder = _ladder(due, ticket, situation)
            return (TicketBecameOverdue(due_at=due.due_at, ladder=ladder),)
        case "notice":
            return (
                OverdueNoticeIssued(due_at=due.due_at),
                TicketUrged(reason="overdue-notice"),
            )
        case _:
            reached = max(ticket.ladder_step, ticket.supervision)
            return (_level(reached + 1, "overdue"),)


def _ladder(due: Due, ticket: Ticket, situation: Situation) -> Ladder:
    if ticket.kind is not Kind.MATTER:
        return situation.clocks.ladder(due)
    steps = due.steps if ticket.citizen_due is None else ticket.citizen_due.steps
    paused = sum(step.days for step in steps if step.kind is StepKind.PAUSED)
    return situation.clocks.matter_ladder(due, ticket.registered_at, paused)


def _citizen(timer: Timer, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """Promise a new date: first that of a redo, then that of a complex case (our default)."""
    clock = ClockName.ANSWER_COMPLEX if ticket.citizen_due_missed else ClockName.REDO
    due = situation.clocks.due(clock, situation.at)
    return (CitizenDueMissed(due_at=timer.due_at, citizen_due=due),)
