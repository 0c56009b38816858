"""工单查询: lists of tickets, always a page at a time, always from an index.

Filters that lists use most live as coded words in the search table; together with text they are
answered there. What changes with every step (stage, light) is compared in the row. The newest
ticket has the largest key, so a list needs no sort.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_

from hotline.clocks.calendar import SHANGHAI
from hotline.people.sight import WITHOUT_SECRETS, Sight
from hotline.values import dataclass
from projections.cursors import Page, decode, limited, page_of
from projections.schema import micros
from projections.search.index import found_in, matching
from projections.search.words import Query, query_of
from projections.tickets.folds.marks import CLOSED_STAGES
from projections.tickets.keys import first_id, ticket_id
from projections.tickets.line import TicketLine
from projections.tickets.rows import (
    CATEGORY_ENDS,
    CONDITIONS,
    LIVE,
    REGION_ENDS,
    plain_code,
    ticket_lines,
)
from projections.tickets.sight import within

_SHOWN_LINES: Final = 50
_ONE_DAY: Final = timedelta(days=1)
_FIRST: Final = -(2**63)
_LAST: Final = 2**63 - 1
_c = ticket_lines.c


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFilter:
    """筛选: everything may be left open. `until` is exclusive. `department` leads or assists."""

    text: str = ""
    number: str = ""  # prefix
    kind: str = ""
    type: str = ""
    channel: str = ""
    stages: tuple[str, ...] = ()
    open: bool | None = None
    category: str = ""  # prefix
    region: str = ""  # prefix
    department: str = ""
    light: str = ""
    urgency: int | None = None
    supervised: bool = False
    caller: str = ""
    since: datetime | None = None
    until: datetime | None = None
    overdue: bool | None = None


def tickets(
    connection: Connection,
    wanted: TicketFilter,
    *,
    cursor: str = "",
    limit: int = _SHOWN_LINES,
    sight: Sight = WITHOUT_SECRETS,
) -> Page[TicketLine]:
    """List tickets, newest first, and only those that the reader may see."""
    limit = limited(limit)
    conditions = [*_compared(wanted), *within(sight)]
    if (after := decode(cursor, int)) is not None:
        conditions.append(_c.id < after[0])
    query = query_of(wanted.text)
    codes, exact = _codes(wanted)
    conditions += exact
    conditions += [_standing(run) for run in query.runs]
    question = LIVE.select()
    order: ColumnElement[int] = _c.id
    conditions += _changing(wanted, searched=bool(codes or query.words or query.beginnings))
    if codes or query.words or query.beginnings:
        question, order = _searched(connection, question, query, codes)
        if connection.dialect.name == "sqlite":  # the index of words can begin and end there
            first, last = _span(wanted)
            last = last if after is None else min(last, int(after[0]))
            conditions += [order >= first, order < last]
    question = question.where(*conditions).order_by(order.desc()).limit(limit + 1)
    return page_of(_lines(connection, question), limit, "id")


def ticket(
    connection: Connection, number: str, *, sight: Sight = WITHOUT_SECRETS
) -> TicketLine | None:
    """Give one ticket by its number."""
    question = LIVE.select().where(_c.id == ticket_id(number), *within(sight))
    found = _lines(connection, question)
    return found[0] if found else None


def children(
    connection: Connection, number: str, *, sight: Sight = WITHOUT_SECRETS
) -> list[TicketLine]:
    """Give the tickets merged into this one (子单)."""
    question = (
        LIVE.select()
        .where(CONDITIONS.was_merged, _c.main == number, *within(sight))
        .order_by(_c.id)
    )
    return _lines(connection, question)


def repeats(
    connection: Connection, number: str, *, sight: Sight = WITHOUT_SECRETS
) -> list[TicketLine]:
    """Give the later tickets of the same person about the same matter (重复投诉)."""
    question = (
        LIVE.select()
        .where(CONDITIONS.repeats_another, _c.repeats == number, *within(sight))
        .order_by(_c.id)
    )
    return _lines(connection, question)


def citizen_history(
    connection: Connection,
    caller: str,
    *,
    cursor: str = "",
    limit: int = _SHOWN_LINES,
    sight: Sight = WITHOUT_SECRETS,
) -> Page[TicketLine]:
    """List the tickets of one citizen (by reference), newest first."""
    if not caller:
        return Page(())
    return tickets(connection, TicketFilter(caller=caller), cursor=cursor, limit=limit, sight=sight)


def _lines(connection: Connection, question: Select[Any]) -> list[TicketLine]:
    return [LIVE.line_of(row) for row in connection.execute(question)]


def _searched(
    connection: Connection, question: Select[Any], query: Query, codes: list[str]
) -> tuple[Select[Any], ColumnElement[int]]:
    """Read the search table first and look each find up by its key."""
    dialect = connection.dialect.name
    source, key = found_in(dialect)
    joined = question.select_from(source).where(_c.id == key, matching(dialect, query, codes))
    return joined, key


def _standing(run: str) -> ColumnElement[bool]:
    """Ask for characters in a row: pairs alone would also find them apart."""
    return or_(
        _c.title.contains(run, autoescape=True),
        _c.summary.contains(run, autoescape=True),
        _c.place.contains(run, autoescape=True),
    )


def _codes(wanted: TicketFilter) -> tuple[list[str], list[ColumnElement[bool]]]:
    """Give the coded words of a filter, and what they cannot say."""
    codes: list[str] = []
    exact: list[ColumnElement[bool]] = []
    if wanted.kind:
        codes.append(f"k={plain_code(wanted.kind)}")
    if wanted.type:
        codes.append(f"t={plain_code(wanted.type)}")
    if wanted.channel:
        codes.append(f"n={plain_code(wanted.channel)}")
    if wanted.urgency is not None:
        codes.append(f"u={wanted.urgency}")
    if wanted.department:
        codes.append(f"d={plain_code(wanted.department)}")
    for letter, prefix, ends, column in (
        ("c", wanted.category, CATEGORY_ENDS, _c.category),
        ("r", wanted.region, REGION_ENDS, _c.region),
    ):
        if prefix:
            end = max((end for end in ends if end <= len(prefix)), default=0)
            if end:
                codes.append(f"{letter}={plain_code(prefix[:end])}")
            if end != len(prefix):
                exact.append(column.startswith(prefix, autoescape=True))
    is_open = _openness(wanted)
    if is_open is not None and (codes or wanted.text or len(wanted.stages) > 1 or wanted.open):
        codes.append(f"o={int(is_open)}")
    return codes, exact


def _openness(wanted: TicketFilter) -> bool | None:
    """Tell whether only open or only closed tickets can match."""
    if wanted.light:
        return True
    if wanted.open is not None or not wanted.stages:
        return wanted.open
    closed = {stage in CLOSED_STAGES for stage in wanted.stages}
    return not closed.pop() if len(closed) == 1 else None


def _changing(wanted: TicketFilter, *, searched: bool) -> list[ColumnElement[bool]]:
    """Give the conditions on what changes with every step.

    Where the search table leads, their own indexes must not: each row would search anew. Several
    runs of the stage index would have to be sorted; the newest first need not.
    """
    conditions: list[ColumnElement[bool]] = []
    if wanted.stages:
        stage = func.coalesce(_c.stage, "") if searched or len(wanted.stages) > 1 else _c.stage
        conditions.append(stage.in_(wanted.stages))
    if wanted.light:
        light = func.coalesce(_c.light, "") if searched else _c.light
        conditions += [light == wanted.light, CONDITIONS.is_open]
    if wanted.overdue is not None:
        overdue = func.coalesce(_c.overdue, false()) if searched else _c.overdue
        conditions.append(overdue.is_(wanted.overdue))
    return conditions


def _compared(wanted: TicketFilter) -> list[ColumnElement[bool]]:
    """Give the conditions that are compared in the row."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.open is not None:
        conditions.append(_c.open.is_(wanted.open))
    if wanted.number:
        conditions.append(and_(_c.number >= wanted.number, _c.number < f"{wanted.number}\x7f"))
    if wanted.caller:
        conditions += [CONDITIONS.has_caller, _c.caller == wanted.caller]
    if wanted.supervised:
        conditions.append(CONDITIONS.is_supervised)
    first, last = _span(wanted)
    if wanted.since is not None:
        conditions += [_c.registered_at >= micros(wanted.since), _c.id >= first]
    if wanted.until is not None:
        conditions += [_c.registered_at < micros(wanted.until), _c.id < last]
    return conditions


def _span(wanted: TicketFilter) -> tuple[int, int]:
    """Give the keys between which a filter can find anything, the last one not included.

    A number tells the day of a ticket, and may be given out shortly before or after midnight.
    """
    first, last = _FIRST, _LAST
    if wanted.since is not None:
        first = first_id(wanted.since.astimezone(SHANGHAI).date() - _ONE_DAY)
    if wanted.until is not None:
        last = first_id(wanted.until.astimezone(SHANGHAI).date() + 2 * _ONE_DAY)
    return first, last


def by_numbers(
    connection: Connection, numbers: Iterable[str], *, sight: Sight = WITHOUT_SECRETS
) -> list[TicketLine]:
    """Give the tickets of these numbers that there are, newest first; for one page of numbers."""
    keys = [ticket_id(number) for number in numbers]
    question = LIVE.select().where(_c.id.in_(keys), *within(sight)).order_by(_c.id.desc())
    return _lines(connection, question)
