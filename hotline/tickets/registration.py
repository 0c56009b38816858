"""登记事实: what a registration of any kind carries over from its command."""

from dataclasses import fields
from typing import Final

from hotline.clocks.due import Due
from hotline.situation import Situation
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.events import TicketRegistered
from hotline.tickets.vocabulary import Secrecy, TicketType

_CARRIED: Final = tuple(field.name for field in fields(RegisterTicket) if field.name != "secrecy")


def registered(
    command: RegisterTicket, situation: Situation, *, citizen_due: Due, stage_due: Due
) -> TicketRegistered:
    """Carry a registration over; a report of a violation is secret from the start."""
    carried = {name: getattr(command, name) for name in _CARRIED}
    return TicketRegistered(
        number=situation.number,
        secrecy=at_least_confidential(command.type, command.secrecy),
        citizen_due=citizen_due,
        stage_due=stage_due,
        **carried,
    )


def at_least_confidential(type_: TicketType, secrecy: Secrecy) -> Secrecy:
    """Keep a report of a violation confidential whatever was asked for."""
    return max(secrecy, Secrecy.CONFIDENTIAL) if type_ is TicketType.REPORT else secrecy
