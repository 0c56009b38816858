"""Folds of time and oversight: extensions, pauses, lights, supervision, exclusion."""

from typing import Final

from hotline.tickets import events as e
from hotline.tickets.vocabulary import Decision, Light, Stage, TimerKind
from projections.schema import micros
from projections.tickets.folds.marks import (
    Fold,
    charge,
    first,
    go,
    light,
    pause_stage,
    promise,
    resume_stage,
)
from projections.tickets.line import TicketLine


def _extension_requested(line: TicketLine, event: e.ExtensionRequested, _at: int) -> None:
    pause_stage(line, event.stage_due)
    line.stage = Stage.EXTENSION_UNDER_REVIEW.value


def _extension_granted(line: TicketLine, event: e.ExtensionGranted, at: int) -> None:
    line.extensions_count += 1
    line.first_extended_at = first(line.first_extended_at, at)
    promise(line, event.citizen_due)
    charge(line, event.department_due, at)
    resume_stage(line, Stage.IN_HANDLING.value)


def _extension_denied(line: TicketLine, _event: e.ExtensionDenied, _at: int) -> None:
    resume_stage(line, Stage.IN_HANDLING.value)


def _suspension_requested(line: TicketLine, event: e.SuspensionRequested, _at: int) -> None:
    pause_stage(line, event.stage_due)


def _suspended(line: TicketLine, event: e.TicketSuspended, at: int) -> None:
    line.suspensions_count += 1
    line.first_suspended_at = first(line.first_suspended_at, at)
    go(line, Stage.SUSPENDED.value)
    line.suspended_until_at = micros(event.until)


def _suspension_denied(line: TicketLine, _event: e.SuspensionDenied, _at: int) -> None:
    resume_stage(line, line.stage)


def _resumed(line: TicketLine, event: e.TicketResumed, at: int) -> None:
    line.suspended_until_at = None
    promise(line, event.citizen_due)
    charge(line, event.department_due, at)
    resume_stage(line, Stage.IN_HANDLING.value)


def _recomputed(line: TicketLine, event: e.DueRecomputed, at: int) -> None:
    if event.citizen_due is not None:
        line.citizen_due_at = micros(event.citizen_due.due_at)
        line.provisional = event.citizen_due.provisional
    if event.department_due is not None:
        charge(line, event.department_due, at)
    if event.stage_due is not None:
        line.stage_due_at = micros(event.stage_due.due_at)


def _warned(line: TicketLine, _event: e.TicketWarned, _at: int) -> None:
    light(line, Light.YELLOW.value)


def _became_overdue(line: TicketLine, event: e.TicketBecameOverdue, _at: int) -> None:
    line.overdue = True
    if line.overdue_at is None:
        line.overdue_at = micros(event.due_at)
    light(line, Light.RED.value)


def _notice_issued(line: TicketLine, _event: e.OverdueNoticeIssued, _at: int) -> None:
    line.notice_issued = True


def _citizen_due_missed(line: TicketLine, event: e.CitizenDueMissed, _at: int) -> None:
    line.citizen_overdue = True
    promise(line, event.citizen_due)


def _stage_overdue(line: TicketLine, event: e.StageBecameOverdue, _at: int) -> None:
    line.stage_overdue_count += 1
    if event.timer is not TimerKind.CONTACT:
        line.stage_overdue_at = line.stage_overdue_at or micros(event.due_at)
        line.stage_due_at = micros(event.stage_due.due_at) if event.stage_due else None


def _urged(line: TicketLine, _event: e.TicketUrged, _at: int) -> None:
    line.urges_count += 1


def _supervision_opened(line: TicketLine, event: e.SupervisionOpened, _at: int) -> None:
    line.supervision_proposed = event.level if event.proposed else 0
    if not event.proposed:
        line.supervision = event.level


def _supervision_closed(line: TicketLine, _event: e.SupervisionClosed, _at: int) -> None:
    line.supervision = 0
    line.supervision_proposed = 0


def _exclusion_requested(line: TicketLine, event: e.ExclusionRequested, _at: int) -> None:
    line.exclusion = Decision.ASKED.value
    line.exclusion_code = event.code.value


def _exclusion_approved(line: TicketLine, _event: e.ExclusionApproved, at: int) -> None:
    line.excluded_at = at
    line.exclusion = Decision.APPROVED.value


def _exclusion_refused(line: TicketLine, _event: e.ExclusionRefused, _at: int) -> None:
    line.exclusion = Decision.REFUSED.value


def _hold_placed(line: TicketLine, _event: e.LegalHoldPlaced, _at: int) -> None:
    line.legal_hold = True


def _hold_lifted(line: TicketLine, _event: e.LegalHoldLifted, _at: int) -> None:
    line.legal_hold = False


FOLDS: Final[dict[type, Fold]] = {
    e.ExtensionRequested: _extension_requested,
    e.ExtensionGranted: _extension_granted,
    e.ExtensionDenied: _extension_denied,
    e.SuspensionRequested: _suspension_requested,
    e.TicketSuspended: _suspended,
    e.SuspensionDenied: _suspension_denied,
    e.TicketResumed: _resumed,
    e.DueRecomputed: _recomputed,
    e.TicketWarned: _warned,
    e.TicketBecameOverdue: _became_overdue,
    e.OverdueNoticeIssued: _notice_issued,
    e.CitizenDueMissed: _citizen_due_missed,
    e.StageBecameOverdue: _stage_overdue,
    e.TicketUrged: _urged,
    e.SupervisionOpened: _supervision_opened,
    e.SupervisionClosed: _supervision_closed,
    e.ExclusionRequested: _exclusion_requested,
    e.ExclusionApproved: _exclusion_approved,
    e.ExclusionRefused: _exclusion_refused,
    e.LegalHoldPlaced: _hold_placed,
    e.LegalHoldLifted: _hold_lifted,
}
