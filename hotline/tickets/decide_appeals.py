"""申诉规则: the rated side doubts a rating with evidence; another person decides."""

from typing import Final

from hotline.clocks.vocabulary import ClockName
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation
from hotline.tickets.commands import (
    DecideAppeal,
    FileAppeal,
)
from hotline.tickets.events import (
    AppealDecided,
    AppealFiled,
    TicketClosed,
    TicketEvent,
)
from hotline.tickets.standing import (
    a_person,
    another_than,
    in_stage,
    not_handled,
    of_lead,
    outside_departments,
    told,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import (
    AppealGround,
    ClosureCode,
    Stage,
)

APPEALS_MAX: Final = 1
"""The rated side appeals once against one rating (our default)."""


def outside_rated(ticket: Ticket, situation: Situation) -> Refusal | None:
    """Demand that the actor stands outside every department that was rated or had the ticket."""
    department = situation.actor.department
    if department and department in (ticket.rated_department, ticket.lead):
        return Refusal("rated-department")
    return outside_departments(ticket, situation)


def file_appeal(command: FileAppeal, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """申诉 by the rated side, in time and once; no clock stops for it."""
    if problem := (
        in_stage(ticket, Stage.IN_VERIFICATION, Stage.IN_RECTIFICATION)
        or of_lead(ticket, situation)
        or a_person(situation)
    ):
        return problem
    if ticket.appeals_count >= APPEALS_MAX:
        return Refusal("appeals-exhausted")
    clocks = situation.clocks
    received_at = ticket.assigned_at or ticket.registered_at
    last_at = clocks.due(ClockName.POOR_APPEAL_ASK, received_at).due_at
    if situation.at > last_at:
        return Refusal("too-late", {"until": last_at.isoformat()})
    confirmed = command.ground is AppealGround.MISTAKEN and command.evaluator_confirmed
    if not confirmed and (problem := told(evidence=command.evidence)):
        return problem
    return (
        AppealFiled(
            ground=command.ground,
            evidence=command.evidence,
            evaluator_confirmed=command.evaluator_confirmed,
            stage_due=clocks.due(ClockName.POOR_APPEAL_DECIDE, situation.at),
        ),
    )


def decide_appeal(
    command: DecideAppeal, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """申诉审核 by a second person: a mistaken rating ends the loop, a malicious one does not."""
    ground = ticket.appeal
    if ground is None:
        return Refusal("wrong-stage", {"stage": ticket.stage.value})
    hands = ticket.hands
    if problem := (
        in_stage(ticket, Stage.IN_APPEAL)
        or a_person(situation)
        or outside_rated(ticket, situation)
        or not_handled(ticket, situation)
        or another_than(situation, hands.appealed_by, *hands.revisited_by)
        or told(reason=command.reason)
    ):
        return problem
    decided = AppealDecided(
        ground=ground,
        upheld=command.upheld,
        reason=command.reason,
        stage_due=ticket.stage_due_before,
    )
    if command.upheld and ground is AppealGround.MISTAKEN:
        return (decided, closed(ClosureCode.APPEAL_MISTAKEN, command.reason, situation))
    return (decided,)


def closed(code: ClosureCode, text: str, situation: Situation) -> TicketClosed:
    """Close the loop; the objection window opens."""
    window = situation.clocks.due(ClockName.OBJECTION, situation.at)
    return TicketClosed(code=code, explained=False, basis="", text=text, stage_due=window)
