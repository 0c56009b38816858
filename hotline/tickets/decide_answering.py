"""答复规则: draft, signed feedback, review against the checklist."""

from dataclasses import fields
from typing import Final, assert_never

from hotline.clocks.vocabulary import ClockName
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation
from hotline.tickets.commands import (
    AnswerCommand,
    AnswerTicket,
    ReportStage,
    ReviewAnswer,
    SubmitFeedback,
)
from hotline.tickets.events import (
    AnswerApproved,
    AnswerDrafted,
    AnswerSentBack,
    FeedbackSubmitted,
    StageReported,
    TicketAnswered,
    TicketEvent,
)
from hotline.tickets.stages import CONTACT_FREE
from hotline.tickets.standing import (
    another_than,
    by_machine,
    contact_demanded,
    in_stage,
    not_handled,
    of_lead,
    told,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Stage

_CHECKLIST: Final = tuple(field.name for field in fields(AnswerApproved))


def decide_answering(
    command: AnswerCommand, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """Decide a command of handling and answer."""
    match command:
        case ReportStage():
            return _report(command, ticket, situation)
        case AnswerTicket():
            return _draft(command, ticket, situation)
        case SubmitFeedback():
            return _submit(command, ticket, situation)
        case ReviewAnswer():
            return _review(command, ticket, situation)
        case _:
            assert_never(command)


def _report(command: ReportStage, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.IN_HANDLING) or of_lead(ticket, situation) or told(text=command.text)
    ):
        return refusal
    if ticket.pause is not None:
        return Refusal("suspension-pending")
    due = situation.clocks.due(ClockName.STAGE_REPORT, situation.at) if ticket.complex else None
    return (StageReported(text=command.text, stage_due=due),)


def _draft(command: AnswerTicket, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.IN_HANDLING)
        or of_lead(ticket, situation)
        or told(public_text=command.public_text, basis=command.basis)
    ):
        return refusal
    if not command.solved and (refusal := told(unsolved_reason=command.unsolved_reason)):
        return refusal
    if not command.evidence and ticket.type not in CONTACT_FREE:
        return Refusal("evidence-missing")
    return (
        AnswerDrafted(
            public_text=command.public_text,
            internal_text=command.internal_text,
            basis=command.basis,
            solved=command.solved,
            evidence=command.evidence,
            unsolved_reason=command.unsolved_reason,
            matter_result=command.matter_result,
        ),
    )


def ready_to_sign(ticket: Ticket, situation: Situation) -> Refusal | None:
    """Demand a draft by another person, settled assists and a contact on record."""
    if not ticket.draft_ready:
        return Refusal("no-draft")
    if not by_machine(situation) and situation.actor.person in ticket.hands.worked_by:
        return Refusal("own-handling")
    waiting = [assist.department for assist in ticket.assists if not assist.settled]
    if waiting:
        return Refusal("assist-open", {"departments": ", ".join(waiting)})
    # Three attempts stand for a citizen who cannot be reached (our default).
    attempts_max = situation.clocks.preset.revisit_attempts_max
    if (
        contact_demanded(ticket)
        and ticket.contacted_at is None
        and ticket.contact_attempts < attempts_max
    ):
        return Refusal("contact-missing")
    return None


def _submit(command: SubmitFeedback, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.IN_HANDLING)
        or of_lead(ticket, situation)
        or ready_to_sign(ticket, situation)
    ):
        return refusal
    due = ticket.department_due
    return (
        FeedbackSubmitted(
            on_time=due is None or situation.at <= due.due_at,
            note=command.note,
            stage_due=situation.clocks.due(ClockName.REVIEW, situation.at),
        ),
    )


def review_refusal(command: ReviewAnswer, ticket: Ticket, situation: Situation) -> Refusal | None:
    """Demand a reviewer without a hand in it, and every box ticked or a reason."""
    if refusal := (
        in_stage(ticket, Stage.AWAITING_REVIEW)
        or not_handled(ticket, situation)
        or another_than(situation, *ticket.hands.revisited_by, ticket.hands.exclusion_decided_by)
    ):
        return refusal
    if not command.approved:
        return told(reason=command.reason)
    missing = [name for name in _CHECKLIST if not getattr(command, name)]
    return Refusal("checklist-incomplete", {"items": ", ".join(missing)}) if missing else None


def _review(command: ReviewAnswer, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := review_refusal(command, ticket, situation):
        return refusal
    return (
        approved(command, ticket, situation)
        if command.approved
        else sent_back(command, ticket, situation)
    )


def approved(
    command: ReviewAnswer, ticket: Ticket, situation: Situation
) -> tuple[TicketEvent, ...]:
    """审核通过: the answer goes to the citizen, whose clock stops."""
    due = ticket.citizen_due
    return (
        AnswerApproved(
            contact_proven=command.contact_proven,
            answers_question=command.answers_question,
            basis_stated=command.basis_stated,
            no_template=command.no_template,
            no_personal_data=command.no_personal_data,
        ),
        TicketAnswered(
            public_text=ticket.draft_text,
            on_time=due is None or situation.at <= due.due_at,
            stage_due=situation.clocks.due(ClockName.REVISIT, situation.at),
        ),
    )


def sent_back(command: ReviewAnswer, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """审核退回: review time, one working day at most, is not charged to the department."""
    due, submitted_at = ticket.department_due, ticket.submitted_at
    if due is None or submitted_at is None:
        return Refusal("no-department-due")
    credited = situation.clocks.credited(due, submitted_at, situation.at)
    return (AnswerSentBack(reason=command.reason, department_due=credited),)
