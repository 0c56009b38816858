"""派单表: `assignment_lines` and how facts of the log move it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import Connection, Index, MetaData, Table

from projections.assignments.line import AssignmentLine
from projections.assignments.project import TYPES, project
from projections.line_tables import LineTable, columns_of
from projections.log import LogLine
from projections.schema import METADATA
from projections.tickets.keys import PREFIX, keys_of

SUBSCRIPTION: Final = "assignment_lines"


def _table(metadata: MetaData) -> Table:
    columns = columns_of(AssignmentLine, "ticket", "sequence")
    made = Table("assignment_lines", metadata, *columns, sqlite_with_rowid=False)
    c = made.c
    Index("ix_assignment_lines_assigned", c.assigned_at)
    Index("ix_assignment_lines_acknowledge_due", c.acknowledge_due_at)
    Index("ix_assignment_lines_contact_due", c.contact_due_at)
    Index("ix_assignment_lines_due", c.due_at)
    Index("ix_assignment_lines_returned", c.returned_at)
    Index("ix_assignment_lines_ended", c.ended_at)
    for name, column in (("revisit_due", c.revisit_due_at), ("revisited", c.revisited_at)):
        known = column.is_not(None)
        where = f"ix_assignment_lines_{name}"
        Index(where, column, sqlite_where=known, postgresql_where=known)
    return made


assignment_lines: Final = _table(METADATA)
LIVE: Final = LineTable(AssignmentLine, assignment_lines, "ticket")


def fold(
    lines: dict[int, list[AssignmentLine]], facts: Iterable[LogLine], keys: Mapping[str, int]
) -> None:
    """Fold facts of tickets into the assignments of their tickets."""
    for log in facts:
        key = keys[log.stream]
        group = lines.get(key)
        if group is None:
            group = lines[key] = []
        project(group, log, key, log.stream[len(PREFIX) :])


def of_interest(lines: Iterable[LogLine]) -> list[LogLine]:
    """Pick the facts that say anything about an assignment."""
    return [log for log in lines if log.event.__class__ in TYPES and log.stream.startswith(PREFIX)]


def prepare(connection: Connection, fresh: Sequence[LogLine]) -> Callable[[Connection], None]:
    """Fold facts of the log into rows; give what writes them."""
    facts = of_interest(fresh)
    keys = keys_of(log.stream for log in facts)
    before = LIVE.load_rows(connection, keys.values())
    lines: dict[int, list[AssignmentLine]] = {}
    for line in sorted(map(LIVE.line_of, before), key=lambda line: line.sequence):
        lines.setdefault(line.ticket, []).append(line)
    fold(lines, facts, keys)

    def write(connection: Connection) -> None:
        LIVE.save_changes(connection, before, (line for group in lines.values() for line in group))

    return write
