"""工作台: the lists that somebody works off: inbox, revisits, deadlines, returns.

Each is one partial index of open tickets read from its start, and holds what its reader may see.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, func, literal, select, tuple_

from hotline.people.sight import WITHOUT_SECRETS, Sight
from hotline.tickets.vocabulary import Stage
from projections.cursors import Page, decode, encode, limited
from projections.schema import micros
from projections.tickets.line import TicketLine
from projections.tickets.rows import (
    CONDITIONS,
    LIVE,
    due_or_never,
    running_clock,
    stage_clock,
    ticket_lines,
)
from projections.tickets.sight import within

COUNTED_MAX: Final = 1000
"""Beyond it a count says "1000 and more" (our default)."""
_SHOWN_LINES: Final = 50
_c = ticket_lines.c
_VERIFYING: Final = (_c.stage == Stage.IN_VERIFICATION.value, CONDITIONS.runs_loop)


def inbox(
    connection: Connection,
    department: str,
    *,
    stages: tuple[str, ...] = (),
    cursor: str = "",
    limit: int = _SHOWN_LINES,
    sight: Sight = WITHOUT_SECRETS,
) -> Page[TicketLine]:
    """部门待办: open tickets that the department leads; red first, then by due time."""
    conditions: list[ColumnElement[bool]] = [_c.lead == department, CONDITIONS.is_open]
    if stages:
        conditions.append(_c.stage.in_(stages))
    keys = (_c.light_order, due_or_never(_c.department_due_at), _c.id)
    return _board(connection, conditions, keys, cursor, limit, sight=sight)


def revisits(
    connection: Connection,
    *,
    region: str = "",
    cursor: str = "",
    limit: int = _SHOWN_LINES,
    sight: Sight = WITHOUT_SECRETS,
) -> Page[TicketLine]:
    """回访任务: answered tickets that wait for a revisit, the most urgent first."""
    conditions: list[ColumnElement[bool]] = [CONDITIONS.awaits_revisit]
    if region:
        conditions.append(_c.region.startswith(region, autoescape=True))
    keys = (running_clock(_c), _c.id)
    return _board(connection, conditions, keys, cursor, limit, sight=sight)


def revisits_count(connection: Connection, *, sight: Sight = WITHOUT_SECRETS) -> int:
    """Count the revisits that wait, up to a thousand."""
    return counted(connection, [CONDITIONS.awaits_revisit], sight)


def verifications(
    connection: Connection,
    *,
    cursor: str = "",
    limit: int = _SHOWN_LINES,
    sight: Sight = WITHOUT_SECRETS,
) -> Page[TicketLine]:
    """差评核实: claimed poor evaluations whose evaluator is to be called, the most urgent first."""
    keys = (running_clock(_c), _c.id)
    return _board(connection, [*_VERIFYING], keys, cursor, limit, sight=sight)


def verifications_count(connection: Connection, *, sight: Sight = WITHOUT_SECRETS) -> int:
    """Count the verifications that wait, up to a thousand."""
    return counted(connection, [*_VERIFYING], sight)


def counted(
    connection: Connection,
    conditions: list[ColumnElement[bool]],
    sight: Sight,
    most: int = COUNTED_MAX,
) -> int:
    """Count no further than anybody reads."""
    found = select(literal(1)).select_from(ticket_lines).where(*conditions, *within(sight))
    bounded = found.limit(most).subquery()
    return int(connection.execute(select(func.count()).select_from(bounded)).scalar_one())


def deadlines(
    connection: Connection,
    *,
    before: datetime | None = None,
    region: str = "",
    department: str = "",
    cursor: str = "",
    limit: int = _SHOWN_LINES,
    sight: Sight = WITHOUT_SECRETS,
) -> Page[TicketLine]:
    """时限看板: open tickets by the department's due time, the longest overdue first."""
    due_at = _c.department_due_at
    conditions: list[ColumnElement[bool]] = [CONDITIONS.is_open, due_at.is_not(None)]
    if before is not None:
        conditions.append(due_at < micros(before))
    if region:
        conditions.append(_c.region.startswith(region, autoescape=True))
    if department:
        conditions.append(_c.lead == department)
    return _board(connection, conditions, (due_at, _c.id), cursor, limit, sight=sight)


def stage_deadlines(
    connection: Connection,
    stages: tuple[str, ...],
    *,
    region: str = "",
    cursor: str = "",
    limit: int = _SHOWN_LINES,
    sight: Sight = WITHOUT_SECRETS,
) -> Page[TicketLine]:
    """环节时限: open tickets by the limit of their stage: precheck, assignment, review, triage.

    One whose limit has passed stays on the list, before the others. Each stage is read in its order
    from the index, and no more of it than the page can hold: a long stage is never sorted.
    """
    limit_at = stage_clock(_c)
    among: list[ColumnElement[bool]] = [CONDITIONS.is_open, limit_at.is_not(None)]
    if region:
        among.append(_c.region.startswith(region, autoescape=True))
    keys = (limit_at, _c.id)
    found = [
        row
        for stage in stages
        for row in _rows(
            connection, [*among, _c.stage == stage], keys, cursor, limited(limit), sight=sight
        )
    ]
    width = len(LIVE.names)
    return _page(sorted(found, key=lambda row: row[width:]), limited(limit))


def ping_pong(
    connection: Connection,
    *,
    returns_min: int = 1,
    only_open: bool = False,
    department: str = "",
    cursor: str = "",
    limit: int = _SHOWN_LINES,
    sight: Sight = WITHOUT_SECRETS,
) -> Page[TicketLine]:
    """退单与推诿: tickets that were handed back, the most often returned first."""
    conditions: list[ColumnElement[bool]] = [
        CONDITIONS.was_returned,
        _c.returns_count >= returns_min,
    ]
    if only_open:
        conditions.append(CONDITIONS.is_open)
    if department:
        led = literal(",").concat(_c.departments).concat(",")
        conditions.append(led.contains(f",{department},", autoescape=True))
    keys = (_c.returns_count, _c.id)
    return _board(connection, conditions, keys, cursor, limit, sight=sight, largest_first=True)


def _board(
    connection: Connection,
    conditions: list[ColumnElement[bool]],
    keys: tuple[ColumnElement[Any] | Column[Any], ...],
    cursor: str,
    limit: int,
    *,
    sight: Sight,
    largest_first: bool = False,
) -> Page[TicketLine]:
    """Read a page sorted by keys that are whole numbers and end in the ticket's own."""
    limit = limited(limit)
    rows = _rows(
        connection, conditions, keys, cursor, limit, sight=sight, largest_first=largest_first
    )
    return _page(rows, limit)


def _rows(
    connection: Connection,
    conditions: Sequence[ColumnElement[bool]],
    keys: tuple[ColumnElement[Any] | Column[Any], ...],
    cursor: str,
    limit: int,
    *,
    sight: Sight,
    largest_first: bool = False,
) -> list[tuple[Any, ...]]:
    """Read the rows of a page and one more, each with its keys behind its columns."""
    wanted = [*conditions, *within(sight)]
    if (after := decode(cursor, *(int for _ in keys))) is not None:
        last = tuple_(*(literal(part) for part in after))
        wanted.append(tuple_(*keys) < last if largest_first else tuple_(*keys) > last)
    order = [key.desc() if largest_first else key for key in keys]
    question = LIVE.select().add_columns(*keys).where(*wanted).order_by(*order)
    return [tuple(row) for row in connection.execute(question.limit(limit + 1))]


def _page(rows: Sequence[tuple[Any, ...]], limit: int) -> Page[TicketLine]:
    width = len(LIVE.names)
    lines = tuple(LIVE.line_of(row[:width]) for row in rows[:limit])
    more = len(rows) > limit
    return Page(lines, encode(*rows[limit - 1][width:]) if more else "")
