"""时限选择: which clock a ticket runs on, and how a due date follows a changed type.

The arithmetic is the clocks'; which clock applies is a rule of the ticket (handbook, section 4).
"""

from datetime import datetime, time
from typing import Final

from hotline.clocks.calendar import SHANGHAI
from hotline.clocks.due import Clocks, Due
from hotline.clocks.record import StepKind
from hotline.clocks.vocabulary import ClockName
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Channel, Kind, TicketType, Urgency

_BY_TYPE: Final = {
    TicketType.CONSULT: ClockName.ANSWER_CONSULT,
    TicketType.HELP: ClockName.ANSWER_HELP,
    TicketType.COMPLAINT: ClockName.ANSWER_COMPLAINT,
    TicketType.REPORT: ClockName.ANSWER_REPORT,
    TicketType.SUGGEST: ClockName.ANSWER_SUGGEST,
    TicketType.PRAISE: ClockName.ANSWER_PRAISE,
    TicketType.OTHER: ClockName.ANSWER_OTHER,
}
_BY_URGENCY: Final = {
    Urgency.UTILITY: ClockName.URGENT_UTILITY,
    Urgency.LIFE: ClockName.URGENT_LIFE,
}
_NET_CHANNELS: Final = frozenset(
    {Channel.WEB, Channel.WECHAT, Channel.PROVINCE_APP, Channel.TEXT, Channel.QR}
)
_NOON: Final = time(12, tzinfo=SHANGHAI)


def answer_clock(type_: TicketType, urgency: Urgency, *, complex_: bool = False) -> ClockName:
    """Pick the clock of an answer: urgency beats complexity beats type."""
    if urgency:
        return _BY_URGENCY[urgency]
    return ClockName.ANSWER_COMPLEX if complex_ else _BY_TYPE[type_]


def own_clock(ticket: Ticket) -> ClockName:
    """Pick the clock of a ticket as it stands, its first round."""
    match ticket.kind:
        case Kind.HOTLINE:
            return answer_clock(ticket.type, ticket.urgency, complex_=ticket.complex)
        case Kind.MATTER:
            return ClockName.MATTER_SINGLE
        case Kind.POOR_EVALUATION:
            return ClockName.POOR_RECTIFY


def department_clock(ticket: Ticket) -> ClockName:
    """Pick the clock of the department; a redo has its own."""
    return ClockName.REDO if ticket.redo_count else own_clock(ticket)


def accept_clock(channel: Channel, urgency: Urgency) -> ClockName:
    """Pick the limit of a registered ticket: net channels are looked at within two hours."""
    if urgency:
        return ClockName.ASSIGN_URGENT
    return ClockName.ACCEPT_NET if channel in _NET_CHANNELS else ClockName.ASSIGN


def assign_clock(kind: Kind, urgency: Urgency) -> ClockName:
    """Pick the limit of the next step before assignment."""
    if kind is Kind.POOR_EVALUATION:
        return ClockName.POOR_ASSIGN
    return ClockName.ASSIGN_URGENT if urgency else ClockName.ASSIGN


def acknowledge_clock(kind: Kind, urgency: Urgency) -> ClockName:
    """Pick the limit of the acknowledgement."""
    if kind is Kind.POOR_EVALUATION:
        return ClockName.POOR_CLAIM
    return ClockName.ACKNOWLEDGE_URGENT if urgency else ClockName.ACKNOWLEDGE


def assist_due(clocks: Clocks, department_due: Due, at: datetime, clock: ClockName) -> Due:
    """Give assisting departments one working day less than the lead.

    Where that day has passed they have as long as the lead, and one working day when the lead is
    overdue already (our default).
    """
    lead_at = department_due.due_at.astimezone(SHANGHAI)
    day = clocks.calendar.previous_workday(lead_at.date())
    for end in (datetime.combine(day, lead_at.timetz()), lead_at):
        if end > at:
            return clocks.until(end, at, clock)
    return clocks.due_days(1, at)


def promise_after_returns(ticket: Ticket, department_due: Due) -> Due | None:
    """Tell the citizen a new date when returns pushed the department's past the promised one."""
    if not (ticket.returns_accepted or ticket.adjudicated or ticket.returns):
        return None
    if ticket.citizen_due is None or department_due.due_at <= ticket.citizen_due.due_at:
        return None
    return department_due


def on_own_clock(clocks: Clocks, due: Due | None, clock: ClockName) -> bool:
    """Tell whether a due date still is the one of that clock, and no later promise."""
    return due is not None and due.rule == clocks.preset.identity(clock)


def rebased(clocks: Clocks, old: Due, clock: ClockName) -> Due:
    """Run another clock from the same start and give it the pauses and extensions of the old."""
    new = clocks.due(clock, old.received_at)
    for step in old.steps:
        if step.kind is StepKind.EXTENDED:
            new = clocks.extended(new, step.days)
        elif step.kind in (StepKind.PAUSED, StepKind.CREDITED):
            move = clocks.shifted if step.kind is StepKind.PAUSED else clocks.credited
            first = datetime.combine(step.first, _NOON)
            new = move(new, first, datetime.combine(step.last, _NOON))
    return new
