"""权限前提: whose ticket it is and whose hands have been on it (separation of duties, S1 to S5).

Each function names one demand and gives a `Refusal`, or None when it is met, so that a rule reads
as a list of demands joined by `or`. Which role may send which command is asked elsewhere.
"""

from datetime import datetime

from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import Role
from hotline.refusal import Refusal
from hotline.situation import Situation
from hotline.tickets.stages import CONTACT_FREE, OPEN
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Stage

_MACHINES = frozenset({Role.CLOCK, Role.SYSTEM})
_OF_A_DEPARTMENT = frozenset(
    {Role.HANDLER, Role.DEPARTMENT_ADMINISTRATOR, Role.DEPARTMENT_LEADER, Role.WINDOW_CLERK}
)
_SUPERIORS = frozenset({Role.DEPARTMENT_ADMINISTRATOR, Role.DEPARTMENT_LEADER, Role.LEADER})
_NOON = 12


def in_stage(ticket: Ticket, *stages: Stage) -> Refusal | None:
    """Demand one of these stages."""
    if ticket.stage in stages:
        return None
    return Refusal("wrong-stage", {"stage": ticket.stage.value})


def is_open(ticket: Ticket) -> Refusal | None:
    """Demand that the ticket is neither closed nor final."""
    return None if ticket.stage in OPEN else Refusal("wrong-stage", {"stage": ticket.stage.value})


def told(**texts: str) -> Refusal | None:
    """Demand that each of these texts says something."""
    for field, text in texts.items():
        if not text or text.isspace():
            return Refusal("text-missing", {"field": field})
    return None


def category_known(region: str, category: str, situation: Situation) -> Refusal | None:
    """Demand a category of the published table, where one is named."""
    if not category or situation.routing.knows_category(region, category):
        return None
    return Refusal("unknown-category", {"category": category})


def by_machine(situation: Situation) -> bool:
    """Tell whether a timer or a policy acts."""
    return situation.actor.role in _MACHINES


def a_person(situation: Situation) -> Refusal | None:
    """Demand that a named person decides and signs (S7)."""
    return Refusal("person-required") if by_machine(situation) else None


def of_lead(ticket: Ticket, situation: Situation) -> Refusal | None:
    """Demand that the actor belongs to the lead department; a superior may act for it."""
    actor = situation.actor
    if actor.role in _MACHINES or (ticket.lead and actor.department == ticket.lead):
        return None
    if (
        ticket.lead
        and actor.department
        and actor.role in _SUPERIORS
        and situation.directory.in_line(actor.department, ticket.lead)
    ):
        return None
    return Refusal("not-your-ticket")


def of_lead_or_hotline(ticket: Ticket, situation: Situation) -> Refusal | None:
    """Demand the lead department of departments; the hotline's own staff pass."""
    return of_lead(ticket, situation) if situation.actor.role in _OF_A_DEPARTMENT else None


def of_lead_or_assist(ticket: Ticket, situation: Situation) -> Refusal | None:
    """Demand a department that works on the ticket."""
    department = situation.actor.department
    if department and any(assist.department == department for assist in ticket.assists):
        return None
    return of_lead(ticket, situation)


def outside_departments(ticket: Ticket, situation: Situation) -> Refusal | None:
    """Demand that the actor is not of a handling department (S2), the hotline itself excepted."""
    department = situation.actor.department
    if not department or by_machine(situation):
        return None
    if department == ticket.lead and department == ticket.hands.assigned_for:
        return None  # the hotline handles it itself: its staff is told apart by person alone
    if department == ticket.lead or any(a.department == department for a in ticket.assists):
        return Refusal("handling-department")
    return None


def not_handled(ticket: Ticket, situation: Situation) -> Refusal | None:
    """Demand a person who did not handle the ticket (S1)."""
    if not by_machine(situation) and situation.actor.person in ticket.hands.handled_by:
        return Refusal("own-handling")
    return None


def another_than(situation: Situation, *people: str) -> Refusal | None:
    """Demand a second person."""
    if not by_machine(situation) and situation.actor.person in people:
        return Refusal("second-person-required")
    return None


def objection_by_another(ticket: Ticket, situation: Situation) -> Refusal | None:
    """Demand that whoever closed or refused does not decide the objection against it (S5)."""
    return another_than(situation, ticket.hands.closed_by) if ticket.objected else None


def contact_demanded(ticket: Ticket) -> bool:
    """Tell whether somebody has to be contacted before an answer is signed."""
    return bool(ticket.caller) and ticket.type not in CONTACT_FREE


def half_day(situation: Situation) -> tuple[int, bool]:
    """Name the half-day of this act."""
    return half_day_of(situation.at)


def half_day_of(at: datetime) -> tuple[int, bool]:
    """Name the half-day of a moment, local time."""
    local = at.astimezone(SHANGHAI)
    return local.toordinal(), local.hour < _NOON
