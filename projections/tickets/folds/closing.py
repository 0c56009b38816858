"""Folds of the answer, the revisit, triage and closure."""

from typing import Final

from hotline.tickets import events as e
from hotline.tickets.vocabulary import Kind, Light, Stage
from projections.schema import micros
from projections.tickets.folds.marks import (
    Fold,
    charge,
    close,
    first,
    go,
    light,
    promise,
    step_aside,
    take_back_answer,
)
from projections.tickets.line import TicketLine


def _drafted(line: TicketLine, event: e.AnswerDrafted, _at: int) -> None:
    line.department_solved = event.solved
    if event.matter_result is not None:
        line.matter_result = event.matter_result.value


def _submitted(line: TicketLine, event: e.FeedbackSubmitted, at: int) -> None:
    line.submitted_at = at
    line.submitted_on_time = event.on_time
    if line.kind == Kind.MATTER.value:
        go(line, Stage.AWAITING_FEEDBACK.value, event.stage_due)
    else:
        go(line, Stage.AWAITING_REVIEW.value, event.stage_due)


def passed(line: TicketLine) -> None:
    """Judge the department by the submission that passed; the first one keeps its mark."""
    if line.submitted_on_time is not None:
        line.on_time = line.submitted_on_time
        if line.first_on_time is None:
            line.first_on_time = line.on_time


def _approved(line: TicketLine, _event: e.AnswerApproved, _at: int) -> None:
    passed(line)


def _sent_back(line: TicketLine, event: e.AnswerSentBack, at: int) -> None:
    line.sent_back_count += 1
    line.submitted_at = None
    line.submitted_on_time = None
    charge(line, event.department_due, at)
    go(line, Stage.IN_HANDLING.value)


def _answered(line: TicketLine, event: e.TicketAnswered, at: int) -> None:
    line.answered_at = at
    line.answered_in_time = event.on_time
    line.revisit_due_at = micros(event.stage_due.due_at)
    go(line, Stage.AWAITING_REVISIT.value, event.stage_due)


def _revisited(line: TicketLine, event: e.RevisitRecorded, at: int) -> None:
    line.revisit_attempts = max(line.revisit_attempts + 1, event.attempt)
    line.revisited_at = at
    line.first_revisited_at = first(line.first_revisited_at, at)
    line.connected = event.connected
    if event.contacted_by_department is not None:
        line.contacted_by_department = event.contacted_by_department
    if event.solved is not None:
        line.solved = event.solved
    if event.satisfaction is not None:
        line.satisfaction = int(event.satisfaction)
    if event.attitude is not None:
        line.attitude = int(event.attitude)
    if event.reason is not None:
        line.dissatisfaction_reason = event.reason.value
    if event.stage_due is not None:
        line.stage_overdue_at = None
        line.stage_due_at = micros(event.stage_due.due_at)
    if line.kind == Kind.POOR_EVALUATION.value:
        _verified(line, event, at)


def _verified(line: TicketLine, event: e.RevisitRecorded, at: int) -> None:
    """回访 of a poor evaluation comes before handling; its finding sets the clock."""
    line.stage_due_at = micros(event.stage_due.due_at) if event.stage_due else None
    if event.finding is not None:
        line.finding = event.finding.value
        line.verified_at = at
        charge(line, event.department_due, at)
        light(line, Light.GREEN.value)
        line.rectification_due_at = line.department_due_at
        go(line, Stage.IN_RECTIFICATION.value, event.stage_due)


def _triaged(line: TicketLine, event: e.TriageOpened, _at: int) -> None:
    if line.kind == Kind.MATTER.value:  # begins anew
        take_back_answer(line)
    step_aside(line, Stage.IN_TRIAGE.value, event.stage_due)


def _redone(line: TicketLine, event: e.RedoOrdered, at: int) -> None:
    line.redo_count = event.redo
    line.first_redo_at = first(line.first_redo_at, at)
    line.closed_at = None
    line.closure_code = ""
    take_back_answer(line)
    line.answered_directly = False
    line.refusal_class = ""
    line.stage_before = ""
    line.revisit_attempts = 0
    promise(line, event.citizen_due)
    charge(line, event.department_due, at)
    held = Stage.AWAITING_PRECHECK if event.department_due is None else Stage.IN_HANDLING
    go(line, held.value, event.stage_due)


def _closed(line: TicketLine, event: e.TicketClosed, at: int) -> None:
    close(line, at)
    line.closure_code = event.code.value
    stage = Stage.CLOSED_WITH_EXPLANATION if event.explained else Stage.CLOSED
    go(line, stage.value, event.stage_due)


def _objected(line: TicketLine, event: e.ObjectionRaised, _at: int) -> None:
    line.objections_count += 1
    step_aside(line, Stage.IN_TRIAGE.value, event.stage_due)


def _objection_decided(line: TicketLine, event: e.ObjectionDecided, _at: int) -> None:
    """Take a ticket up again after an upheld objection: what was answered no longer stands."""
    if event.upheld:
        take_back_answer(line)
        line.closed_at = None
        line.closure_code = ""


def _archived(line: TicketLine, _event: e.TicketArchived, at: int) -> None:
    line.archived_at = at
    go(line, Stage.ARCHIVED.value)


FOLDS: Final[dict[type, Fold]] = {
    e.AnswerDrafted: _drafted,
    e.FeedbackSubmitted: _submitted,
    e.AnswerApproved: _approved,
    e.AnswerSentBack: _sent_back,
    e.TicketAnswered: _answered,
    e.RevisitRecorded: _revisited,
    e.TriageOpened: _triaged,
    e.RedoOrdered: _redone,
    e.TicketClosed: _closed,
    e.ObjectionRaised: _objected,
    e.ObjectionDecided: _objection_decided,
    e.TicketArchived: _archived,
}
