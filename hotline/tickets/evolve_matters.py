"""Folding the facts of an 办不成事 matter where they mean something else than for a ticket."""

from hotline.facts import Fact
from hotline.tickets.events import (
    AnswerApproved,
    FeedbackGiven,
    FeedbackSubmitted,
    ImprovementRecorded,
    JointReviewConcluded,
    JointReviewOpened,
    MatterSettledOnSpot,
    MatterTriaged,
    NoticeGiven,
    RectificationOrdered,
    TicketEvent,
    TriageOpened,
)
from hotline.tickets.evolve_parts import handling, joined
from hotline.tickets.state import Assist, Ticket
from hotline.tickets.vocabulary import Light, Stage
from hotline.values import replace


def evolve(ticket: Ticket, fact: Fact[TicketEvent]) -> Ticket | None:
    """Fold a fact of this kind; None = the shared fold applies."""
    folded = _intake(ticket, fact)
    if folded is None:
        folded = _ends(ticket, fact)
    return None if folded is None else replace(folded, last_at=fact.occurred_at)


def _intake(ticket: Ticket, fact: Fact[TicketEvent]) -> Ticket | None:
    at, person = fact.occurred_at, fact.actor.person
    match fact.event:
        case TriageOpened(stage_due=stage_due):
            return replace(
                _in_stage(ticket, Stage.IN_TRIAGE),
                stage_due=stage_due,
                submitted_at=None,
                answered_at=None,
                hands=replace(ticket.hands, triaged_by=""),
            )
        case MatterTriaged(stage_due=stage_due):
            return replace(
                _in_stage(ticket, Stage.IN_TRIAGE),
                stage_due=stage_due,
                hands=replace(ticket.hands, triaged_by=person),
            )
        case MatterSettledOnSpot(stage_due=stage_due):
            return replace(
                _in_stage(ticket, Stage.SETTLED_ON_SPOT),
                stage_due=stage_due,
                answered_at=at,
                revisit_attempts=(),
                hands=handling(ticket.hands, person),
            )
        case NoticeGiven(stage_due=stage_due):
            return replace(
                _in_stage(ticket, Stage.NOTICE_GIVEN),
                stage_due=stage_due,
                answered_at=at,
                revisit_attempts=(),
                hands=handling(ticket.hands, person),
            )
        case JointReviewOpened() as event:
            return _joint_review_opened(ticket, event, fact)
        case JointReviewConcluded() as event:
            return _joint_review_concluded(ticket, event)
        case _:
            return None


def _ends(ticket: Ticket, fact: Fact[TicketEvent]) -> Ticket | None:
    at, person = fact.occurred_at, fact.actor.person
    match fact.event:
        case FeedbackSubmitted(stage_due=stage_due):
            return replace(
                _in_stage(ticket, Stage.AWAITING_FEEDBACK),
                stage_due=stage_due,
                submitted_at=at,
                checked=False,
                hands=replace(handling(ticket.hands, person), signed_by=person),
            )
        case AnswerApproved():
            reviewed_by = joined(ticket.hands.reviewed_by, person)
            return replace(
                ticket, checked=True, hands=replace(ticket.hands, reviewed_by=reviewed_by)
            )
        case FeedbackGiven(stage_due=stage_due):
            return replace(
                _in_stage(ticket, Stage.AWAITING_REVISIT),
                stage_due=stage_due,
                feedback_given_at=at,
                answered_at=at,
                revisit_attempts=(),
            )
        case RectificationOrdered(department_due=department_due):
            return replace(
                _in_stage(ticket, ticket.stage),
                stage_due=department_due,
                improvement_pending=True,
            )
        case ImprovementRecorded():
            return replace(ticket, improvement_pending=False, rectified=True)
        case _:
            return None


def _in_stage(ticket: Ticket, stage: Stage) -> Ticket:
    return replace(ticket, stage=stage, stage_overdue=False)


def _fresh_clock(ticket: Ticket) -> Ticket:
    """Begin a new clock of the department: what the old one showed is history."""
    return replace(
        ticket,
        light=Light.GREEN,
        ladder=None,
        ladder_step=0,
        notice_issued=False,
        submitted_at=None,
        draft_ready=False,
        checked=False,
    )


def _joint_review_opened(
    ticket: Ticket, event: JointReviewOpened, fact: Fact[TicketEvent]
) -> Ticket:
    return replace(
        _fresh_clock(_in_stage(ticket, Stage.IN_JOINT_REVIEW)),
        lead=event.lead,
        departments=(*ticket.departments, event.lead),
        assists=tuple(Assist(department=department) for department in event.assists),
        assigned_at=fact.occurred_at,
        acknowledged_at=None,
        answered_at=None,
        department_due=event.department_due,
        citizen_due=event.citizen_due or ticket.citizen_due,
        stage_due=None,
        hands=replace(
            ticket.hands, assigned_by=fact.actor.person, assigned_for=fact.actor.department
        ),
    )


def _joint_review_concluded(ticket: Ticket, event: JointReviewConcluded) -> Ticket:
    """会审纪要 names the lead; the others at the table assist."""
    at_table = (ticket.lead, *(assist.department for assist in ticket.assists))
    same_lead = event.lead == ticket.lead
    return replace(
        _in_stage(ticket, Stage.AWAITING_ACKNOWLEDGEMENT),
        lead=event.lead,
        departments=ticket.departments if same_lead else (*ticket.departments, event.lead),
        assists=tuple(
            Assist(department=department) for department in at_table if department != event.lead
        ),
        stage_due=event.stage_due,
    )
