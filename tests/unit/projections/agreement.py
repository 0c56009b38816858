"""What a line and the aggregate's state must agree on, whatever happened."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from hotline.clocks.due import Due
from hotline.facts import Fact
from hotline.tickets.state import Ticket
from projections.log import LogLine
from projections.schema import micros
from projections.tickets.line import TicketLine
from projections.tickets.project import project


def lines_of(number: str, facts: Iterable[Fact[Any]]) -> list[LogLine]:
    return [
        LogLine(0, n, f"ticket/{number}", n, fact, fact.occurred_at, "", "", f"m{n}")
        for n, fact in enumerate(facts, 1)
    ]


def line_of(number: str, facts: Iterable[Fact[Any]]) -> TicketLine:
    line: TicketLine | None = None
    for log in lines_of(number, facts):
        line = project(line, log)
    assert line is not None
    return line


def _at(due: Due | datetime | None) -> int | None:
    if due is None:
        return None
    return micros(due.due_at if isinstance(due, Due) else due)


def shown(line: TicketLine) -> dict[str, Any]:
    names = [
        "number",
        "kind",
        "type",
        "channel",
        "stage",
        "region",
        "category",
        "title",
        "summary",
        "urgency",
        "secrecy",
        "lead",
        "light",
        "supervision",
        "supervision_proposed",
        "urges_count",
        "extensions_count",
        "redo_count",
        "notice_issued",
        "legal_hold",
        "objections_count",
        "exclusion",
        "adjudicated",
        "main",
        "level",
        "real_name",
        "citizen_due_at",
        "department_due_at",
        "stage_due_at",
        "contact_due_at",
        "assigned_at",
        "acknowledged_at",
        "closed_at",
        "departments",
        "last_at",
    ]
    return {name: getattr(line, name) for name in names} | {
        "children": line.children_count,
        "returns": line.returns_count,
        "assists": set(line.assists.split(",")) - {""},
        "attempts": line.revisit_attempts,
    }


def held(ticket: Ticket) -> dict[str, Any]:
    return {
        "number": ticket.number,
        "kind": ticket.kind.value,
        "type": ticket.type.value,
        "channel": ticket.channel.value,
        "stage": ticket.stage.value,
        "region": ticket.region,
        "category": ticket.category,
        "title": ticket.title,
        "summary": ticket.summary,
        "urgency": ticket.urgency.value,
        "secrecy": ticket.secrecy.value,
        "lead": ticket.lead,
        "light": ticket.light.value,
        "supervision": ticket.supervision,
        "supervision_proposed": ticket.supervision_proposed,
        "urges_count": ticket.urges_count,
        "extensions_count": ticket.extensions_count,
        "redo_count": ticket.redo_count,
        "notice_issued": ticket.notice_issued,
        "legal_hold": ticket.legal_hold,
        "objections_count": ticket.objections_count,
        "exclusion": ticket.exclusion.value,
        "adjudicated": ticket.adjudicated,
        "main": ticket.main,
        "level": ticket.level,
        "real_name": ticket.real_name,
        "citizen_due_at": _at(ticket.citizen_due),
        "department_due_at": _at(ticket.department_due),
        "stage_due_at": _at(ticket.stage_due),
        "contact_due_at": _at(ticket.contact_due),
        "assigned_at": _at(ticket.assigned_at),
        "acknowledged_at": _at(ticket.acknowledged_at),
        "closed_at": _at(ticket.closed_at),
        "departments": ",".join(ticket.departments),
        "last_at": _at(ticket.last_at),
        "children": len(ticket.children),
        "returns": len(ticket.returns),
        "assists": {assist.department for assist in ticket.assists},
        "attempts": len(ticket.revisit_attempts),
    }
