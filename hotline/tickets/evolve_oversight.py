"""监督归并: folds the facts of urging, supervision, exclusion and legal hold."""

from datetime import datetime
from typing import assert_never

from hotline.people.actors import Actor, Role
from hotline.tickets.events import (
    ExclusionApproved,
    ExclusionRefused,
    ExclusionRequested,
    LegalHoldLifted,
    LegalHoldPlaced,
    OversightEvent,
    SupervisionClosed,
    SupervisionOpened,
    TicketUrged,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Decision
from hotline.values import replace


def evolve_oversight(ticket: Ticket, event: OversightEvent, actor: Actor, at: datetime) -> Ticket:
    """Fold a fact of oversight."""
    match event:
        case TicketUrged():
            return replace(ticket, last_at=at, urges_count=ticket.urges_count + 1)
        case SupervisionOpened():
            by_clock = actor.role is Role.CLOCK
            return replace(
                ticket,
                last_at=at,
                supervision=ticket.supervision if event.proposed else event.level,
                supervision_proposed=event.level if event.proposed else 0,
                ladder_step=max(ticket.ladder_step, event.level)
                if by_clock and ticket.ladder is not None
                else ticket.ladder_step,
            )
        case SupervisionClosed():
            return replace(ticket, last_at=at, supervision=0, supervision_proposed=0)
        case ExclusionRequested():
            hands = replace(ticket.hands, exclusion_asked_by=actor.person)
            return replace(ticket, last_at=at, exclusion=Decision.ASKED, hands=hands)
        case ExclusionApproved():
            hands = replace(ticket.hands, exclusion_decided_by=actor.person)
            return replace(ticket, last_at=at, exclusion=Decision.APPROVED, hands=hands)
        case ExclusionRefused():
            hands = replace(ticket.hands, exclusion_decided_by=actor.person)
            return replace(ticket, last_at=at, exclusion=Decision.REFUSED, hands=hands)
        case LegalHoldPlaced():
            return replace(ticket, last_at=at, legal_hold=True)
        case LegalHoldLifted():
            return replace(ticket, last_at=at, legal_hold=False)
        case _:
            assert_never(event)
