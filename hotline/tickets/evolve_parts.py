"""归并部件: small pieces that several folds share."""

from datetime import datetime

from hotline.clocks.due import Due
from hotline.tickets.state import Hands, Ticket
from hotline.tickets.vocabulary import Light
from hotline.values import replace


def joined(names: tuple[str, ...], *more: str) -> tuple[str, ...]:
    """Add names that are not there yet."""
    fresh = tuple(name for name in dict.fromkeys(more) if name and name not in names)
    return (*names, *fresh) if fresh else names


def handling(hands: Hands, *people: str) -> Hands:
    """Remember who had the ticket in hand: acknowledged or signed it."""
    handled_by = joined(hands.handled_by, *people)
    return hands if handled_by is hands.handled_by else replace(hands, handled_by=handled_by)


def working(hands: Hands, *people: str) -> Hands:
    """Remember who worked on it, and so may not sign it either."""
    worked_by = joined(hands.worked_by, *people)
    hands = handling(hands, *people)
    return hands if worked_by is hands.worked_by else replace(hands, worked_by=worked_by)


def with_department_due(ticket: Ticket, due: Due | None, at: datetime) -> Ticket:
    """Run the department's clock to another date; a ladder goes on only if that has passed too."""
    if due is not None and ticket.light is Light.RED and due.due_at <= at:
        return replace(ticket, department_due=due)
    return replace(
        ticket,
        department_due=due,
        light=Light.GREEN,
        ladder=None,
        ladder_step=0,
        notice_issued=False,
    )
