"""Folds of assignment."""

from typing import Final

from hotline.tickets import events as e
from hotline.tickets.vocabulary import ContactWay, Kind, Light, Stage
from projections.schema import micros
from projections.tickets.folds.marks import (
    Fold,
    charge,
    come_back,
    go,
    hide_reports,
    joined,
    light,
    promise,
    step_aside,
    without,
)
from projections.tickets.line import TicketLine


def _prechecked(line: TicketLine, event: e.TicketPrechecked, _at: int) -> None:
    line.type = event.type.value
    line.category = event.category
    line.urgency = int(event.urgency)
    line.complex = event.complex
    hide_reports(line)
    promise(line, event.citizen_due)
    go(line, Stage.AWAITING_ASSIGNMENT.value, event.stage_due)


def _assigned(line: TicketLine, event: e.TicketAssigned | e.TicketAdjudicated, at: int) -> None:
    line.lead = event.lead
    line.assists = ",".join(event.assists)
    line.departments = joined(line.departments, event.lead)
    line.assignments_count += 1
    line.assigned_at = at
    if line.first_assigned_at is None:
        line.first_assigned_at = at
    line.acknowledged_at = None
    line.contact_due_at = None
    line.contacted_at = None
    line.contact_proven = False
    line.submitted_at = None
    line.submitted_on_time = None
    line.adjudicated = line.adjudicated or type(event) is e.TicketAdjudicated
    promise(line, event.citizen_due)
    charge(line, event.department_due, at)
    light(line, Light.GREEN.value)
    go(line, Stage.AWAITING_ACKNOWLEDGEMENT.value, event.stage_due)


def _acknowledged(line: TicketLine, event: e.TicketAcknowledged, at: int) -> None:
    line.acknowledged_at = at
    poor = line.kind == Kind.POOR_EVALUATION.value
    if not poor:
        line.contact_due_at = micros(event.contact_due.due_at) if event.contact_due else None
    go(line, (Stage.IN_VERIFICATION if poor else Stage.IN_HANDLING).value, event.stage_due)


def _contacted(line: TicketLine, event: e.ContactRecorded, at: int) -> None:
    proven = bool(event.evidence or event.call_id)
    made = event.reached or (event.way is ContactWay.NONE and proven)
    if made and (line.contacted_at is None or (proven and not line.contact_proven)):
        line.contacted_at = at
        line.contact_proven = proven


def _returned(line: TicketLine, event: e.TicketReturned, _at: int) -> None:
    line.returns_count += 1
    step_aside(line, Stage.RETURN_UNDER_REVIEW.value, event.stage_due)


def _return_accepted(line: TicketLine, event: e.ReturnAccepted, at: int) -> None:
    line.returns_accepted_count += 1
    line.stage_before = ""
    line.lead = ""
    line.assists = ""
    line.contact_due_at = None
    line.contacted_at = None
    line.contact_proven = False
    charge(line, None, at)
    go(line, Stage.AWAITING_ASSIGNMENT.value, event.stage_due)


def _return_refused(line: TicketLine, event: e.ReturnRefused, _at: int) -> None:
    line.returns_refused_count += 1
    come_back(line, Stage.AWAITING_ACKNOWLEDGEMENT.value, event.stage_due)


def _adjudication_opened(line: TicketLine, event: e.AdjudicationOpened, _at: int) -> None:
    go(line, Stage.IN_ADJUDICATION.value, event.stage_due)


def _assist_requested(line: TicketLine, event: e.AssistRequested, _at: int) -> None:
    if event.department not in line.assists.split(","):
        line.assists = joined(line.assists, event.department)


def _assist_waived(line: TicketLine, event: e.AssistWaived, _at: int) -> None:
    line.assists = without(line.assists, event.department)


FOLDS: Final[dict[type, Fold]] = {
    e.TicketPrechecked: _prechecked,
    e.TicketAssigned: _assigned,
    e.TicketAdjudicated: _assigned,
    e.TicketAcknowledged: _acknowledged,
    e.ContactRecorded: _contacted,
    e.TicketReturned: _returned,
    e.ReturnAccepted: _return_accepted,
    e.ReturnRefused: _return_refused,
    e.AdjudicationOpened: _adjudication_opened,
    e.AssistRequested: _assist_requested,
    e.AssistWaived: _assist_waived,
}
