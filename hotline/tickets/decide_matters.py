"""Placeholder until the rules of this kind stand: every command gets the shared rule."""

from hotline.refusal import Refusal
from hotline.situation import Decision, Situation
from hotline.tickets.commands import RegisterTicket, TicketCommand
from hotline.tickets.events import TicketEvent
from hotline.tickets.state import Ticket


def register(command: RegisterTicket, situation: Situation) -> Decision[TicketEvent]:
    """登记 of this kind."""
    del situation
    return Refusal("wrong-kind", {"kind": command.kind.value})


def decide(
    command: TicketCommand, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent] | None:
    """Decide for this kind; None = the shared rule applies."""
    del command, ticket, situation
    return None
