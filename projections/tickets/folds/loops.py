"""Folds of matters (办不成事) and poor evaluations (差评)."""

from typing import Final

from hotline.tickets import events as e
from hotline.tickets.vocabulary import AppealGround, Kind, Light, Stage
from projections.schema import micros
from projections.tickets.folds.closing import passed
from projections.tickets.folds.marks import (
    Fold,
    charge,
    come_back,
    go,
    joined,
    light,
    promise,
    step_aside,
    take_back_answer,
)
from projections.tickets.line import TicketLine


def _matter_triaged(line: TicketLine, event: e.MatterTriaged, _at: int) -> None:
    line.matter_cause = event.cause.value
    line.matter_scope = event.scope.value
    go(line, Stage.IN_TRIAGE.value, event.stage_due)


def _settled_on_spot(line: TicketLine, event: e.MatterSettledOnSpot, at: int) -> None:
    line.matter_result = line.matter_result or "done"
    line.answered_at = at
    line.revisit_attempts = 0
    go(line, Stage.SETTLED_ON_SPOT.value, event.stage_due)


def _notice_given(line: TicketLine, event: e.NoticeGiven, at: int) -> None:
    line.answered_at = at
    line.revisit_attempts = 0
    go(line, Stage.NOTICE_GIVEN.value, event.stage_due)


def _joint_review_opened(line: TicketLine, event: e.JointReviewOpened, at: int) -> None:
    line.lead = event.lead
    line.assists = ",".join(event.assists)
    line.departments = joined(line.departments, event.lead)
    line.assigned_at = at
    promise(line, event.citizen_due)
    charge(line, event.department_due, at)
    light(line, Light.GREEN.value)
    line.acknowledged_at = None
    take_back_answer(line)
    go(line, Stage.IN_JOINT_REVIEW.value)


def _joint_review_concluded(line: TicketLine, event: e.JointReviewConcluded, _at: int) -> None:
    table = (line.lead, *line.assists.split(","))
    line.assists = ",".join(code for code in table if code and code != event.lead)
    if event.lead != line.lead:
        line.departments = joined(line.departments, event.lead)
    line.lead = event.lead
    go(line, Stage.AWAITING_ACKNOWLEDGEMENT.value, event.stage_due)


def _feedback_given(line: TicketLine, event: e.FeedbackGiven, at: int) -> None:
    line.feedback_given_at = at
    line.answered_at = at
    if line.kind == Kind.POOR_EVALUATION.value:
        go(line, Stage.AWAITING_CHECK.value, event.stage_due)
        return
    passed(line)
    line.revisit_attempts = 0
    line.answered_in_time = line.citizen_due_at is None or at <= line.citizen_due_at
    line.revisit_due_at = micros(event.stage_due.due_at)
    go(line, Stage.AWAITING_REVISIT.value, event.stage_due)


def _improved(line: TicketLine, _event: e.ImprovementRecorded, at: int) -> None:
    line.improved_at = at


def _appealed(line: TicketLine, event: e.AppealFiled, _at: int) -> None:
    line.appeal = event.ground.value
    step_aside(line, Stage.IN_APPEAL.value, event.stage_due)


def _appeal_decided(line: TicketLine, event: e.AppealDecided, at: int) -> None:
    line.appeal = event.ground.value
    line.appeal_decided_at = at
    line.appeal_upheld = event.upheld
    if event.upheld and event.ground is AppealGround.MISTAKEN:
        line.rectification = event.ground.value
    come_back(line, Stage.IN_VERIFICATION.value, event.stage_due)


def _rectification_ordered(line: TicketLine, event: e.RectificationOrdered, _at: int) -> None:
    """共性整改: after the closure of a matter, what led to it must change."""
    line.stage_due_at = micros(event.department_due.due_at)


def _rectified(line: TicketLine, event: e.RectificationCompleted, at: int) -> None:
    line.rectification = event.result.value
    line.rectified_at = at
    line.rectified_on_time = event.on_time
    line.on_time = event.on_time
    if line.first_on_time is None:
        line.first_on_time = event.on_time
    if line.kind == Kind.POOR_EVALUATION.value:
        line.submitted_at = at
        go(line, Stage.AWAITING_FEEDBACK.value, event.stage_due)


def _rated_later(line: TicketLine, event: e.LaterEvaluationRecorded, _at: int) -> None:
    line.later_level = event.level
    line.stage_due_at = micros(event.stage_due.due_at)


def _window_ended(line: TicketLine, event: e.RerateWindowEnded, _at: int) -> None:
    line.stage_due_at = micros(event.stage_due.due_at)


def _checked(line: TicketLine, event: e.RectificationChecked, at: int) -> None:
    line.checked = event.passed
    line.stage_due_at = None
    if not event.passed:
        charge(line, event.department_due, at)
        light(line, Light.GREEN.value)
        line.feedback_given_at = None
        take_back_answer(line)
        line.rectification_due_at = line.department_due_at
        line.rectified_at = None
        line.rectified_on_time = None
        go(line, Stage.IN_RECTIFICATION.value)


FOLDS: Final[dict[type, Fold]] = {
    e.MatterTriaged: _matter_triaged,
    e.MatterSettledOnSpot: _settled_on_spot,
    e.NoticeGiven: _notice_given,
    e.JointReviewOpened: _joint_review_opened,
    e.JointReviewConcluded: _joint_review_concluded,
    e.FeedbackGiven: _feedback_given,
    e.ImprovementRecorded: _improved,
    e.AppealFiled: _appealed,
    e.AppealDecided: _appeal_decided,
    e.RectificationOrdered: _rectification_ordered,
    e.RectificationCompleted: _rectified,
    e.LaterEvaluationRecorded: _rated_later,
    e.RerateWindowEnded: _window_ended,
    e.RectificationChecked: _checked,
}
