"""Text log 短信记录: which texts a reader may see, a page at a time.

A text about a secret ticket keeps its place and tells nothing to who may not know of the ticket.
"""

import dataclasses
from typing import Any

from sqlalchemy import Connection

from api import reading
from api.ports import Faces
from api.problems import ProblemError
from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import Actor
from hotline.people.sight import sees_secrets
from notifications.outbox import TextStatus
from notifications.text_log import TextLine, of_stream, recent
from projections.cursors import Page, decode, encode, limited
from projections.tickets import queries as tickets


def text_page(
    house: Faces,
    actor: Actor,
    *,
    ticket: str = "",
    status: str = "",
    template: str = "",
    cursor: str = "",
    limit: int = 50,
) -> Page[TextLine]:
    """List the texts of a ticket, or those that moved last."""
    if status and status not in set(TextStatus):
        raise ProblemError(
            "input-invalid", violations=[{"field": "status", "code": "unknown-word"}]
        )
    statuses = (TextStatus(status),) if status else tuple(TextStatus)
    secret = sees_secrets(actor)

    def asked(connection: Connection) -> Page[TextLine]:
        if ticket:
            lines = of_stream(connection, f"ticket/{ticket}")
            if not secret and _hidden(connection, f"ticket/{ticket}"):
                return Page(())
            kept = [
                line
                for line in lines
                if line.status in set(statuses) and template in ("", line.template)
            ]
            return Page(tuple(kept))
        after: Any = decode(cursor, int, str)
        count = limited(limit)
        found = recent(
            connection, statuses=statuses, template=template, after=after, limit=count + 1
        )
        shown = tuple(line if secret else _veiled(connection, line) for line in found[:count])
        last = found[count - 1] if len(found) > count else None
        return Page(shown, encode(last.moved, last.intent_id) if last else "")

    page: Page[TextLine] = reading.ask(house, asked)
    return page


def described_text(line: TextLine) -> dict[str, Any]:
    """Turn a text into JSON: what, about what, how far, when."""
    kind, _, number = line.stream.partition("/")
    said = {
        field.name: getattr(line, field.name)
        for field in dataclasses.fields(line)
        if field.name != "moved"
    }
    for name in ("not_before_at", "created_at", "updated_at"):
        said[name] = said[name].astimezone(SHANGHAI).isoformat()
    return {**said, "ticket": number if kind == "ticket" else ""}


def _veiled(connection: Connection, line: TextLine) -> TextLine:
    if line.stream and not _hidden(connection, line.stream):
        return line
    return dataclasses.replace(line, stream="", intent_id="", recipient="")


def _hidden(connection: Connection, stream: str) -> bool:
    """Tell whether the ticket is secret, or not yet in the lists where that would show."""
    kind, _, number = stream.partition("/")
    return kind == "ticket" and tickets.ticket(connection, number) is None
