"""告知承办单位: what departments are told. The ticket's number and nothing else about it."""

from typing import Final

from hotline.tickets import events
from hotline.tickets.state import Ticket
from notifications.intent import Template, department
from notifications.saying import Saying

Addressed = tuple[str, Saying]

_TOLD: Final = frozenset(
    {
        events.TicketAssigned,
        events.TicketAdjudicated,
        events.AssistRequested,
        events.TicketWarned,
        events.TicketBecameOverdue,
        events.OverdueNoticeIssued,
        events.TicketUrged,
        events.SupervisionOpened,
    }
)
"""The events that departments hear of; all others are the greater part by far."""


def to_staff(event: object, ticket: Ticket) -> tuple[Addressed, ...]:
    """Give what follows for departments: recipient and saying of each."""
    if type(event) not in _TOLD:
        return ()
    match event:
        case (
            events.TicketAssigned(lead=lead, assists=assists)
            | events.TicketAdjudicated(lead=lead, assists=assists)
        ):
            told = dict.fromkeys((lead, *assists))
            return tuple(_to(code, ticket, Template.STAFF_ASSIGNED) for code in told if code)
        case events.AssistRequested(department=assist):
            return (_to(assist, ticket, Template.STAFF_ASSIGNED),)
        case events.TicketWarned():
            return _to_lead(ticket, Template.STAFF_YELLOW)
        case events.TicketBecameOverdue():
            return _to_lead(ticket, Template.STAFF_RED)
        case events.OverdueNoticeIssued():
            return _to_lead(ticket, Template.STAFF_NOTICE)
        case events.TicketUrged():
            return _to_lead(ticket, Template.STAFF_URGED)
        case events.SupervisionOpened(level=level, proposed=False):
            return _to_lead(ticket, Template.STAFF_SUPERVISED, level=str(level))
        case _:
            return ()


def _to_lead(ticket: Ticket, template: Template, **data: str) -> tuple[Addressed, ...]:
    code = ticket.lead or ticket.rated_department
    return (_to(code, ticket, template, **data),) if code else ()


def _to(code: str, ticket: Ticket, template: Template, **data: str) -> Addressed:
    return department(code), Saying(template, {"number": ticket.number, **data})
