"""疑点查询: what the rules notice among the tickets of a span, a page at a time, and how many.

A span is that of the days on which tickets were registered: those are spans of keys, so that a list
needs no sort and a count reads one stretch of the table.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, case, func, literal, or_, select

from hotline.clocks.calendar import SHANGHAI
from hotline.people.sight import WITHOUT_SECRETS, Sight
from projections.audit.rows import event_lines
from projections.cursors import Page, decode, encode, limited
from projections.kpis.populations import REPEATED
from projections.schema import micros
from projections.suspicions.rules import DEFAULT, RULES, Limits, Seen
from projections.tickets.keys import first_id
from projections.tickets.line import TicketLine
from projections.tickets.rows import LIVE, ticket_lines
from projections.tickets.sight import within

EXAMINED: Final = "SuspicionExamined"
_SHOWN_LINES: Final = 30
_ONE_DAY: Final = timedelta(days=1)
_c = ticket_lines.c


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """范围: tickets registered from `since` to before `until`, of one department or of all."""

    since: datetime
    until: datetime
    department: str = ""

    def conditions(self, sight: Sight) -> list[ColumnElement[bool]]:
        """Give the conditions; a number tells its day, and may be given out around midnight."""
        first = first_id(self.since.astimezone(SHANGHAI).date() - _ONE_DAY)
        last = first_id(self.until.astimezone(SHANGHAI).date() + 2 * _ONE_DAY)
        found = [
            _c.id >= first,
            _c.id < last,
            _c.registered_at >= micros(self.since),
            _c.registered_at < micros(self.until),
            *within(sight),
        ]
        if self.department:
            held = literal(",").concat(_c.departments).concat(",")
            led = held.contains(f",{self.department},", autoescape=True)
            rated = _c.rated_department == self.department
            found.append(or_(_c.lead == self.department, led, rated))
        return found


@dataclass(frozen=True, slots=True)
class Suspect:
    """疑点: a ticket at which a rule points, why, and how often somebody examined it."""

    rule: str
    line: TicketLine
    grounds: tuple[str, ...]
    examined: int = 0


def stream_of(rule: str, subject: str) -> str:
    """Name the stream on which the examination of a suspicion is put on record."""
    return f"suspicion/{rule}/{subject}"


def counts(
    connection: Connection,
    span: Span,
    limits: Limits = DEFAULT,
    *,
    sight: Sight = WITHOUT_SECRETS,
) -> dict[str, int]:
    """Count the tickets at which each rule points, all rules in one walk."""
    columns = [
        func.coalesce(func.sum(case((rule.condition(limits), 1), else_=0)), 0)
        for rule in RULES.values()
    ]
    question = select(*columns).select_from(ticket_lines).where(*span.conditions(sight))
    row = connection.execute(question).one()
    return {code: int(count) for code, count in zip(RULES, row, strict=True)}


def suspects(
    connection: Connection,
    code: str,
    span: Span,
    limits: Limits = DEFAULT,
    *,
    unexamined_only: bool = False,
    cursor: str = "",
    limit: int = _SHOWN_LINES,
    sight: Sight = WITHOUT_SECRETS,
) -> Page[Suspect]:
    """List the tickets at which a rule points, the newest first, with the grounds."""
    rule, limit = RULES[code], limited(limit)
    examined = (
        select(func.count())
        .where(
            event_lines.c.stream == literal(f"suspicion/{code}/").concat(_c.number),
            event_lines.c.type == EXAMINED,
        )
        .scalar_subquery()
    )
    conditions = [rule.condition(limits), *span.conditions(sight)]
    if unexamined_only:
        conditions.append(examined == 0)
    if (after := decode(cursor, int)) is not None:
        conditions.append(_c.id < after[0])
    question = LIVE.select().add_columns(REPEATED, examined).where(and_(*conditions))
    rows = connection.execute(question.order_by(_c.id.desc()).limit(limit + 1)).all()
    found = [
        Suspect(code, line, rule.grounds(Seen(line, bool(row[-2])), limits), int(row[-1]))
        for row in rows[:limit]
        for line in (LIVE.line_of(tuple(row[:-2])),)
    ]
    return Page(tuple(found), encode(found[-1].line.id) if len(rows) > limit else "")


def suspect(
    connection: Connection,
    code: str,
    line: TicketLine,
    limits: Limits = DEFAULT,
) -> Suspect:
    """Judge one ticket by one rule."""
    repeated = connection.execute(select(REPEATED).where(_c.id == line.id)).scalar()
    return Suspect(code, line, RULES[code].grounds(Seen(line, bool(repeated)), limits))


def rules_of(
    connection: Connection, line: TicketLine, limits: Limits = DEFAULT
) -> tuple[Suspect, ...]:
    """List what every rule says of one ticket."""
    repeated = connection.execute(select(REPEATED).where(_c.id == line.id)).scalar()
    seen = Seen(line, bool(repeated))
    found = ((code, rule.grounds(seen, limits)) for code, rule in RULES.items())
    return tuple(Suspect(code, line, grounds) for code, grounds in found if grounds)
