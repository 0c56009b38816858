"""短信计划: which texts follow from a fact. Pure; knows no number, no name and no words.

`state` is the record after the fact, as the batch stores it (a later one does as well).
"""

from typing import TypeAlias

from hotline.evaluations.events import ServiceEvent
from hotline.evaluations.state import Service
from hotline.facts import Fact
from hotline.tickets.events import TicketEvent
from hotline.tickets.state import Ticket
from notifications.intent import TextIntent

PlannedEvent: TypeAlias = TicketEvent | ServiceEvent


def plan(
    stream: str, version: int, fact: Fact[PlannedEvent], state: Ticket | Service | None
) -> tuple[TextIntent, ...]:
    """Plan the texts of one fact."""
    del stream, version, fact, state
    return ()
