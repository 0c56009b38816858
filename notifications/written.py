"""已发关联: of what the house wrote to a number, newest first. The outbox is the memory of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, select

from notifications.outbox import TextStatus, texts

LOOKED_AT_MAX: Final = 200
STREAMS_MAX: Final = 40
"""So many matters of one number are looked at when a text arrives (our default)."""

_REACHED: Final = frozenset({TextStatus.SENDING, TextStatus.SENT, TextStatus.DELIVERED})
_ABOUT: Final = ("ticket/", "service/")


@dataclass(frozen=True, slots=True)
class Written:
    """已发关联: whom the newest text went to, and of which streams texts told."""

    recipient: str = ""
    streams: tuple[str, ...] = ()


def written_to(connection: Connection, recipients: Iterable[str]) -> Written:
    """Look up what was written to these recipients.

    Of a service only an invitation tells, and only one that left counts as an invitation; of a
    ticket every planned text counts, because the ticket is theirs whether the text arrived or not.
    """
    columns = texts.c
    rows = connection.execute(
        select(columns.recipient, columns.stream, columns.status)
        .where(columns.recipient.in_(sorted(set(recipients))))
        .order_by(columns.created_at.desc(), columns.intent_id)
        .limit(LOOKED_AT_MAX)
    ).all()
    told = [
        row
        for row in rows
        if row.stream.startswith(_ABOUT)
        and (row.stream.startswith("ticket/") or row.status in _REACHED)
    ]
    streams = tuple(dict.fromkeys(row.stream for row in told))[:STREAMS_MAX]
    return Written(told[0].recipient if told else "", streams)
