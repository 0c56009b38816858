"""退单规则: a return is decided by the hotline, twice at most; then an adjudication binds."""

from typing import Final, assert_never

from hotline.clocks.vocabulary import ClockName
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation
from hotline.tickets.commands import (
    AcceptReturn,
    AdjudicateTicket,
    RefuseReturn,
    ReturnCommand,
    ReturnTicket,
)
from hotline.tickets.decide_assignment import assists_due, departments_known, duty_guard
from hotline.tickets.dues import (
    acknowledge_clock,
    assign_clock,
    department_clock,
    promise_after_returns,
)
from hotline.tickets.events import (
    AdjudicationOpened,
    ReturnAccepted,
    ReturnRefused,
    SupervisionOpened,
    TicketAdjudicated,
    TicketEvent,
    TicketReturned,
)
from hotline.tickets.standing import another_than, in_stage, of_lead, told
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Stage

THIRD_RETURN_LEVEL: Final = 2
"""Supervision level that a third return request opens (our default)."""

_HEARD_MIN: Final = 2


def decide_returns(
    command: ReturnCommand, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """Decide a command about a return."""
    match command:
        case ReturnTicket():
            return _return(command, ticket, situation)
        case AcceptReturn():
            return _accept(command, ticket, situation)
        case RefuseReturn():
            return _refuse(command, ticket, situation)
        case AdjudicateTicket():
            return _adjudicate(command, ticket, situation)
        case _:
            assert_never(command)


def _return(command: ReturnTicket, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.AWAITING_ACKNOWLEDGEMENT, Stage.IN_HANDLING)
        or of_lead(ticket, situation)
        or told(basis=command.basis)
    ):
        return refusal
    clocks, at, preset = situation.clocks, situation.at, situation.clocks.preset
    if ticket.adjudicated:
        return Refusal("adjudication-binds")
    if ticket.redo_count:
        return Refusal("return-after-redo")
    if ticket.pause is not None:
        return Refusal("suspension-pending")
    assigned_at = ticket.assigned_at or ticket.registered_at
    until = clocks.due(ClockName.RETURN, assigned_at).due_at
    if at > until:
        return Refusal("return-too-late", {"until": until.isoformat()})
    if len(ticket.returns) >= preset.returns_max:
        return _third(command, ticket, situation)
    if ticket.returns.count(ticket.lead) >= preset.returns_per_department_max:
        return Refusal("return-barred", {"department": ticket.lead})
    return (
        TicketReturned(
            department=ticket.lead,
            ground=command.ground,
            basis=command.basis,
            proposed_department=command.proposed_department,
            stage_due=clocks.due(ClockName.RETURN_REVIEW, at),
        ),
    )


def _third(command: ReturnTicket, ticket: Ticket, situation: Situation) -> tuple[TicketEvent, ...]:
    """Answer a third request with an adjudication, and tell the supervisors."""
    opened: tuple[TicketEvent, ...] = (_adjudication(command.basis, situation),)
    if ticket.supervision >= THIRD_RETURN_LEVEL:
        return opened
    return (*opened, SupervisionOpened(level=THIRD_RETURN_LEVEL, reason="third-return"))


def _adjudication(reason: str, situation: Situation) -> AdjudicationOpened:
    due = situation.clocks.due(ClockName.ADJUDICATE, situation.at)
    return AdjudicationOpened(reason=reason, stage_due=due)


def _accept(command: AcceptReturn, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.RETURN_UNDER_REVIEW)
        or another_than(situation, ticket.hands.assigned_by)
        or told(lesson=command.lesson)
    ):
        return refusal
    accepted = ReturnAccepted(
        department=ticket.lead,
        lesson=command.lesson,
        stage_due=situation.clocks.due(assign_clock(ticket.kind, ticket.urgency), situation.at),
    )
    if len(ticket.returns) < situation.clocks.preset.returns_max:
        return (accepted,)
    return (accepted, _adjudication("returns-exhausted", situation))


def _refuse(command: RefuseReturn, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.RETURN_UNDER_REVIEW)
        or another_than(situation, ticket.hands.assigned_by)
        or told(reason=command.reason)
    ):
        return refusal
    limit = ticket.stage_due_before
    if ticket.stage_before is not Stage.IN_HANDLING:
        clock = acknowledge_clock(ticket.kind, ticket.urgency)
        limit = situation.clocks.due(clock, situation.at)
    return (ReturnRefused(department=ticket.lead, reason=command.reason, stage_due=limit),)


def _adjudicate(
    command: AdjudicateTicket, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.IN_ADJUDICATION)
        or another_than(situation, ticket.hands.assigned_by)
        or told(minutes=command.minutes)
        or departments_known(command.lead, command.assists, situation)
        or duty_guard(command.lead, ticket, situation)
    ):
        return refusal
    heard = set(command.heard)
    silent = [name for name in ticket.departments[-_HEARD_MIN:] if name not in heard]
    if silent or len(heard) < _HEARD_MIN:
        return Refusal("departments-not-heard", {"departments": ", ".join(silent)})
    due = situation.clocks.due(department_clock(ticket), situation.at)
    return (
        TicketAdjudicated(
            lead=command.lead,
            assists=command.assists,
            minutes=command.minutes,
            heard=command.heard,
            department_due=due,
            stage_due=situation.clocks.due(
                acknowledge_clock(ticket.kind, ticket.urgency), situation.at
            ),
            citizen_due=promise_after_returns(ticket, due),
            assist_due=assists_due(command.assists, due, ticket, situation),
        ),
    )
