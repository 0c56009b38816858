"""时间归并: folds the facts of extension, suspension, lights and limits."""

from datetime import datetime
from typing import assert_never

from hotline.people.actors import Actor
from hotline.tickets.events import (
    CitizenDueMissed,
    DueRecomputed,
    ExtensionDenied,
    ExtensionGranted,
    ExtensionRequested,
    OverdueNoticeIssued,
    StageBecameOverdue,
    SuspensionDenied,
    SuspensionRequested,
    TicketBecameOverdue,
    TicketResumed,
    TicketSuspended,
    TicketWarned,
    TimeEvent,
)
from hotline.tickets.evolve_parts import with_department_due
from hotline.tickets.state import AskedPause, Ticket
from hotline.tickets.vocabulary import Light, Stage, TimerKind
from hotline.values import replace


def evolve_time(ticket: Ticket, event: TimeEvent, actor: Actor, at: datetime) -> Ticket:
    """Fold a fact about time."""
    match event:
        case ExtensionRequested() | ExtensionGranted() | ExtensionDenied():
            return _evolve_extension(ticket, event, actor, at)
        case SuspensionRequested() | TicketSuspended() | SuspensionDenied() | TicketResumed():
            return _evolve_pause(ticket, event, actor, at)
        case DueRecomputed():
            moved = replace(
                ticket,
                last_at=at,
                citizen_due=event.citizen_due or ticket.citizen_due,
                stage_due=event.stage_due or ticket.stage_due,
            )
            if event.department_due is None:
                return moved
            return with_department_due(moved, event.department_due, at)
        case TicketWarned():
            return replace(ticket, last_at=at, light=Light.YELLOW)
        case TicketBecameOverdue():
            return replace(ticket, last_at=at, light=Light.RED, ladder=event.ladder)
        case OverdueNoticeIssued():
            return replace(ticket, last_at=at, notice_issued=True)
        case CitizenDueMissed():
            return replace(
                ticket, last_at=at, citizen_due_missed=True, citizen_due=event.citizen_due
            )
        case StageBecameOverdue():
            if event.timer is TimerKind.CONTACT:
                return replace(ticket, last_at=at, contact_overdue=True)
            return replace(ticket, last_at=at, stage_overdue=True, stage_due=event.stage_due)
        case _:
            assert_never(event)


def _evolve_extension(
    ticket: Ticket,
    event: ExtensionRequested | ExtensionGranted | ExtensionDenied,
    actor: Actor,
    at: datetime,
) -> Ticket:
    match event:
        case ExtensionRequested():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.EXTENSION_UNDER_REVIEW,
                stage_due_before=ticket.stage_due,
                stage_due=event.stage_due,
                stage_overdue=False,
                extension_days_asked=event.working_days,
                hands=replace(ticket.hands, extension_asked_by=actor.person),
            )
        case ExtensionGranted():
            extended = replace(
                ticket,
                last_at=at,
                stage=Stage.IN_HANDLING,
                stage_due=ticket.stage_due_before,
                stage_due_before=None,
                stage_overdue=False,
                extensions_count=ticket.extensions_count + 1,
                citizen_due=event.citizen_due,
            )
            return with_department_due(extended, event.department_due, at)
        case ExtensionDenied():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.IN_HANDLING,
                stage_due=ticket.stage_due_before,
                stage_due_before=None,
                stage_overdue=False,
            )


def _evolve_pause(
    ticket: Ticket,
    event: SuspensionRequested | TicketSuspended | SuspensionDenied | TicketResumed,
    actor: Actor,
    at: datetime,
) -> Ticket:
    match event:
        case SuspensionRequested():
            return replace(
                ticket,
                last_at=at,
                pause=AskedPause(
                    ground=event.ground,
                    until=event.until,
                    asked_by=actor.person,
                    evidence=event.evidence,
                ),
                stage_due_before=ticket.stage_due,
                stage_due=event.stage_due,
                stage_overdue=False,
            )
        case TicketSuspended():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.SUSPENDED,
                paused_at=at,
                stage_due=None,
                suspensions_count=ticket.suspensions_count + 1,
            )
        case SuspensionDenied():
            return replace(
                ticket,
                last_at=at,
                pause=None,
                stage_due=ticket.stage_due_before,
                stage_due_before=None,
                stage_overdue=False,
            )
        case TicketResumed():
            resumed = replace(
                ticket,
                last_at=at,
                stage=Stage.IN_HANDLING,
                pause=None,
                paused_at=None,
                stage_due=ticket.stage_due_before,
                stage_due_before=None,
                stage_overdue=False,
                citizen_due=event.citizen_due,
            )
            return with_department_due(resumed, event.department_due, at)
