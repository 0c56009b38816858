"""保密: what may be said of a ticket outside the house."""

from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Secrecy, TicketType


def is_secret(ticket: Ticket) -> bool:
    """Tell whether texts may say only 您的诉求: a 举报, or secrecy from L3 (our default)."""
    return ticket.type is TicketType.REPORT or ticket.secrecy >= Secrecy.CONFIDENTIAL
