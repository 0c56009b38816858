"""审计查询: the trail of facts, newest first, by who, what, where and when."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Connection, select, tuple_

from hotline.values import dataclass
from projections.audit.line import EventLine
from projections.audit.rows import LIVE, event_lines
from projections.cursors import Page, decode, limited, page_of
from projections.schema import micros

_SHOWN_LINES: Final = 100
_c = event_lines.c


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """筛选 of the trail; `until` is exclusive."""

    stream: str = ""
    type: str = ""
    types: tuple[str, ...] = ()
    person: str = ""
    role: str = ""
    department: str = ""
    correlation: str = ""
    since: datetime | None = None
    until: datetime | None = None


def events(
    connection: Connection, wanted: EventFilter, *, cursor: str = "", limit: int = _SHOWN_LINES
) -> Page[EventLine]:
    """List facts by when they happened, newest first."""
    limit = limited(limit)
    conditions: list[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (_c.stream, wanted.stream),
            (_c.type, wanted.type),
            (_c.person, wanted.person),
            (_c.role, wanted.role),
            (_c.department, wanted.department),
            (_c.correlation, wanted.correlation),
        )
        if value
    ]
    if wanted.types:
        conditions.append(_c.type.in_(wanted.types))
    if wanted.since is not None:
        conditions.append(_c.occurred_at >= micros(wanted.since))
    if wanted.until is not None:
        conditions.append(_c.occurred_at < micros(wanted.until))
    keys = (_c.occurred_at, _c.partition, _c.position)
    if (after := decode(cursor, int, int, int)) is not None:
        conditions.append(tuple_(*keys) < tuple_(*after))
    question = (
        LIVE.select().where(*conditions).order_by(*(key.desc() for key in keys)).limit(limit + 1)
    )
    lines = [LIVE.line_of(row) for row in connection.execute(question)]
    return page_of(lines, limit, "occurred_at", "partition", "position")


def streams_after(
    connection: Connection, read: Mapping[int, int], *, limit: int = _SHOWN_LINES
) -> tuple[str, ...]:
    """Name the streams that moved behind these positions, by partition; for live pages."""
    found: dict[str, None] = {}
    for partition, position in read.items():
        question = (
            select(_c.stream)
            .where(_c.partition == partition, _c.position > position)
            .order_by(_c.position)
            .limit(limit)
        )
        found |= dict.fromkeys(connection.execute(question).scalars())
    return tuple(found)
