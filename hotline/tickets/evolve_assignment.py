"""派单归并: folds the facts of assignment, return and adjudication."""

from datetime import datetime
from typing import assert_never

from hotline.people.actors import Actor
from hotline.tickets.events import (
    AdjudicationOpened,
    AssignmentEvent,
    AssistCompleted,
    AssistRequested,
    AssistWaived,
    ContactRecorded,
    ReturnAccepted,
    ReturnRefused,
    TicketAcknowledged,
    TicketAdjudicated,
    TicketAssigned,
    TicketPrechecked,
    TicketReturned,
)
from hotline.tickets.evolve_parts import handling, working
from hotline.tickets.registration import at_least_confidential
from hotline.tickets.state import Assist, Ticket
from hotline.tickets.vocabulary import Light, Stage
from hotline.values import replace


def evolve_assignment(ticket: Ticket, event: AssignmentEvent, actor: Actor, at: datetime) -> Ticket:
    """Fold a fact of assignment."""
    match event:
        case TicketPrechecked():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.AWAITING_ASSIGNMENT,
                type=event.type,
                category=event.category,
                urgency=event.urgency,
                complex=event.complex,
                secrecy=at_least_confidential(event.type, ticket.secrecy),
                citizen_due=event.citizen_due,
                stage_due=event.stage_due,
                stage_overdue=False,
            )
        case TicketAssigned() | TicketAdjudicated():
            return _assigned(ticket, event, actor, at)
        case TicketAcknowledged():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.IN_HANDLING,
                stage_due=event.stage_due,
                stage_overdue=False,
                acknowledged_at=at,
                contact_due=event.contact_due,
                contact_overdue=False,
                hands=working(handling(ticket.hands, actor.person), event.handler),
            )
        case ContactRecorded():
            return replace(
                ticket,
                last_at=at,
                contacted_at=at if event.reached else ticket.contacted_at,
                contact_attempts=ticket.contact_attempts + 1,
                hands=working(ticket.hands, actor.person),
            )
        case AssistRequested():
            others = tuple(a for a in ticket.assists if a.department != event.department)
            assist = Assist(department=event.department, task=event.task, due=event.due)
            return replace(ticket, last_at=at, assists=(*others, assist))
        case AssistCompleted():
            return replace(
                ticket,
                last_at=at,
                assists=_settled(ticket, event.department),
                hands=working(ticket.hands, actor.person),
            )
        case AssistWaived():
            return replace(ticket, last_at=at, assists=_settled(ticket, event.department))
        case TicketReturned() | ReturnAccepted() | ReturnRefused() | AdjudicationOpened():
            return _evolve_return(ticket, event, actor, at)
        case _:
            assert_never(event)


def _assigned(
    ticket: Ticket, event: TicketAssigned | TicketAdjudicated, actor: Actor, at: datetime
) -> Ticket:
    return replace(
        ticket,
        last_at=at,
        stage=Stage.AWAITING_ACKNOWLEDGEMENT,
        stage_due=event.stage_due,
        stage_overdue=False,
        lead=event.lead,
        assists=tuple(Assist(department=name, due=event.assist_due) for name in event.assists),
        departments=(*ticket.departments, event.lead),
        assigned_at=at,
        acknowledged_at=None,
        contact_due=None,
        contacted_at=None,
        contact_attempts=0,
        draft_ready=False,
        submitted_at=None,
        adjudicated=ticket.adjudicated or isinstance(event, TicketAdjudicated),
        department_due=event.department_due,
        light=Light.GREEN,
        ladder=None,
        ladder_step=0,
        notice_issued=False,
        citizen_due=event.citizen_due or ticket.citizen_due,
        hands=replace(ticket.hands, assigned_by=actor.person, assigned_for=actor.department),
    )


def _evolve_return(
    ticket: Ticket,
    event: TicketReturned | ReturnAccepted | ReturnRefused | AdjudicationOpened,
    actor: Actor,
    at: datetime,
) -> Ticket:
    match event:
        case TicketReturned():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.RETURN_UNDER_REVIEW,
                stage_before=ticket.stage,
                stage_due_before=ticket.stage_due,
                stage_due=event.stage_due,
                stage_overdue=False,
                returns=(*ticket.returns, event.department),
            )
        case ReturnAccepted():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.AWAITING_ASSIGNMENT,
                stage_before=None,
                stage_due_before=None,
                stage_due=event.stage_due,
                stage_overdue=False,
                returns_accepted=(*ticket.returns_accepted, event.department),
                lead="",
                assists=(),
                contact_due=None,
                contacted_at=None,
                draft_ready=False,
                department_due=None,
                light=Light.GREEN,
                ladder=None,
                ladder_step=0,
                notice_issued=False,
            )
        case ReturnRefused():
            return replace(
                ticket,
                last_at=at,
                stage=ticket.stage_before or Stage.AWAITING_ACKNOWLEDGEMENT,
                stage_before=None,
                stage_due_before=None,
                stage_due=event.stage_due,
                stage_overdue=False,
                returns_refused=(*ticket.returns_refused, event.department),
                hands=replace(ticket.hands, refused_by=actor.person),
            )
        case AdjudicationOpened():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.IN_ADJUDICATION,
                stage_due=event.stage_due,
                stage_overdue=False,
            )


def _settled(ticket: Ticket, department: str) -> tuple[Assist, ...]:
    return tuple(
        Assist(department=assist.department, task=assist.task, due=assist.due, settled=True)
        if assist.department == department
        else assist
        for assist in ticket.assists
    )
