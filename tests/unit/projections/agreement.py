"""What a line and the aggregate's state must agree on, after every single fact."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from hotline.clocks.due import Due
from hotline.evaluations.evolve import evolve as evolve_service
from hotline.evaluations.state import Service
from hotline.facts import Fact
from hotline.tickets.evolve import evolve as evolve_ticket
from hotline.tickets.stages import OPEN
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Stage
from projections.evaluations.line import EvaluationLine
from projections.evaluations.project import project as project_service
from projections.log import LogLine, log_line
from projections.schema import micros
from projections.tickets.line import TicketLine
from projections.tickets.project import project as project_ticket

ALIKE: Final = (
    "number",
    "region",
    "category",
    "title",
    "summary",
    "repeats",
    "lead",
    "supervision",
    "supervision_proposed",
    "urges_count",
    "extensions_count",
    "redo_count",
    "notice_issued",
    "legal_hold",
    "objections_count",
    "complex",
    "adjudicated",
    "main",
    "item_code",
    "evaluation",
    "rated_department",
    "level",
    "real_name",
)
"""Fields of one name and one value."""
_CODED: Final = ("kind", "type", "channel", "stage", "urgency", "secrecy", "light", "exclusion")
_TIMED: Final = (
    "registered_at",
    "last_at",
    "assigned_at",
    "acknowledged_at",
    "submitted_at",
    "answered_at",
    "feedback_given_at",
    "closed_at",
)
_DUES: Final = ("citizen_due", "department_due", "stage_due", "contact_due")


def lines_of(stream: str, facts: Iterable[Fact[Any]]) -> list[LogLine]:
    return [log_line(stream, version, fact) for version, fact in enumerate(facts, 1)]


def disagreements(stream: str, facts: Iterable[Fact[Any]]) -> list[str]:
    """Fold a history both ways and name every field that differs, and after which fact."""
    if stream.startswith("service/"):
        return _of_service(lines_of(stream, facts))
    return _of_ticket(lines_of(stream, facts))


def _of_ticket(told: list[LogLine]) -> list[str]:
    found: list[str] = []
    line: TicketLine | None = None
    ticket: Ticket | None = None
    for log in told:
        line, ticket = project_ticket(line, log), evolve_ticket(ticket, log.fact)
        found += _unlike(log, shown(line), held(ticket))
    return found


def _of_service(told: list[LogLine]) -> list[str]:
    found: list[str] = []
    line: EvaluationLine | None = None
    service: Service | None = None
    for log in told:
        line, service = project_service(line, log), evolve_service(service, log.fact)
        found += _unlike(log, shown_service(line), held_service(service))
    return found


def _unlike(log: LogLine, here: Mapping[str, Any], there: Mapping[str, Any]) -> list[str]:
    assert here.keys() == there.keys()
    place = f"{log.stream} {log.version} {type(log.fact.event).__name__}"
    return [
        f"{place}: {name} is {here[name]!r} in the line, {there[name]!r} in the state"
        for name in here
        if here[name] != there[name]
    ]


def _at(due: Due | datetime | None) -> int | None:
    if due is None:
        return None
    return micros(due.due_at if isinstance(due, Due) else due)


def shown(line: TicketLine) -> dict[str, Any]:
    """Give what a list shows of a ticket."""
    names = (*ALIKE, *_CODED, *_TIMED, *(f"{name}_at" for name in _DUES))
    return {name: getattr(line, name) for name in names} | {
        "open": line.open,
        "departments": line.departments,
        "assists": set(line.assists.split(",")) - {""},
        "children": line.children_count,
        "returns": line.returns_count,
        "returns refused": line.returns_refused_count,
        "returns accepted": line.returns_accepted_count,
        "attempts": line.revisit_attempts,
        "paused until": line.suspended_until_at,
    }


def held(ticket: Ticket) -> dict[str, Any]:
    """Give what a rule knows of a ticket, in the words of the list."""
    suspended = ticket.stage is Stage.SUSPENDED
    return {
        **{name: getattr(ticket, name) for name in ALIKE},
        **{name: getattr(ticket, name).value for name in _CODED},
        **{name: _at(getattr(ticket, name)) for name in _TIMED},
        **{f"{name}_at": _at(getattr(ticket, name)) for name in _DUES},
        "open": ticket.stage in OPEN,
        "departments": ",".join(ticket.departments),
        "assists": {assist.department for assist in ticket.assists},
        "children": len(ticket.children),
        "returns": len(ticket.returns),
        "returns refused": len(ticket.returns_refused),
        "returns accepted": len(ticket.returns_accepted),
        "attempts": len(ticket.revisit_attempts),
        "paused until": _at(ticket.pause.until) if ticket.pause and suspended else None,
    }


_SERVICE_ALIKE: Final = (
    "project_no",
    "service_number",
    "region",
    "department",
    "item_code",
    "citizen",
    "staff",
    "ticket",
    "level",
    "is_default",
    "real_name",
    "reason_pending",
    "later_level",
    "invitations_count",
    "loop",
)
_SERVICE_CODED: Final = ("node", "object", "mark")
_SERVICE_TIMED: Final = ("served_at", "rated_at")


def shown_service(line: EvaluationLine) -> dict[str, Any]:
    """Give what the statistics know of a service."""
    names = (*_SERVICE_ALIKE, *_SERVICE_CODED, *_SERVICE_TIMED)
    return {name: getattr(line, name) for name in names} | {
        "rerate_until": line.rerate_until_at,
        "source": line.source or "citizen",
    }


def held_service(service: Service) -> dict[str, Any]:
    """Give what a rule knows of a service."""
    return {
        **{name: getattr(service, name) for name in _SERVICE_ALIKE},
        **{name: getattr(service, name).value for name in _SERVICE_CODED},
        **{name: _at(getattr(service, name)) for name in _SERVICE_TIMED},
        "rerate_until": _at(service.rerate_until),
        "source": service.source.value,
    }
