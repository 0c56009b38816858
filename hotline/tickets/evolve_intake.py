"""受理归并: folds the facts of intake."""

from datetime import datetime
from typing import assert_never

from hotline.people.actors import Actor
from hotline.tickets.events import (
    AdditionAppended,
    ChildLinked,
    ChildUnlinked,
    InformationLapsed,
    InformationProvided,
    InformationRequested,
    IntakeEvent,
    TicketAnsweredDirectly,
    TicketCorrected,
    TicketMerged,
    TicketRefused,
    TicketRegistered,
    TicketUnmerged,
)
from hotline.tickets.evolve_parts import joined, with_department_due
from hotline.tickets.registration import at_least_confidential
from hotline.tickets.stages import after_information_stage
from hotline.tickets.state import Hands, Ticket
from hotline.tickets.vocabulary import Secrecy, Stage, TicketType, Urgency
from hotline.values import replace


def begun(event: TicketRegistered, actor: Actor, at: datetime) -> Ticket:
    """Begin a ticket of any kind."""
    return Ticket(
        number=event.number,
        kind=event.kind,
        type=event.type,
        channel=event.channel,
        stage=Stage.REGISTERED,
        region=event.region,
        registered_at=at,
        last_at=at,
        citizen_due=event.citizen_due,
        stage_due=event.stage_due,
        caller=event.caller,
        category=event.category,
        title=event.title,
        summary=event.summary,
        place=event.place,
        language=event.language,
        urgency=event.urgency,
        secrecy=event.secrecy,
        repeats=event.repeats,
        item_code=event.item_code,
        evaluation=event.evaluation,
        rated_department=event.rated_department,
        level=event.level,
        real_name=event.real_name,
        hands=Hands(registered_by=actor.person),
    )


def evolve_intake(ticket: Ticket, event: IntakeEvent, actor: Actor, at: datetime) -> Ticket:
    """Fold a fact of intake into a ticket that exists."""
    match event:
        case TicketRegistered():
            return begun(event, actor, at)
        case TicketAnsweredDirectly():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.DIRECTLY_ANSWERED,
                stage_due=event.stage_due,
                stage_overdue=False,
                answered_at=at,
                closed_at=at,
                hands=replace(ticket.hands, closed_by=actor.person),
            )
        case TicketRefused():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.REFUSED,
                stage_due=event.stage_due,
                stage_overdue=False,
                answered_at=at,
                closed_at=at,
                hands=replace(ticket.hands, refused_by=actor.person, closed_by=actor.person),
            )
        case TicketMerged():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.MERGED,
                main=event.main,
                stage_due=None,
                hands=replace(ticket.hands, merged_by=actor.person),
            )
        case TicketUnmerged():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.AWAITING_PRECHECK,
                main="",
                stage_due=event.stage_due,
                stage_overdue=False,
            )
        case ChildLinked():
            return replace(
                ticket,
                last_at=at,
                children=joined(ticket.children, event.child),
                citizen_due=event.citizen_due or ticket.citizen_due,
            )
        case ChildUnlinked():
            left = tuple(child for child in ticket.children if child != event.child)
            return replace(ticket, last_at=at, children=left)
        case InformationRequested():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.AWAITING_INFORMATION,
                stage_due=event.stage_due,
                stage_overdue=False,
                paused_at=at,
                information_asked=ticket.information_asked + 1,
            )
        case InformationProvided() | InformationLapsed():
            return replace(
                ticket,
                last_at=at,
                stage=after_information_stage(ticket.kind),
                citizen_due=event.citizen_due,
                stage_due=event.stage_due,
                paused_at=None,
            )
        case AdditionAppended():
            return replace(ticket, last_at=at)
        case TicketCorrected():
            return _corrected(ticket, event, at)
        case _:
            assert_never(event)


def _corrected(ticket: Ticket, event: TicketCorrected, at: datetime) -> Ticket:
    after = event.after
    type_ = TicketType(after.get("type", ticket.type))
    secrecy = Secrecy(int(after.get("secrecy", ticket.secrecy)))
    corrected = replace(
        ticket,
        last_at=at,
        type=type_,
        category=after.get("category", ticket.category),
        title=after.get("title", ticket.title),
        summary=after.get("summary", ticket.summary),
        urgency=Urgency(int(after.get("urgency", ticket.urgency))),
        secrecy=at_least_confidential(type_, secrecy),
        region=after.get("region", ticket.region),
        citizen_due=event.citizen_due or ticket.citizen_due,
    )
    if event.department_due is None:
        return corrected
    return with_department_due(corrected, event.department_due, at)
