"""Placeholder until the fold of this kind stands: every fact gets the shared fold."""

from hotline.facts import Fact
from hotline.tickets.events import TicketEvent
from hotline.tickets.state import Ticket


def evolve(ticket: Ticket, fact: Fact[TicketEvent]) -> Ticket | None:
    """Fold a fact of this kind; None = the shared fold applies."""
    del ticket, fact
    return None
