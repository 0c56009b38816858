"""Reading 阅读: what a member may see, and how a line of a read model becomes words and times.

Used by the JSON API and the pages alike, so that both show and hide the same. A department sees
its own tickets; a secret ticket (L4) opens only to a cleared role that stated a reason.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from api.ports import Faces
from api.problems import ProblemError
from hotline.clocks.calendar import SHANGHAI
from hotline.clocks.due import Due, explain
from hotline.people.actors import Actor, Role
from hotline.people.permissions import DEPARTMENT_ROLES, may_read_ticket
from hotline.people.sight import EVERYTHING, listed_for
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Secrecy, Urgency
from projections.cursors import CursorError, Page
from projections.log import LogLine
from projections.schema import instant
from projections.tickets import queries as tickets
from projections.tickets.line import TicketLine

_INNER: Final = frozenset({"id", "light_order", "caller", "citizen"})
"""Columns that serve the store, or lead to a person."""


_USUALLY_NO: Final = frozenset({"enterprise", "real_name", "complex", "override_duty_guard"})
"""Marks that are worth a word only when they are set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """工单详情: a ticket with its history, as one reader may see it."""

    number: str
    state: Ticket
    version: int
    line: TicketLine | None
    facts: tuple[LogLine, ...]


def scope_of(actor: Actor, asked: str = "") -> str:
    """Give the department that an answer is limited to: one's own for a department's role."""
    if actor.role in DEPARTMENT_ROLES or actor.role is Role.WINDOW_CLERK:
        return actor.department or "-"
    return asked


def ask(house: Faces, question: Callable[[Connection], Any]) -> Any:
    """Ask the read models; a page mark that was never given is bad input."""
    try:
        with house.reader() as connection:
            return question(connection)
    except CursorError:
        raise ProblemError(
            "input-invalid", violations=[{"field": "cursor", "code": "cursor-invalid"}]
        ) from None


def ticket_page(
    house: Faces, actor: Actor, wanted: tickets.TicketFilter, cursor: str = "", limit: int = 50
) -> Page[TicketLine]:
    """List the tickets that the reader may see."""
    wanted = dataclasses.replace(wanted, department=scope_of(actor, wanted.department))
    page: Page[TicketLine] = ask(
        house,
        lambda connection: tickets.tickets(
            connection, wanted, cursor=cursor, limit=limit, sight=listed_for(actor)
        ),
    )
    return page


def detail(house: Faces, actor: Actor, number: str) -> Detail:
    """Give a ticket, or the same refusal for one that is unknown and one that is not theirs."""
    stream = f"ticket/{number}"
    record = house.archive.state(stream)
    state = record.state
    if not isinstance(state, Ticket):
        raise ProblemError("unknown-ticket")
    assists = tuple(assist.department for assist in state.assists)
    if not may_read_ticket(
        actor,
        lead=state.lead,
        assists=assists,
        caller=state.caller,
        secrecy=state.secrecy,
        kind=state.kind,
    ):
        raise ProblemError("unknown-ticket")
    if state.secrecy is Secrecy.SECRET:
        opened = house.accounts.access_open_until(actor.person, stream, house.clock())
        if opened is None:
            raise ProblemError("access-not-open")
    line: TicketLine | None = ask(house, lambda c: tickets.ticket(c, number, sight=EVERYTHING))
    return Detail(
        number=number,
        state=state,
        version=record.version,
        line=line,
        facts=tuple(house.archive.facts(stream)),
    )


def described(line: Any) -> dict[str, Any]:
    """Turn a line of a read model into JSON: times in local time, inner columns left out."""
    said: dict[str, Any] = {}
    for field in dataclasses.fields(line):
        if field.name in _INNER:
            continue
        value = getattr(line, field.name)
        if field.name.endswith("_at") and isinstance(value, int):
            value = local(value).isoformat() if value else None
        said[field.name] = value
    return said


def described_page(page: Page[Any]) -> dict[str, Any]:
    """Turn a page into JSON."""
    return {"items": [described(line) for line in page.lines], "cursor": page.cursor}


def described_fact(line: LogLine, house: Faces) -> dict[str, Any]:
    """Turn a fact into JSON: what, who, when."""
    fact, name = line.fact, type(line.fact.event).__name__
    return {
        "version": line.version,
        "type": name,
        "title": {
            "zh": house.messages.text("zh", f"event.{name}"),
            "en": house.messages.text("en", f"event.{name}"),
        },
        "actor": {
            "person": fact.actor.person,
            "role": fact.actor.role.value,
            "department": fact.actor.department,
        },
        "occurred_at": fact.occurred_at.astimezone(SHANGHAI).isoformat(),
        "recorded_at": line.recorded_at.astimezone(SHANGHAI).isoformat(),
        "correlation": line.correlation,
        "details": plain(fact.event),
    }


def described_due(due: Due | None) -> dict[str, Any] | None:
    """Turn a due date into JSON, with the answer to "why this deadline"."""
    if due is None:
        return None
    return {
        "due_at": due.due_at.astimezone(SHANGHAI).isoformat(),
        "warn_at": due.warn_at.astimezone(SHANGHAI).isoformat(),
        "rule": due.rule,
        "calendar": due.calendar,
        "provisional": due.provisional,
        "explanation": {"zh": list(explain(due, "zh")), "en": list(explain(due, "en"))},
    }


def plain(event: Any) -> dict[str, Any]:
    """Give the fields of an event that say something, without references to persons."""
    said: dict[str, Any] = {}
    for field in dataclasses.fields(event):
        value = getattr(event, field.name)
        if field.name in ("caller", "citizen", "evaluator") or value in ("", None, ()):
            continue
        if (
            value == 0
            and not isinstance(value, Urgency)
            and (value is not False or field.name in _USUALLY_NO)
        ):
            continue
        said[field.name] = described_due(value) if isinstance(value, Due) else value
    return said


def dues_of(state: Ticket) -> Mapping[str, Due]:
    """Name the clocks that a ticket runs."""
    found = {
        "citizen": state.citizen_due,
        "department": state.department_due,
        "stage": state.stage_due,
        "contact": state.contact_due,
    }
    return {name: due for name, due in found.items() if due is not None}


def local(micros: int) -> datetime:
    """Give stored microseconds as local time."""
    return instant(micros).astimezone(SHANGHAI)


def words(values: Iterable[str], known: Mapping[str, str]) -> list[str]:
    """Translate codes, leaving unknown ones as they are."""
    return [known.get(value, value) for value in values]
