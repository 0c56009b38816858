"""视野 as conditions of a query, so that a page is full and its cursor leads to what is next."""

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_

from hotline.people.sight import EVERY_KIND, Sight
from hotline.tickets.vocabulary import Secrecy
from projections.tickets.rows import ticket_lines

_c = ticket_lines.c


def within(sight: Sight) -> list[ColumnElement[bool]]:
    """Give the conditions; none where everything may be seen."""
    if not sight.kinds:
        return [false()]
    conditions: list[ColumnElement[bool]] = []
    if sight.kinds != EVERY_KIND:
        kinds = sorted(kind.value for kind in sight.kinds)
        conditions.append(func.coalesce(_c.kind, "").in_(kinds))
    if sight.secrecy_max < Secrecy.SECRET:
        conditions.append(_c.secrecy <= int(sight.secrecy_max))
    if sight.department:
        conditions.append(_of_department(sight))
    if sight.caller:
        conditions.append(_c.caller == sight.caller)
    return conditions


def veiled(sight: Sight) -> ColumnElement[int]:
    """Give 1 for a ticket that lies outside, to be read beside its columns."""
    conditions = within(sight)
    return case((and_(*conditions), 0), else_=1) if conditions else literal(0)


def _of_department(sight: Sight) -> ColumnElement[bool]:
    assisting = literal(",").concat(_c.assists).concat(",")
    return or_(
        _c.lead == sight.department,
        and_(
            _c.secrecy <= int(sight.assisted_secrecy_max),
            assisting.contains(f",{sight.department},", autoescape=True),
        ),
    )
