"""旁建: all read models built beside the live tables in one walk over the log.

Lines stay in memory while their tickets are busy and are written when enough have gathered, so that
a ticket whose facts lie close together is written once. Indexes and search words come at the end.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, select

from projections.assignments import rows as assignments
from projections.assignments.line import AssignmentLine
from projections.audit import rows as audit
from projections.audit.line import project as audit_row
from projections.evaluations import rows as evaluations
from projections.evaluations.line import EvaluationLine
from projections.line_tables import beside
from projections.log import LogLine, LogPage
from projections.search.index import TABLE, clear_search, drop_search, save_words
from projections.tickets import rows as tickets
from projections.tickets.keys import PREFIX, keys_of
from projections.tickets.line import TicketLine

LINES_MAX: Final = 20_000
"""Tickets kept in memory, some 40 MB (our default)."""
_SEARCH_LINES: Final = 5_000


class Builder:
    """旁建: side tables, the lines not yet written, and how far each partition was read."""

    def __init__(self, connection: Connection, suffix: str, lines_max: int = LINES_MAX) -> None:
        self.connection: Final = connection
        self.tickets: Final = beside(tickets.LIVE, suffix)
        self.assignments: Final = beside(assignments.LIVE, suffix)
        self.evaluations: Final = beside(evaluations.LIVE, suffix)
        self.events: Final = beside(audit.LIVE, suffix)
        self.search: Final = f"{TABLE}{suffix}"
        self.positions: Final[dict[int, int]] = {}
        self.events_count = 0
        self._lines_max: Final = lines_max
        self._tickets: Final[dict[int, TicketLine]] = {}
        self._assignments: Final[dict[int, list[AssignmentLine]]] = {}
        self._evaluations: Final[dict[str, EvaluationLine]] = {}

    @property
    def kept(self) -> tuple[str, ...]:
        """Name the side tables without the search table."""
        tables = (self.tickets, self.assignments, self.evaluations, self.events)
        return tuple(kept.table.name for kept in tables)

    def begin(self) -> None:
        """Create the side tables; what an earlier attempt left is dropped."""
        for kept in (self.tickets, self.assignments, self.evaluations, self.events):
            kept.table.drop(self.connection, checkfirst=True)
            kept.table.create(self.connection)
        clear_search(self.connection, self.search)

    def drop(self) -> None:
        """Take the side tables away."""
        for kept in (self.tickets, self.assignments, self.evaluations, self.events):
            kept.table.drop(self.connection, checkfirst=True)
        drop_search(self.connection, self.search)

    def feed(self, pages: Iterable[LogPage], through: Mapping[int, int] | None = None) -> None:
        """Fold pages, of each partition no further than `through`."""
        for page in pages:
            lines = page.after(self.positions.get(page.partition, 0))
            if through is not None:
                last = through.get(page.partition, 0)
                lines = tuple(line for line in lines if line.position <= last)
            if lines:
                self._fold(lines)
                self.positions[page.partition] = lines[-1].position
                self.events_count += len(lines)

    def finish(self) -> None:
        """Write what is in memory."""
        self._write()

    def save_words(self) -> None:
        """Give every ticket its search words, once all lines are written."""
        table = self.tickets.table
        after = -(2**63)
        while True:
            question = select(*table.columns).where(table.c.id > after).order_by(table.c.id)
            rows = self.connection.execute(question.limit(_SEARCH_LINES)).all()
            if not rows:
                return
            lines = [self.tickets.line_of(row) for row in rows]
            after = lines[-1].id
            words = {line.id: tickets.words_of(tickets.basis_of(line)) for line in lines}
            save_words(self.connection, {}, words, self.search)

    def _fold(self, lines: tuple[LogLine, ...]) -> None:
        self.events.save_rows(self.connection, [audit_row(log) for log in lines])
        of_tickets = [log for log in lines if log.stream.startswith(PREFIX)]
        if of_tickets:
            self._fold_tickets(of_tickets)
        of_services = [log for log in lines if log.stream.startswith(evaluations.PREFIX)]
        if of_services:
            missing = {log.stream for log in of_services} - self._evaluations.keys()
            for line in self.evaluations.load(self.connection, missing):
                self._evaluations[line.stream] = line
            evaluations.fold(self._evaluations, of_services)
        if max(len(self._tickets), len(self._evaluations)) > self._lines_max:
            self._write()

    def _fold_tickets(self, facts: list[LogLine]) -> None:
        keys = keys_of(log.stream for log in facts)
        missing = set(keys.values()) - self._tickets.keys()
        for line in self.tickets.load(self.connection, missing):
            self._tickets[line.id] = line
        found = self.assignments.load(self.connection, missing)
        for assignment in sorted(found, key=lambda line: line.sequence):
            self._assignments.setdefault(assignment.ticket, []).append(assignment)
        tickets.fold(self._tickets, facts, keys)
        assignments.fold(self._assignments, assignments.of_interest(facts), keys)

    def _write(self) -> None:
        self.tickets.save(self.connection, self._tickets.values())
        grouped = self._assignments.values()
        self.assignments.save(self.connection, (line for group in grouped for line in group))
        self.evaluations.save(self.connection, self._evaluations.values())
        self._tickets.clear()
        self._assignments.clear()
        self._evaluations.clear()
