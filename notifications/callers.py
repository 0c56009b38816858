"""告知诉求人: what the caller is told at each step of the loop (domain handbook, section 8).

Free text comes from events, where it is masked already; it is never cut: what is too long is left
out and the text names the way to read it.
"""

from collections.abc import Callable, Mapping
from typing import Final

from hotline.tickets import events
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Kind
from notifications.intent import Template
from notifications.saying import Saying, about, quoted

REVISIT_ATTEMPTS_MAX: Final = 3
"""After so many attempts without an answer a text asks instead (handbook 3.1)."""


def to_caller(event: object, ticket: Ticket) -> Saying | None:
    """Give what follows for the caller, if anything; most events tell the caller nothing."""
    say = _SAID.get(type(event))
    return say(event, ticket) if say else None


def _intake(event: object, ticket: Ticket) -> Saying | None:
    match event:
        case events.TicketRegistered():
            return about(ticket, Template.ACCEPTED, due_at=event.citizen_due)
        case events.TicketRefused():
            return about(
                ticket,
                Template.REFUSED,
                way=quoted(event.way_told),
                basis=quoted(event.basis),
                line=event.phone_told,
            )
        case events.TicketMerged():
            return about(ticket, Template.MERGED)
        case events.InformationRequested():
            what = quoted(event.missing)
            return about(ticket, Template.INFORMATION_WANTED, what=what, due_at=event.stage_due)
        case events.NoticeGiven():
            what = quoted("、".join(event.materials))
            return about(ticket, Template.INFORMATION_WANTED, what=what, due_at=event.stage_due)
        case _:
            return None


def _assignment(event: object, ticket: Ticket) -> Saying | None:
    if ticket.kind is Kind.POOR_EVALUATION:
        return None  # the evaluator knows whom he rated; the next word is the result
    match event:
        case events.TicketAssigned() | events.TicketAdjudicated():
            again = len(ticket.departments) > 1 or isinstance(event, events.TicketAdjudicated)
            return about(
                ticket,
                Template.REASSIGNED if again else Template.ASSIGNED,
                department=event.lead,
                due_at=event.citizen_due or ticket.citizen_due,
            )
        case events.JointReviewConcluded():
            template = Template.REASSIGNED if len(ticket.departments) > 1 else Template.ASSIGNED
            return about(ticket, template, department=event.lead, due_at=ticket.citizen_due)
        case _:
            return None


def _time(event: object, ticket: Ticket) -> Saying | None:
    match event:
        case events.ExtensionGranted():
            reason = quoted(event.reason)
            return about(ticket, Template.EXTENDED, reason=reason, due_at=event.citizen_due)
        case events.TicketSuspended():
            ground = event.ground.value
            return about(ticket, Template.SUSPENDED, ground=ground, until_at=event.until)
        case (
            events.TicketResumed(citizen_due=due)
            | events.InformationProvided(citizen_due=due)
            | events.InformationLapsed(citizen_due=due)
        ):
            return about(ticket, Template.RESUMED, due_at=due)
        case events.CitizenDueMissed():
            return about(ticket, Template.DELAYED, reason="", due_at=event.citizen_due)
        case events.DueRecomputed(citizen_due=due, citizen_due_before=before) if due is not None:
            if due.due_at == before:
                return None
            return about(ticket, Template.DELAYED, reason="calendar", due_at=due)
        case events.JointReviewOpened(citizen_due=due) if due is not None:
            return about(ticket, Template.DELAYED, reason="joint_review", due_at=due)
        case _:
            return None


def _answer(event: object, ticket: Ticket) -> Saying | None:
    match event:
        case events.TicketAnswered():
            template = Template.REDO_RESULT if ticket.redo_count else Template.ANSWERED
            summary = quoted(event.public_text)
            return about(ticket, template, summary=summary, until_at=event.stage_due)
        case events.TicketAnsweredDirectly(text=text, stage_due=due):
            return about(ticket, Template.ANSWERED, summary=quoted(text), until_at=due)
        case events.MatterSettledOnSpot(result=result, stage_due=due):
            return about(ticket, Template.MATTER_FEEDBACK, result=quoted(result), until_at=due)
        case events.FeedbackGiven(text=text, stage_due=due):
            poor = ticket.kind is Kind.POOR_EVALUATION
            template = Template.EVALUATION_FEEDBACK if poor else Template.MATTER_FEEDBACK
            return about(ticket, template, result=quoted(text), until_at=due)
        case _:
            return None


def _closing(event: object, ticket: Ticket) -> Saying | None:
    match event:
        case events.RevisitRecorded(connected=False, attempt=attempt):
            if attempt < REVISIT_ATTEMPTS_MAX or ticket.kind is Kind.POOR_EVALUATION:
                return None
            return about(ticket, Template.INVITED)
        case events.RedoOrdered():
            return about(ticket, Template.REDO, due_at=event.citizen_due)
        case events.TicketClosed(explained=True):
            return about(
                ticket,
                Template.EXPLAINED,
                text=quoted(event.text),
                basis=quoted(event.basis),
                until_at=event.stage_due,
            )
        case events.TicketClosed():
            return about(ticket, Template.CLOSED, until_at=event.stage_due)
        case _:
            return None


_SAID: Final[Mapping[type, Callable[[object, Ticket], Saying | None]]] = {
    events.TicketRegistered: _intake,
    events.TicketRefused: _intake,
    events.TicketMerged: _intake,
    events.InformationRequested: _intake,
    events.NoticeGiven: _intake,
    events.TicketAssigned: _assignment,
    events.TicketAdjudicated: _assignment,
    events.JointReviewConcluded: _assignment,
    events.ExtensionGranted: _time,
    events.TicketSuspended: _time,
    events.TicketResumed: _time,
    events.InformationProvided: _time,
    events.InformationLapsed: _time,
    events.CitizenDueMissed: _time,
    events.DueRecomputed: _time,
    events.JointReviewOpened: _time,
    events.TicketAnswered: _answer,
    events.TicketAnsweredDirectly: _answer,
    events.MatterSettledOnSpot: _answer,
    events.FeedbackGiven: _answer,
    events.RevisitRecorded: _closing,
    events.RedoOrdered: _closing,
    events.TicketClosed: _closing,
}
"""Which of the above knows an event; a test walks all events through both."""
