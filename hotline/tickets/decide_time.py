"""时间规则: extension, suspension, and due dates under a newly published calendar."""

from datetime import datetime
from typing import assert_never

from hotline.clocks.due import Due
from hotline.clocks.vocabulary import ClockName
from hotline.people.actors import Role
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation
from hotline.tickets.commands import (
    DenyExtension,
    DenySuspension,
    GrantExtension,
    RecomputeDue,
    RequestExtension,
    RequestSuspension,
    ResumeTicket,
    SuspendTicket,
    TimeCommand,
)
from hotline.tickets.events import (
    DueRecomputed,
    ExtensionDenied,
    ExtensionGranted,
    ExtensionRequested,
    SuspensionDenied,
    SuspensionRequested,
    TicketEvent,
    TicketResumed,
    TicketSuspended,
)
from hotline.tickets.stages import TERMINAL
from hotline.tickets.standing import (
    another_than,
    in_stage,
    of_lead,
    of_lead_or_hotline,
    told,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Stage


def decide_time(
    command: TimeCommand, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """Decide a command about time."""
    match command:
        case RequestExtension():
            return _request_extension(command, ticket, situation)
        case GrantExtension():
            return _grant_extension(command, ticket, situation)
        case DenyExtension():
            return _deny_extension(command, ticket, situation)
        case RequestSuspension():
            return _request_suspension(command, ticket, situation)
        case SuspendTicket():
            return _suspend(command, ticket, situation)
        case DenySuspension():
            return _deny_suspension(command, ticket, situation)
        case ResumeTicket():
            return _resume(command, ticket, situation)
        case RecomputeDue():
            return _recompute(command, ticket, situation)
        case _:
            assert_never(command)


def _request_extension(
    command: RequestExtension, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.IN_HANDLING)
        or of_lead(ticket, situation)
        or told(reason=command.reason)
    ):
        return refusal
    preset = situation.clocks.preset
    if ticket.extensions_count >= preset.extensions_max + preset.extensions_by_authority_max:
        return Refusal("extension-used")
    if ticket.pause is not None:
        return Refusal("suspension-pending")
    if not 1 <= command.working_days <= preset.extension_days_max:
        return Refusal("extension-days", {"days_max": str(preset.extension_days_max)})
    due = ticket.department_due
    if due is None:
        return Refusal("no-department-due")
    until = situation.clocks.extension_asked_by(due)
    if situation.at > until:
        return Refusal("extension-too-late", {"until": until.isoformat()})
    return (
        ExtensionRequested(
            working_days=command.working_days,
            reason=command.reason,
            stage_due=situation.clocks.due(ClockName.EXTENSION_REVIEW, situation.at),
        ),
    )


def _grant_extension(
    command: GrantExtension, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.EXTENSION_UNDER_REVIEW)
        or another_than(situation, ticket.hands.extension_asked_by)
        or _second_by_authority(ticket, situation)
    ):
        return refusal
    if ticket.department_due is None or ticket.citizen_due is None:
        return Refusal("no-department-due")
    clocks, days = situation.clocks, ticket.extension_days_asked
    return (
        ExtensionGranted(
            working_days=days,
            reason=command.reason,
            department_due=clocks.extended(ticket.department_due, days),
            citizen_due=clocks.extended(ticket.citizen_due, days),
        ),
    )


def _second_by_authority(ticket: Ticket, situation: Situation) -> Refusal | None:
    """山东 (press): a second extension is granted by a leader of the competent authority."""
    first = ticket.extensions_count < situation.clocks.preset.extensions_max
    if first or situation.actor.role is Role.LEADER:
        return None
    return Refusal("extension-needs-authority")


def _deny_extension(
    command: DenyExtension, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.EXTENSION_UNDER_REVIEW)
        or another_than(situation, ticket.hands.extension_asked_by)
        or told(reason=command.reason)
    ):
        return refusal
    return (ExtensionDenied(reason=command.reason),)


def _request_suspension(
    command: RequestSuspension, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.IN_HANDLING)
        or of_lead(ticket, situation)
        or told(evidence=command.evidence)
    ):
        return refusal
    if ticket.pause is not None:
        return Refusal("suspension-pending")
    suspensions_max = situation.clocks.preset.suspensions_max
    if ticket.suspensions_count >= suspensions_max:
        return Refusal("suspension-used", {"suspensions_max": str(suspensions_max)})
    if command.until <= situation.at:
        return Refusal("until-in-the-past")
    return (
        SuspensionRequested(
            ground=command.ground,
            evidence=command.evidence,
            until=command.until,
            stage_due=situation.clocks.due(ClockName.SUSPENSION_REVIEW, situation.at),
        ),
    )


def _suspend(command: SuspendTicket, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := in_stage(ticket, Stage.IN_HANDLING):
        return refusal
    pause = ticket.pause
    if pause is None:
        return Refusal("no-suspension-asked")
    if refusal := another_than(situation, pause.asked_by):
        return refusal
    if pause.until <= situation.at:
        return Refusal("until-in-the-past")
    return (
        TicketSuspended(
            ground=pause.ground, evidence=pause.evidence, until=pause.until, reason=command.reason
        ),
    )


def _deny_suspension(
    command: DenySuspension, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if refusal := in_stage(ticket, Stage.IN_HANDLING) or told(reason=command.reason):
        return refusal
    if ticket.pause is None:
        return Refusal("no-suspension-asked")
    if refusal := another_than(situation, ticket.pause.asked_by):
        return refusal
    return (SuspensionDenied(reason=command.reason),)


def _resume(command: ResumeTicket, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.SUSPENDED)
        or of_lead_or_hotline(ticket, situation)
        or told(reason=command.reason)
    ):
        return refusal
    return resumed(command.reason, ticket, situation)


def resumed(reason: str, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """恢复: both dues shift by the pause, which ends at its agreed end at the latest."""
    department, citizen = ticket.department_due, ticket.citizen_due
    if department is None or citizen is None or ticket.paused_at is None:
        return Refusal("no-department-due")
    clocks, end = situation.clocks, situation.at
    if ticket.pause is not None:
        end = max(min(end, ticket.pause.until), ticket.paused_at)
    return (
        TicketResumed(
            reason=reason,
            department_due=clocks.shifted(department, ticket.paused_at, end),
            citizen_due=clocks.shifted(citizen, ticket.paused_at, end),
        ),
    )


def _recompute(
    command: RecomputeDue, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """重算. Quiet where no date and no provisional mark changed."""
    if ticket.stage in TERMINAL:
        return ()
    answered = ticket.answered_at is not None
    citizen = None if answered else _moved(ticket.citizen_due, situation)
    department = None if ticket.submitted_at else _moved(ticket.department_due, situation)
    stage = _moved(ticket.stage_due, situation)
    if not (citizen or department or stage):
        return ()
    return (
        DueRecomputed(
            calendar=command.calendar or situation.clocks.calendar.version,
            citizen_due=citizen,
            department_due=department,
            stage_due=stage,
            citizen_due_before=_shown(citizen, ticket.citizen_due),
            department_due_before=_shown(department, ticket.department_due),
            stage_due_before=_shown(stage, ticket.stage_due),
        ),
    )


def _moved(due: Due | None, situation: Situation) -> Due | None:
    if due is None:
        return None
    new = situation.clocks.recomputed(due)
    same = new.due_at == due.due_at and new.provisional == due.provisional
    return None if same else new


def _shown(new: Due | None, old: Due | None) -> datetime | None:
    return old.due_at if new is not None and old is not None else None
