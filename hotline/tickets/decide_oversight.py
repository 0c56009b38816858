"""监督规则: urging, supervision levels, exclusion from assessment, legal hold."""

from typing import Final, assert_never

from hotline.refusal import Refusal
from hotline.situation import Decision, Situation
from hotline.tickets.commands import (
    ApproveExclusion,
    CloseSupervision,
    LiftLegalHold,
    OpenSupervision,
    OversightCommand,
    PlaceLegalHold,
    RefuseExclusion,
    RequestExclusion,
    UrgeTicket,
)
from hotline.tickets.events import (
    ExclusionApproved,
    ExclusionRefused,
    ExclusionRequested,
    LegalHoldLifted,
    LegalHoldPlaced,
    SupervisionClosed,
    SupervisionOpened,
    TicketEvent,
    TicketUrged,
)
from hotline.tickets.standing import (
    another_than,
    by_machine,
    is_open,
    not_handled,
    of_lead_or_hotline,
    outside_departments,
    told,
)
from hotline.tickets.state import Ticket
from hotline.tickets.timers import LEVEL_MAX
from hotline.tickets.vocabulary import Decision as Approval

SIGNED_LEVEL: Final = 3
"""From this level on the discipline inspection is informed, so a named person signs (S7)."""


def decide_oversight(
    command: OversightCommand, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """Decide a command of oversight."""
    match command:
        case UrgeTicket():
            refusal = is_open(ticket) or told(reason=command.reason)
            return refusal or (TicketUrged(reason=command.reason),)
        case OpenSupervision():
            return _open(command, ticket, situation)
        case CloseSupervision():
            return _close(command, ticket, situation)
        case RequestExclusion():
            return _request_exclusion(command, ticket, situation)
        case ApproveExclusion():
            refusal = exclusion_decider(ticket, situation)
            return refusal or (ExclusionApproved(reason=command.reason),)
        case RefuseExclusion():
            refusal = exclusion_decider(ticket, situation) or told(reason=command.reason)
            return refusal or (ExclusionRefused(reason=command.reason),)
        case PlaceLegalHold():
            if ticket.legal_hold:
                return Refusal("already-held")
            return told(reason=command.reason) or (LegalHoldPlaced(reason=command.reason),)
        case LiftLegalHold():
            if not ticket.legal_hold:
                return Refusal("not-held")
            return told(reason=command.reason) or (LegalHoldLifted(reason=command.reason),)
        case _:
            assert_never(command)


def _open(command: OpenSupervision, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if not 1 <= command.level <= LEVEL_MAX:
        return Refusal("supervision-level", {"level": str(command.level)})
    if command.level <= ticket.supervision:
        return Refusal("supervision-not-higher", {"level": str(ticket.supervision)})
    if refusal := told(reason=command.reason):
        return refusal
    proposed = command.level >= SIGNED_LEVEL and by_machine(situation)
    if proposed and ticket.supervision_proposed >= command.level:
        return ()
    return (SupervisionOpened(level=command.level, reason=command.reason, proposed=proposed),)


def _close(
    command: CloseSupervision, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    level = ticket.supervision or ticket.supervision_proposed
    if not level:
        return Refusal("no-supervision")
    if refusal := outside_departments(ticket, situation) or told(text=command.text):
        return refusal
    return (SupervisionClosed(level=level, text=command.text),)


def _request_exclusion(
    command: RequestExclusion, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if ticket.exclusion is not Approval.NONE:
        return Refusal("exclusion-asked", {"exclusion": ticket.exclusion.value})
    if refusal := of_lead_or_hotline(ticket, situation) or told(reason=command.reason):
        return refusal
    return (ExclusionRequested(code=command.code, reason=command.reason),)


def exclusion_decider(ticket: Ticket, situation: Situation) -> Refusal | None:
    """Demand a second person outside the handling department, without any hand in the ticket."""
    if ticket.exclusion is not Approval.ASKED:
        return Refusal("no-exclusion-asked")
    hands = ticket.hands
    return (
        not_handled(ticket, situation)
        or another_than(
            situation, hands.exclusion_asked_by, *hands.reviewed_by, *hands.revisited_by
        )
        or outside_departments(ticket, situation)
    )
