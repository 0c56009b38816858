"""派单规则: precheck, assignment, acknowledgement, contact, lead and assisting departments."""

from typing import assert_never

from hotline.clocks.due import Due
from hotline.clocks.vocabulary import ClockName
from hotline.people.actors import Role
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation
from hotline.tickets.commands import (
    AcknowledgeTicket,
    AssignmentCommand,
    AssignTicket,
    CompleteAssist,
    PrecheckTicket,
    RecordContact,
    RequestAssist,
    WaiveAssist,
)
from hotline.tickets.dues import (
    acknowledge_clock,
    answer_clock,
    assign_clock,
    assist_due,
    department_clock,
    on_own_clock,
    own_clock,
    promise_after_returns,
    rebased,
)
from hotline.tickets.events import (
    AssistCompleted,
    AssistRequested,
    AssistWaived,
    ContactRecorded,
    TicketAcknowledged,
    TicketAssigned,
    TicketEvent,
    TicketPrechecked,
)
from hotline.tickets.standing import (
    category_known,
    contact_demanded,
    in_stage,
    of_lead,
    of_lead_or_assist,
    of_lead_or_hotline,
    told,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import ContactWay, Kind, Stage, TicketType


def decide_assignment(
    command: AssignmentCommand, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """Decide a command of assignment."""
    match command:
        case PrecheckTicket():
            return _precheck(command, ticket, situation)
        case AssignTicket():
            return assign(command, ticket, situation)
        case AcknowledgeTicket():
            return _acknowledge(command, ticket, situation)
        case RecordContact():
            return _contact(command, ticket, situation)
        case RequestAssist():
            return _request_assist(command, ticket, situation)
        case CompleteAssist():
            return _complete_assist(command, ticket, situation)
        case WaiveAssist():
            return _waive_assist(command, ticket, situation)
        case _:
            assert_never(command)


def _precheck(
    command: PrecheckTicket, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.REGISTERED, Stage.AWAITING_PRECHECK)
        or told(category=command.category)
        or category_known(ticket.region, command.category, situation)
    ):
        return refusal
    return (_prechecked(command, ticket, situation),)


def _prechecked(command: PrecheckTicket, ticket: Ticket, situation: Situation) -> TicketPrechecked:
    """Set the type anew where it was wrong; the citizen's clock still runs from registration."""
    clocks = situation.clocks
    old = own_clock(ticket)
    new = old
    if ticket.kind is Kind.HOTLINE:
        new = answer_clock(command.type, command.urgency, complex_=command.complex)
    citizen_due = ticket.citizen_due or clocks.due(new, ticket.registered_at)
    if new is not old and on_own_clock(clocks, citizen_due, old):
        citizen_due = rebased(clocks, citizen_due, new)
    return TicketPrechecked(
        type=command.type,
        category=command.category,
        urgency=command.urgency,
        complex=command.complex,
        citizen_due=citizen_due,
        stage_due=clocks.due(assign_clock(ticket.kind, command.urgency), situation.at),
    )


def assign(command: AssignTicket, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """派单. A ticket not yet prechecked is taken as registered, if class or entry is known."""
    if ticket.stage is Stage.AWAITING_ASSIGNMENT:
        return _assigned(command, ticket, situation)
    if refusal := in_stage(ticket, Stage.REGISTERED, Stage.AWAITING_PRECHECK):
        return refusal
    if refusal := told(category=ticket.category or command.entry):
        return refusal
    as_registered = PrecheckTicket(
        type=ticket.type,
        category=ticket.category,
        urgency=ticket.urgency,
        complex=ticket.complex,
    )
    decision = _assigned(command, ticket, situation)
    if isinstance(decision, Refusal):
        return decision
    return (_prechecked(as_registered, ticket, situation), *decision)


def _assigned(command: AssignTicket, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := (
        departments_known(command.lead, command.assists, situation)
        or _may_assign(command, ticket, situation)
    ):
        return refusal
    if not command.entry and (refusal := told(reason=command.reason)):
        return refusal
    guarded = duty_guard(command.lead, ticket, situation)
    if guarded is not None:
        if not command.override_duty_guard:
            return guarded
        if refusal := told(reason=command.reason):
            return refusal
    clocks, clock = situation.clocks, department_clock(ticket)
    due = clocks.due(clock, situation.at)
    return (
        TicketAssigned(
            lead=command.lead,
            assists=command.assists,
            entry=command.entry,
            reason=command.reason,
            transfer_text=command.transfer_text,
            department_due=due,
            stage_due=clocks.due(acknowledge_clock(ticket.kind, ticket.urgency), situation.at),
            citizen_due=promise_after_returns(ticket, due),
            confidence=command.confidence,
            suggested=command.suggested,
            duty_guard_overridden=guarded is not None,
            assist_due=assists_due(command.assists, due, ticket, situation),
        ),
    )


def departments_known(lead: str, assists: tuple[str, ...], situation: Situation) -> Refusal | None:
    """Demand departments that exist, each named once."""
    if refusal := told(lead=lead):
        return refusal
    for department in (lead, *assists):
        if not situation.directory.knows(department):
            return Refusal("unknown-department", {"department": department})
    if lead in assists or len(set(assists)) != len(assists):
        return Refusal("department-named-twice")
    return None


def duty_guard(lead: str, ticket: Ticket, situation: Situation) -> Refusal | None:
    """66号: what only a functional department may do is not passed down to 街道/村."""
    if situation.directory.is_grassroots(lead) and situation.routing.is_department_duty(
        ticket.region, ticket.category
    ):
        return Refusal("department-duty", {"department": lead, "category": ticket.category})
    return None


def assists_due(
    assists: tuple[str, ...], lead_due: Due, ticket: Ticket, situation: Situation
) -> Due | None:
    """Give the due date of the assisting departments, if there are any."""
    if not assists:
        return None
    return assist_due(situation.clocks, lead_due, situation.at, department_clock(ticket))


def _may_assign(command: AssignTicket, ticket: Ticket, situation: Situation) -> Refusal | None:
    if ticket.type is TicketType.REPORT and situation.actor.role is Role.OPERATOR:
        return Refusal("report-not-by-operator")
    if command.lead in ticket.returns_accepted:
        return Refusal("returned-by-department", {"department": command.lead})
    return None


def _acknowledge(
    command: AcknowledgeTicket, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if refusal := in_stage(ticket, Stage.AWAITING_ACKNOWLEDGEMENT) or of_lead(ticket, situation):
        return refusal
    clocks, at = situation.clocks, situation.at
    contact = None
    if contact_demanded(ticket) and ticket.contacted_at is None:
        contact = clocks.due(ClockName.FIRST_CONTACT, at)
    report = clocks.due(ClockName.STAGE_REPORT, at) if ticket.complex else None
    return (TicketAcknowledged(handler=command.handler, contact_due=contact, stage_due=report),)


def _contact(command: RecordContact, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.IN_HANDLING, Stage.EXTENSION_UNDER_REVIEW, Stage.SUSPENDED)
        or of_lead_or_assist(ticket, situation)
        or told(evidence=command.evidence or command.call_id)
    ):
        return refusal
    if command.way is ContactWay.NONE and ticket.caller:
        return Refusal("contact-way-missing")
    return (
        ContactRecorded(
            way=command.way,
            evidence=command.evidence,
            reached=command.reached,
            call_id=command.call_id,
            call_seconds=command.call_seconds,
        ),
    )


def _request_assist(
    command: RequestAssist, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.AWAITING_ACKNOWLEDGEMENT, Stage.IN_HANDLING)
        or of_lead_or_hotline(ticket, situation)
        or told(department=command.department, task=command.task)
    ):
        return refusal
    if not situation.directory.knows(command.department):
        return Refusal("unknown-department", {"department": command.department})
    if command.department == ticket.lead:
        return Refusal("department-named-twice")
    if _assisting(ticket, command.department):
        return Refusal("already-assisting", {"department": command.department})
    lead_due = ticket.department_due or situation.clocks.due(department_clock(ticket), situation.at)
    due = assist_due(situation.clocks, lead_due, situation.at, department_clock(ticket))
    return (AssistRequested(department=command.department, task=command.task, due=due),)


def _complete_assist(
    command: CompleteAssist, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.IN_HANDLING, Stage.EXTENSION_UNDER_REVIEW, Stage.SUSPENDED)
        or told(result=command.result)
    ):
        return refusal
    if not _assisting(ticket, situation.actor.department):
        return Refusal("not-assisting")
    return (AssistCompleted(department=situation.actor.department, result=command.result),)


def _waive_assist(
    command: WaiveAssist, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.IN_HANDLING, Stage.EXTENSION_UNDER_REVIEW)
        or of_lead_or_hotline(ticket, situation)
        or told(reason=command.reason)
    ):
        return refusal
    if not _assisting(ticket, command.department):
        return Refusal("not-assisting")
    return (AssistWaived(department=command.department, reason=command.reason),)


def _assisting(ticket: Ticket, department: str) -> bool:
    return any(a.department == department and not a.settled for a in ticket.assists)
