"""短信记录: what became of the texts, for those who may ask. Tells no number and no words.

Lists follow the two indexes that the sender needs anyway, so that the log of many million texts
costs the writing nothing more.
"""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select

from notifications.outbox import TextStatus, instant, texts

OF_STREAM_MAX: Final = 200
"""So many texts of one ticket are shown at most (our default); none has nearly as many."""

_CITIZEN: Final = "citizen"
_c = texts.c


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """短信: one text and how far it got. `recipient` is empty for a citizen."""

    intent_id: str
    stream: str
    recipient_kind: str
    recipient: str
    template: str
    language: str
    status: str
    provider: str
    segments: int
    attempts: int
    error: str
    not_before_at: datetime
    created_at: datetime
    updated_at: datetime
    moved: int  # the sort key of lists, with the id


def of_stream(connection: Connection, stream: str) -> tuple[TextLine, ...]:
    """List the texts about one ticket or service, oldest first."""
    question = (
        select(texts)
        .where(_c.stream == stream)
        .order_by(_c.created_at, _c.intent_id)
        .limit(OF_STREAM_MAX)
    )
    return tuple(_line(row) for row in connection.execute(question))


def recent(
    connection: Connection,
    *,
    statuses: Iterable[TextStatus] = tuple(TextStatus),
    template: str = "",
    after: tuple[int, str] | None = None,
    limit: int = 50,
) -> tuple[TextLine, ...]:
    """List texts, those that moved last first: a page of each status, merged."""
    conditions: list[ColumnElement[bool]] = [_c.template == template] if template else []
    if after is not None:
        moved, id_ = after
        earlier = and_(_c.next_attempt_at == moved, _c.intent_id < id_)
        conditions += [_c.next_attempt_at <= moved, or_(_c.next_attempt_at < moved, earlier)]
    pages = [
        connection.execute(
            select(texts)
            .where(_c.status == status.value, *conditions)
            .order_by(_c.next_attempt_at.desc(), _c.intent_id.desc())
            .limit(limit)
        ).all()
        for status in statuses
    ]
    merged = heapq.merge(*pages, key=_place, reverse=True)
    return tuple(_line(row) for row, _ in zip(merged, range(limit), strict=False))


def _place(row: Row[Any]) -> tuple[int, str]:
    return row.next_attempt_at, row.intent_id


def _line(row: Row[Any]) -> TextLine:
    kind, _, reference = row.recipient.partition("/")
    return TextLine(
        intent_id=row.intent_id,
        stream=row.stream,
        recipient_kind=kind,
        recipient="" if kind == _CITIZEN else reference,
        template=row.template,
        language=row.language,
        status=row.status,
        provider=row.provider,
        segments=row.segments,
        attempts=row.attempts,
        error=row.error,
        not_before_at=instant(row.not_before_at),
        created_at=instant(row.created_at),
        updated_at=instant(row.updated_at),
        moved=row.next_attempt_at,
    )
