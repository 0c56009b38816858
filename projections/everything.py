"""总检索: clusters and services by words or number, for who searches everything at once.

Tickets have their own search; these two follow the indexes that are there already. A service is
found by the beginning of its numbers, or by its item among the newest ones.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, tuple_

from hotline.people.sight import WITHOUT_SECRETS, Sight
from projections.cursors import Page, decode, encode, limited, page_of
from projections.evaluations.line import EvaluationLine
from projections.evaluations.rows import LIVE as SERVICES
from projections.evaluations.rows import PREFIX, evaluation_lines
from projections.search.words import query_of
from projections.tickets.line import TicketLine
from projections.tickets.rows import CONDITIONS, LIVE, ticket_lines
from projections.tickets.sight import within

CLUSTERS_MAX: Final = 2_000
"""Newest clusters that are looked at (our default); a city has few that are older and matter."""
SERVICES_MAX: Final = 20_000
"""Newest services whose item is compared with the words (our default)."""
_NUMBER_LENGTH: Final = 22
_SHOWN_LINES: Final = 20
_c = ticket_lines.c
_s = evaluation_lines.c


def clusters(
    connection: Connection,
    text: str,
    *,
    cursor: str = "",
    limit: int = _SHOWN_LINES,
    sight: Sight = WITHOUT_SECRETS,
) -> Page[TicketLine]:
    """List main tickets with others merged into them, newest first."""
    limit = limited(limit)
    mains = (
        select(_c.main)
        .where(CONDITIONS.was_merged)
        .group_by(_c.main)
        .order_by(_c.main.desc())
        .limit(CLUSTERS_MAX)
    )
    conditions: list[ColumnElement[bool]] = [
        _c.number.in_(mains),
        _c.children_count > 0,
        *within(sight),
        *_containing(text, (_c.title, _c.summary, _c.place, _c.number)),
    ]
    if (after := decode(cursor, int)) is not None:
        conditions.append(_c.id < after[0])
    question = LIVE.select().where(*conditions).order_by(_c.id.desc()).limit(limit + 1)
    return page_of([LIVE.line_of(row) for row in connection.execute(question)], limit, "id")


def services(
    connection: Connection, text: str, *, cursor: str = "", limit: int = _SHOWN_LINES
) -> Page[EvaluationLine]:
    """List services by project number, by ticket, or by item, the last two newest first."""
    limit, text = limited(limit), text.strip()
    if text.isascii() and text:
        return _numbered(connection, text, cursor, limit)
    newest = select(_s.stream).order_by(_s.served_at.desc()).limit(SERVICES_MAX).subquery()
    conditions: list[ColumnElement[bool]] = [
        _s.stream == newest.c.stream,
        *_containing(text, (_s.item_name, _s.text)),
    ]
    if (after := decode(cursor, int, str)) is not None:
        conditions.append(tuple_(_s.served_at, _s.stream) < tuple_(*after))
    question = (
        SERVICES.select()
        .where(*conditions)
        .order_by(_s.served_at.desc(), _s.stream.desc())
        .limit(limit + 1)
    )
    lines = [SERVICES.line_of(row) for row in connection.execute(question)]
    return page_of(lines, limit, "served_at", "stream")


def _numbered(connection: Connection, text: str, cursor: str, limit: int) -> Page[EvaluationLine]:
    begins = PREFIX + text.removeprefix(PREFIX)
    condition = and_(_s.stream >= begins, _s.stream < begins + "\x7f")
    if len(text) == _NUMBER_LENGTH and text.isdecimal():
        condition = or_(condition, and_(_s.ticket != "", _s.ticket == text))
    question = SERVICES.select().where(condition)
    if (after := decode(cursor, str)) is not None:
        question = question.where(_s.stream > after[0])
    rows: Sequence[Any] = connection.execute(question.order_by(_s.stream).limit(limit + 1)).all()
    lines = tuple(SERVICES.line_of(row) for row in rows[:limit])
    return Page(lines, encode(lines[-1].stream) if len(rows) > limit else "")


def _containing(text: str, columns: Sequence[ColumnElement[str]]) -> list[ColumnElement[bool]]:
    """Ask for every run of characters in one of the columns."""
    query = query_of(text)
    found = {*query.words, *query.beginnings, *query.runs}
    return [
        or_(*(func.lower(column).contains(run, autoescape=True) for column in columns))
        for run in sorted(found)
    ]
