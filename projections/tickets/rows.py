"""工单表: `ticket_lines`, its indexes, and how pages of the log move them and the search words.

Every index ends where a list of that kind is sorted, so that a page is read from it in order.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Index, MetaData, Table, func, literal_column

from hotline.tickets.vocabulary import Kind, Stage
from projections.line_tables import LineTable, columns_of
from projections.log import LogLine
from projections.schema import METADATA
from projections.search.index import save_words
from projections.search.words import words
from projections.tickets.keys import PREFIX, keys_of
from projections.tickets.line import TicketLine
from projections.tickets.project import project

SUBSCRIPTION: Final = "ticket_lines"
CATEGORY_ENDS: Final = (2, 4, 6)
"""Lengths at which a category code may be cut: 2+2+2 digits."""
REGION_ENDS: Final = (2, 4, 6, 9, 12)
"""Lengths at which a region code may be cut: province, city, county, town, village."""


_NEVER: Final[ColumnElement[Any]] = literal_column(str(2**62))
_EMPTY: Final[ColumnElement[Any]] = literal_column("''")
_ZERO: Final[ColumnElement[Any]] = literal_column("0")
_REVISIT: Final[ColumnElement[Any]] = literal_column(f"'{Stage.AWAITING_REVISIT.value}'")
_POOR: Final[ColumnElement[Any]] = literal_column(f"'{Kind.POOR_EVALUATION.value}'")


class Conditions:
    """条件 of the partial indexes. A question repeats them word for word, so that they are used."""

    def __init__(self, table: Table) -> None:
        c = table.c
        self.is_open: Final = c.open.is_(True)
        self.awaits_revisit: Final = c.stage == _REVISIT
        self.was_returned: Final = c.returns_count > _ZERO
        self.has_caller: Final = c.caller != _EMPTY
        self.repeats_another: Final = c.repeats != _EMPTY
        self.was_merged: Final = c.main != _EMPTY
        self.was_overdue: Final = c.overdue.is_(True)
        self.is_doubtful: Final = c.doubts != _EMPTY
        self.is_supervised: Final = c.supervision > _ZERO
        self.runs_loop: Final = c.open.is_(True) & (c.kind == _POOR)


def due_or_never(due_at: ColumnElement[Any]) -> ColumnElement[Any]:
    """Sort what has no due time last; the indexes of the boards are made of the same words."""
    return func.coalesce(due_at, _NEVER)


def running_clock(c: Any) -> ColumnElement[Any]:
    """Give the clock that runs in a stage: its own limit, passed or not, else the department's."""
    return func.coalesce(c.stage_overdue_at, c.stage_due_at, c.department_due_at, _NEVER)


def stage_clock(c: Any) -> ColumnElement[Any]:
    """Give the limit of a stage, also once it has passed; nothing where the stage has none."""
    return func.coalesce(c.stage_overdue_at, c.stage_due_at)


def _table(metadata: MetaData) -> Table:
    made = Table("ticket_lines", metadata, *columns_of(TicketLine, "id"))
    c, has = made.c, Conditions(made)
    some: dict[str, tuple[tuple[ColumnElement[Any], ...], ColumnElement[bool]]] = {
        "inbox": ((c.lead, c.light_order, due_or_never(c.department_due_at), c.id), has.is_open),
        "due": ((c.department_due_at, c.id), has.is_open & c.department_due_at.is_not(None)),
        "stage_due": ((c.stage, stage_clock(c), c.id), has.is_open & stage_clock(c).is_not(None)),
        "revisit": ((c.stage, running_clock(c), c.id), has.awaits_revisit),
        "loop": ((c.stage, running_clock(c), c.id, c.finding, c.lead), has.runs_loop),
        "returned": ((c.returns_count, c.id, c.departments, c.open), has.was_returned),
        "caller": ((c.caller, c.id), has.has_caller),
        "repeats": ((c.repeats, c.registered_at), has.repeats_another),
        "main": ((c.main, c.id), has.was_merged),
        "overdue": ((c.id,), has.was_overdue),
        "supervised": ((c.id,), has.is_supervised),
        "doubts": ((c.id,), has.is_doubtful),
        "light": ((c.light, c.id), has.is_open),
        "revisit_due": ((c.revisit_due_at,), c.revisit_due_at.is_not(None)),
        "feedback": ((c.feedback_given_at,), c.feedback_given_at.is_not(None)),
        "appeal": ((c.appeal_decided_at,), c.appeal_decided_at.is_not(None)),
    }
    for name, (columns, condition) in some.items():
        Index(
            f"ix_ticket_lines_{name}",
            *columns,
            sqlite_where=condition,
            postgresql_where=condition,
        )
    for name, all_columns in {
        "number": (c.number,),
        "stage": (c.stage, c.id),
        "registered": (c.registered_at,),
        "closed": (c.first_closed_at,),
        "assigned": (c.first_assigned_at,),
        "revisited": (c.revisited_at,),
        "rectification": (c.rectification_due_at,),
    }.items():
        Index(f"ix_ticket_lines_{name}", *all_columns)
    return made


ticket_lines: Final = _table(METADATA)
CONDITIONS: Final = Conditions(ticket_lines)
LIVE: Final = LineTable(TicketLine, ticket_lines, "id")


BASIS: Final = (
    "title",
    "summary",
    "place",
    "kind",
    "type",
    "channel",
    "urgency",
    "open",
    "category",
    "region",
    "lead",
    "assists",
)
"""What the search words are made of; words are made anew only when it changed."""
basis_of: Final = attrgetter(*BASIS)


def words_of(basis: tuple[Any, ...]) -> str:
    """Give all search words of a ticket, sorted, so that the same ticket always says the same."""
    (
        title,
        summary,
        place,
        kind,
        type_,
        channel,
        urgency,
        is_open,
        category,
        region,
        lead,
        *assists,
    ) = basis
    found = words(f"{title} {summary} {place}")
    found.update((f"k={kind}", f"t={type_}", f"n={channel}", f"u={urgency}", f"o={int(is_open)}"))
    found.update(f"c={category[:end]}" for end in CATEGORY_ENDS if len(category) >= end)
    found.update(f"r={region[:end]}" for end in REGION_ENDS if len(region) >= end)
    found.update(f"d={plain_code(code)}" for code in (lead, *assists[0].split(",")) if code)
    return " ".join(sorted(found))


def plain_code(code: str) -> str:
    """Write a code as one search word."""
    return code.lower().replace(" ", "_")


def fold(lines: dict[int, TicketLine], facts: Iterable[LogLine], keys: Mapping[str, int]) -> None:
    """Fold facts of tickets into their lines."""
    for log in facts:
        key = keys[log.stream]
        line = lines.get(key)
        if line is None:
            lines[key] = project(None, log)
        else:
            project(line, log)


def prepare(connection: Connection, fresh: Sequence[LogLine]) -> Callable[[Connection], None]:
    """Fold facts of the log into rows and search words; give what writes them."""
    facts = [log for log in fresh if log.stream.startswith(PREFIX)]
    keys = keys_of(log.stream for log in facts)
    before = LIVE.load_rows(connection, keys.values())
    lines = {line.id: line for line in map(LIVE.line_of, before)}
    basis = {key: basis_of(line) for key, line in lines.items()}
    fold(lines, facts, keys)
    told = {key: basis_of(line) for key, line in lines.items()}
    changed = {key: now for key, now in told.items() if basis.get(key) != now}
    old = {key: words_of(basis[key]) for key in changed if key in basis}
    new = {key: words_of(now) for key, now in changed.items()}

    def write(connection: Connection) -> None:
        LIVE.save_changes(connection, before, lines.values())
        save_words(connection, old, new)

    return write
