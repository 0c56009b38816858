"""派单折叠: facts of a ticket folded into its assignments, oldest first. Total."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from hotline.clocks.due import Due
from hotline.tickets import events as e
from hotline.tickets.vocabulary import ContactWay, Decision
from projections.assignments.line import AssignmentEnd, AssignmentLine
from projections.log import LogLine
from projections.schema import micros

Lines: TypeAlias = list[AssignmentLine]
_Fold: TypeAlias = Callable[[Lines, Any, int], None]


def _end(lines: Lines, how: AssignmentEnd, at: int) -> None:
    line = lines[-1]
    if not line.ending:
        line.ending = how.value
        line.ended_at = at


def _due_at(due: Due | None) -> int | None:
    return micros(due.due_at) if due is not None else None


def _begin(lines: Lines, department: str, due: Due | None, at: int) -> AssignmentLine:
    last = lines[-1]
    if last.sequence == 0:  # the place holder that knows the ticket
        if last.first_revisited_at is None:
            lines.pop()
    else:
        _end(lines, AssignmentEnd.REASSIGNED, at)
    line = AssignmentLine(last.ticket, last.sequence + 1, last.number)
    line.department = department
    line.assigned_at = at
    line.due_at = _due_at(due)
    lines.append(line)
    return line


def _assigned(lines: Lines, event: e.TicketAssigned, at: int) -> None:
    line = _begin(lines, event.lead, event.department_due, at)
    line.acknowledge_due_at = _due_at(event.stage_due)
    line.entry = event.entry
    line.suggested = event.suggested
    line.confidence = event.confidence
    line.duty_guard_overridden = event.duty_guard_overridden


def _adjudicated(lines: Lines, event: e.TicketAdjudicated, at: int) -> None:
    line = _begin(lines, event.lead, event.department_due, at)
    line.acknowledge_due_at = _due_at(event.stage_due)
    line.adjudicated = True


def _joint_review_opened(lines: Lines, event: e.JointReviewOpened, at: int) -> None:
    line = _begin(lines, event.lead, event.department_due, at)
    line.joint = True


def _joint_review_concluded(lines: Lines, event: e.JointReviewConcluded, at: int) -> None:
    line = lines[-1]
    if line.department != event.lead:
        due_at = line.due_at
        line = _begin(lines, event.lead, None, at)
        line.due_at = due_at
        line.joint = True
    line.acknowledge_due_at = _due_at(event.stage_due)


def _acknowledged(lines: Lines, event: e.TicketAcknowledged, at: int) -> None:
    lines[-1].acknowledged_at = at
    lines[-1].contact_due_at = _due_at(event.contact_due)


def _contacted(lines: Lines, event: e.ContactRecorded, at: int) -> None:
    line = lines[-1]
    proven = bool(event.evidence or event.call_id)
    made = event.reached or (event.way is ContactWay.NONE and proven)
    if made and (line.contacted_at is None or (proven and not line.contact_proven)):
        line.contacted_at = at
        line.contact_proven = proven


def _returned(lines: Lines, event: e.TicketReturned, at: int) -> None:
    line = lines[-1]
    line.returned_at = at
    line.return_ground = event.ground.value
    line.return_based = bool(event.basis)
    line.proposed_department = event.proposed_department
    line.return_decision = Decision.ASKED.value


def _return_accepted(lines: Lines, _event: e.ReturnAccepted, at: int) -> None:
    lines[-1].return_decision = Decision.APPROVED.value
    lines[-1].return_decided_at = at
    _end(lines, AssignmentEnd.RETURNED, at)


def _return_refused(lines: Lines, _event: e.ReturnRefused, at: int) -> None:
    lines[-1].return_decision = Decision.REFUSED.value
    lines[-1].return_decided_at = at


def _moved(lines: Lines, event: e.TicketCorrected | e.DueRecomputed, _at: int) -> None:
    if event.department_due is not None and not lines[-1].ending:
        lines[-1].due_at = _due_at(event.department_due)


def _extended(lines: Lines, event: e.ExtensionGranted, _at: int) -> None:
    lines[-1].extensions_count += 1
    lines[-1].due_at = _due_at(event.department_due)


def _suspended(lines: Lines, _event: e.TicketSuspended, at: int) -> None:
    lines[-1].suspensions_count += 1
    lines[-1].suspended_at = at


def _resumed(lines: Lines, event: e.TicketResumed, _at: int) -> None:
    lines[-1].suspended_at = None
    lines[-1].due_at = _due_at(event.department_due)


def _became_overdue(lines: Lines, _event: e.TicketBecameOverdue, _at: int) -> None:
    lines[-1].overdue = True


def _submitted(lines: Lines, event: e.FeedbackSubmitted, at: int) -> None:
    lines[-1].submitted_at = at
    lines[-1].submitted_on_time = event.on_time


def _sent_back(lines: Lines, event: e.AnswerSentBack, _at: int) -> None:
    line = lines[-1]
    line.sent_back_count += 1
    line.submitted_at = None
    line.submitted_on_time = None
    line.due_at = _due_at(event.department_due)


def _passed(lines: Lines, _event: object, at: int) -> None:
    line = lines[-1]
    if line.submitted_on_time is not None and line.on_time is None:
        line.on_time = line.submitted_on_time
        _end(lines, AssignmentEnd.PASSED, at)


def _answered(lines: Lines, event: e.TicketAnswered | e.FeedbackGiven, at: int) -> None:
    _passed(lines, event, at)
    lines[-1].revisit_due_at = micros(event.stage_due.due_at)


def _redone(lines: Lines, event: e.RedoOrdered, at: int) -> None:
    if event.department_due is not None and lines[-1].sequence:
        department = lines[-1].department
        line = _begin(lines, department, event.department_due, at)
        line.acknowledged_at = at
        line.redo = event.redo


def _revisited(lines: Lines, event: e.RevisitRecorded, at: int) -> None:
    line = lines[-1]
    if event.department_due is not None:
        line.due_at = _due_at(event.department_due)
    if line.first_revisited_at is None:
        line.first_revisited_at = at
    if line.connected:  # what was said first stands, a second call is another matter
        return
    line.revisited_at = at
    line.connected = event.connected
    line.solved = event.solved
    line.satisfaction = None if event.satisfaction is None else int(event.satisfaction)


def _rectified(lines: Lines, event: e.RectificationCompleted, at: int) -> None:
    line = lines[-1]
    if line.on_time is None:
        line.submitted_at = at
        line.on_time = event.on_time
        _end(lines, AssignmentEnd.PASSED, at)


def _checked(lines: Lines, event: e.RectificationChecked, at: int) -> None:
    if not event.passed:
        redo = lines[-1].redo + 1
        line = _begin(lines, lines[-1].department, event.department_due, at)
        line.acknowledged_at = at
        line.redo = redo


def _closed(lines: Lines, _event: object, at: int) -> None:
    _end(lines, AssignmentEnd.CLOSED, at)


_FOLDS: Final[dict[type, _Fold]] = {
    e.TicketAssigned: _assigned,
    e.TicketAdjudicated: _adjudicated,
    e.JointReviewOpened: _joint_review_opened,
    e.JointReviewConcluded: _joint_review_concluded,
    e.TicketAcknowledged: _acknowledged,
    e.ContactRecorded: _contacted,
    e.TicketReturned: _returned,
    e.ReturnAccepted: _return_accepted,
    e.ReturnRefused: _return_refused,
    e.TicketCorrected: _moved,
    e.DueRecomputed: _moved,
    e.ExtensionGranted: _extended,
    e.TicketSuspended: _suspended,
    e.TicketResumed: _resumed,
    e.TicketBecameOverdue: _became_overdue,
    e.FeedbackSubmitted: _submitted,
    e.AnswerSentBack: _sent_back,
    e.AnswerApproved: _passed,
    e.TicketAnswered: _answered,
    e.FeedbackGiven: _answered,
    e.RedoOrdered: _redone,
    e.RevisitRecorded: _revisited,
    e.RectificationCompleted: _rectified,
    e.RectificationChecked: _checked,
    e.TicketMerged: _closed,
    e.TicketClosed: _closed,
}
TYPES: Final = frozenset(_FOLDS)
"""Events that say anything about an assignment."""
_OPENERS: Final = frozenset({_assigned, _adjudicated, _joint_review_opened, _revisited})


def project(lines: Lines, log: LogLine, ticket: int, number: str) -> Lines:
    """Fold one fact into the assignments handed in, which may be changed."""
    event = log.event
    fold = _FOLDS.get(type(event))
    if fold is None or (lines and log.version <= lines[-1].version):
        return lines
    if not lines:
        if fold not in _OPENERS:
            return lines
        lines.append(AssignmentLine(ticket, 0, number))
    fold(lines, event, log.occurred_micros)
    lines[-1].version = log.version
    return lines
