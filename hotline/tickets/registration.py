"""登记事实: what intake of any kind carries over from its command: registration, and refusal."""

from dataclasses import fields
from typing import Final

from hotline.clocks.due import Due
from hotline.clocks.vocabulary import ClockName
from hotline.situation import Decision, Situation
from hotline.tickets.commands import RefuseTicket, RegisterTicket
from hotline.tickets.events import TicketEvent, TicketRefused, TicketRegistered
from hotline.tickets.standing import told
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


def refused_with_a_way(command: RefuseTicket, situation: Situation) -> Decision[TicketEvent]:
    """不予受理: only with reason, basis and the lawful way told; the citizen may object."""
    if refusal := told(reason=command.reason, basis=command.basis, way_told=command.way_told):
        return refusal
    return (
        TicketRefused(
            refusal_class=command.refusal_class,
            reason=command.reason,
            basis=command.basis,
            way_told=command.way_told,
            phone_told=command.phone_told,
            stage_due=situation.clocks.due(ClockName.OBJECTION, situation.at),
        ),
    )


def at_least_confidential(type_: TicketType, secrecy: Secrecy) -> Secrecy:
    """Keep a report of a violation confidential whatever was asked for."""
    return max(secrecy, Secrecy.CONFIDENTIAL) if type_ is TicketType.REPORT else secrecy
