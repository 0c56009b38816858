"""工单表: `ticket_lines`, its indexes, and how pages of the log move them and the search words.

Every index ends where a list of that kind is sorted, so that a page is read from it in order.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, Index, MetaData, Table

from projections.bookmarks import bookmark, move_bookmark
from projections.line_tables import LineTable, columns_of
from projections.log import LogLine, LogPage
from projections.schema import METADATA
from projections.search.index import save_words
from projections.search.words import words
from projections.tickets.keys import PREFIX, ticket_id
from projections.tickets.line import TicketLine
from projections.tickets.project import project

SUBSCRIPTION: Final = "ticket_lines"


def _table(metadata: MetaData) -> Table:
    made = Table("ticket_lines", metadata, *columns_of(TicketLine, "id"))
    c = made.c
    is_open = c.open.is_(True)
    partial = {
        "inbox": ((c.lead, c.light_order, c.department_due_at, c.id), is_open),
        "due": ((c.department_due_at, c.id), is_open & c.department_due_at.is_not(None)),
        "stage_due": ((c.stage_due_at, c.id), is_open & c.stage_due_at.is_not(None)),
        "revisit": ((c.revisit_due_at, c.id), (c.stage == "AwaitingRevisit")),
        "returned": ((c.returns_count, c.id), c.returns_count > 0),
        "caller": ((c.caller, c.id), c.caller != ""),
        "repeats": ((c.repeats, c.registered_at), c.repeats != ""),
        "main": ((c.main, c.id), c.main != ""),
        "overdue": ((c.id,), c.overdue.is_(True)),
        "supervised": ((c.supervision, c.id), c.supervision > 0),
    }
    for name, (columns, condition) in partial.items():
        Index(
            f"ix_ticket_lines_{name}",
            *columns,
            sqlite_where=condition,
            postgresql_where=condition,
        )
    plain = {
        "number": (c.number,),
        "stage": (c.stage, c.id),
        "lead": (c.lead, c.id),
        "registered": (c.registered_at,),
        "closed": (c.closed_at,),
        "assigned": (c.first_assigned_at,),
        "revisited": (c.revisited_at,),
        "rectification": (c.rectification_due_at,),
    }
    for name, plain_columns in plain.items():
        Index(f"ix_ticket_lines_{name}", *plain_columns)
    return made


ticket_lines: Final = _table(METADATA)
LIVE: Final = LineTable(TicketLine, ticket_lines, "id")


def codes_of(line: TicketLine) -> list[str]:
    """Give the coded words of what lists filter by."""
    codes = [
        f"k={line.kind}",
        f"t={line.type}",
        f"n={line.channel}",
        f"u={line.urgency}",
        f"o={int(line.open)}",
    ]
    codes += [f"c={line.category[:end]}" for end in (2, 4, 6) if len(line.category) >= end]
    codes += [f"r={line.region[:end]}" for end in (2, 4, 6, 9, 12) if len(line.region) >= end]
    codes += [f"d={code}" for code in {line.lead, *line.assists.split(",")} if code]
    return [code.lower().replace(" ", "_") for code in codes]


def words_of(line: TicketLine) -> str:
    """Give all search words of a ticket, sorted, so that the same ticket always says the same."""
    found = words(f"{line.title} {line.summary} {line.place}")
    found.update(codes_of(line))
    return " ".join(sorted(found))


def fold(lines: dict[int, TicketLine], facts: Iterable[LogLine]) -> None:
    """Fold facts of tickets into their lines."""
    for log in facts:
        key = ticket_id(log.stream[len(PREFIX) :])
        lines[key] = project(lines.get(key), log)


def apply(connection: Connection, page: LogPage, kept: LineTable[TicketLine] = LIVE) -> None:
    """Move rows, search words and bookmark by a page of the log, in the caller's transaction."""
    fresh = page.after(bookmark(connection, SUBSCRIPTION, page.partition))
    if not fresh:
        return
    facts = [log for log in fresh if log.stream.startswith(PREFIX)]
    keys = {ticket_id(stream[len(PREFIX) :]) for stream in {log.stream for log in facts}}
    lines = {line.id: line for line in kept.load(connection, keys)}
    before = {key: words_of(line) for key, line in lines.items()}
    fold(lines, facts)
    kept.save(connection, lines.values())
    save_words(connection, before, {key: words_of(line) for key, line in lines.items()})
    move_bookmark(connection, SUBSCRIPTION, page.partition, fresh[-1].position)
