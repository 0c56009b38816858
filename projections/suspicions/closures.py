"""结案总体: the tickets that a closure sample is drawn from.

The moment of a first closure is never taken back, so that the population of a time that is over
stands still and a draw can be repeated.
"""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, select

from hotline.people.sight import WITHOUT_SECRETS, Sight
from projections.schema import micros
from projections.suspicions.queries import Span
from projections.tickets.line import TicketLine
from projections.tickets.queries import by_numbers
from projections.tickets.rows import ticket_lines
from projections.tickets.sight import within

_c = ticket_lines.c


def closures(
    connection: Connection, span: Span, region: str = "", *, sight: Sight = WITHOUT_SECRETS
) -> tuple[str, ...]:
    """List the numbers of all tickets that were first closed in the span, after an assignment."""
    conditions: list[ColumnElement[bool]] = [
        _c.first_closed_at >= micros(span.since),
        _c.first_closed_at < micros(span.until),
        _c.first_assigned_at.is_not(None),
        *within(sight),
    ]
    if span.department:
        conditions.append(_c.lead == span.department)
    if region:
        conditions.append(_c.region.startswith(region, autoescape=True))
    question = select(_c.number).where(*conditions).order_by(_c.number)
    return tuple(connection.execute(question).scalars())


def lines_in_order(
    connection: Connection, numbers: Iterable[str], *, sight: Sight = WITHOUT_SECRETS
) -> tuple[TicketLine, ...]:
    """Give the tickets of a sample in the order in which they were drawn."""
    wanted = tuple(numbers)
    found = {line.number: line for line in by_numbers(connection, wanted, sight=sight)}
    return tuple(found[number] for number in wanted if number in found)
