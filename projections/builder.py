"""旁建: all read models built beside the live tables in one walk over the log.

Lines stay in memory while their tickets are busy and are written when enough have gathered, so that
a ticket whose facts lie close together is written once. Indexes and search words come at the end.
"""

from collections.abc import Iterable, Mapping
from operator import attrgetter, itemgetter
from typing import Any, Final

from sqlalchemy import Connection, select

from hotline.tickets.vocabulary import Stage
from projections.assignments import rows as assignments
from projections.assignments.line import AssignmentLine
from projections.audit import rows as audit
from projections.audit.line import project as audit_row
from projections.calls import rows as calls
from projections.evaluations import rows as evaluations
from projections.evaluations.line import EvaluationLine
from projections.line_tables import LineTable, beside
from projections.log import LogLine, LogPage
from projections.search.index import TABLE, clear_search, drop_search, save_words
from projections.tickets import rows as tickets
from projections.tickets.keys import PREFIX, keys_of
from projections.tickets.line import TicketLine

LINES_MAX: Final = 20_000
"""Tickets kept in memory, some 40 MB (our default)."""
_SEARCH_LINES: Final = 5_000
FOLDED_LINES: Final = 10_000
"""Facts folded together; less makes more statements, more holds the database longer at a time."""
_ID: Final = attrgetter("id")
_PLACE: Final = itemgetter(0, 1)  # partition, position
_ENDED: Final = Stage.ARCHIVED.value


class Builder:
    """旁建: side tables, the lines not yet written, and how far each partition was read."""

    def __init__(
        self,
        connection: Connection,
        suffix: str,
        *,
        lines_max: int = LINES_MAX,
        folded_lines: int = FOLDED_LINES,
    ) -> None:
        self.connection: Final = connection
        self.tickets: Final = beside(tickets.LIVE, suffix)
        self.assignments: Final = beside(assignments.LIVE, suffix)
        self.evaluations: Final = beside(evaluations.LIVE, suffix)
        self.calls: Final = beside(calls.LIVE, suffix)
        self.events: Final = beside(audit.LIVE, suffix)
        self.search: Final = f"{TABLE}{suffix}"
        self.positions: Final[dict[int, int]] = {}
        self.events_count = 0
        self._lines_max: Final = lines_max
        self._folded_lines: Final = folded_lines
        self._tickets: Final[dict[int, TicketLine]] = {}
        self._assignments: Final[dict[int, list[AssignmentLine]]] = {}
        self._evaluations: Final[dict[str, EvaluationLine]] = {}
        self._waiting: list[LogLine] = []

    @property
    def kept(self) -> tuple[str, ...]:
        """Name the side tables without the search table."""
        return tuple(kept.table.name for kept in self._sides)

    @property
    def _sides(self) -> tuple[LineTable[Any], ...]:
        return (self.tickets, self.assignments, self.evaluations, self.calls, self.events)

    def begin(self) -> None:
        """Create the side tables; what an earlier attempt left is dropped."""
        for kept in self._sides:
            kept.table.drop(self.connection, checkfirst=True)
            kept.table.create(self.connection)
        clear_search(self.connection, self.search)

    def drop(self) -> None:
        """Take the side tables away."""
        for kept in self._sides:
            kept.table.drop(self.connection, checkfirst=True)
        drop_search(self.connection, self.search)

    def feed(self, pages: Iterable[LogPage], through: Mapping[int, int] | None = None) -> bool:
        """Take pages in, of each partition no further than `through`.

        Many small pages are folded together; tell whether anything was, and so was written.
        """
        folded = False
        for page in pages:
            lines = page.after(self.positions.get(page.partition, 0))
            if through is not None:
                last = through.get(page.partition, 0)
                lines = tuple(line for line in lines if line.position <= last)
            if lines:
                self._waiting += lines
                self.positions[page.partition] = lines[-1].position
                self.events_count += len(lines)
            if len(self._waiting) >= self._folded_lines:
                self._fold()
                folded = True
        return folded

    def finish(self) -> None:
        """Fold and write what is in memory."""
        self._fold()
        self._write(every=True)

    def save_words(self) -> None:
        """Give every ticket its search words, once all lines are written."""
        table = self.tickets.table
        columns = [table.c[name] for name in ("id", *tickets.BASIS)]
        after = -(2**63)
        while True:
            question = select(*columns).where(table.c.id > after).order_by(table.c.id)
            rows = self.connection.execute(question.limit(_SEARCH_LINES)).all()
            if not rows:
                return
            after = rows[-1][0]
            words = {key: tickets.words_of(tuple(basis)) for key, *basis in rows}
            save_words(self.connection, {}, words, self.search)

    def _fold(self) -> None:
        lines, self._waiting = self._waiting, []
        lines.sort(key=_PLACE)
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
        self._fold_calls([log for log in lines if log.stream.startswith(calls.PREFIX)])
        if max(len(self._tickets), len(self._evaluations)) > self._lines_max:
            self._write(every=False)

    def _fold_calls(self, facts: list[LogLine]) -> None:
        """Fold and write at once: a call is soon over, and few are running at a time."""
        if not facts:
            return
        missing = {log.stream for log in facts}
        found = {line.stream: line for line in self.calls.load(self.connection, missing)}
        calls.fold(found, facts)
        self.calls.save(self.connection, found.values())

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

    def _write(self, *, every: bool) -> None:
        """Write lines and forget them: the archived ones, or all where those are too few."""
        ended = [line for line in self._tickets.values() if line.stage == _ENDED]
        if every or 2 * len(ended) < len(self._tickets):
            ended = list(self._tickets.values())
        ended.sort(key=_ID)
        groups = [self._assignments.pop(line.id, ()) for line in ended]
        self.tickets.save(self.connection, ended)
        self.assignments.save(self.connection, (line for group in groups for line in group))
        for line in ended:
            del self._tickets[line.id]
        if every or len(self._evaluations) > self._lines_max:
            self.evaluations.save(self.connection, self._evaluations.values())
            self._evaluations.clear()
