"""发件箱: the table of texts, and how an intent gets into it.

The row is written by the transaction that writes the event; who sends it is `sending`. The state
of a row says how far the text got, so that a crash at any place is found and mended.
"""

import json
import json.encoder
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    MetaData,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from notifications.intent import TextIntent

_quoted: Final = json.encoder.encode_basestring_ascii
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class TextStatus(StrEnum):
    """短信状态. Every row ends in one of the last five."""

    CREATED = "created"  # waits for its time
    SENDING = "sending"  # claimed: the provider may or may not have it
    SENT = "sent"  # the provider has it
    TEMPORARY_FAILURE = "temporary_failure"  # is tried again at `next_attempt_at`
    DELIVERED = "delivered"
    PERMANENT_FAILURE = "permanent_failure"  # this number cannot be reached
    TECHNICAL_FAILURE = "technical_failure"  # our fault or an unknown answer: a person looks
    SUPPRESSED = "suppressed"  # opted out, erased, or nobody to write to


metadata: Final = MetaData()

_UNREPORTED: Final = text("status = 'permanent_failure' AND reported_at IS NULL")

texts: Final = Table(
    "texts",
    metadata,
    Column("intent_id", Text, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("data", JSON, nullable=False),
    Column("language", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("not_before_at", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("provider", Text, nullable=False),
    Column("provider_id", Text, nullable=False),
    Column("segments", BigInteger, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("next_attempt_at", BigInteger, nullable=False),
    Column("lease_ends_at", BigInteger, nullable=True),
    Column("error", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("reported_at", BigInteger, nullable=True),
    Index("texts_due", "status", "next_attempt_at"),
    Index("texts_of_stream", "stream", "created_at"),
    Index("texts_of_provider", "provider", "provider_id"),
    Index("texts_of_recipient", "recipient", "created_at"),
    Index("texts_unreported", "updated_at", sqlite_where=_UNREPORTED, postgresql_where=_UNREPORTED),
)
"""Times are microseconds since 1970 in UTC; `next_attempt_at` begins as `not_before_at`.

`reported_at` says when a text that cannot arrive became a task for a person.
"""


def microseconds(at: datetime) -> int:
    """Give the number that is stored for an instant."""
    delta = at - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def instant(number: int) -> datetime:
    """Give the instant that a stored number means."""
    return _EPOCH + timedelta(microseconds=number)


def write(connection: Connection, intents: Iterable[TextIntent], at: datetime) -> None:
    """Store intents inside the caller's transaction; one that is there already stays as it is."""
    names = [column.name for column in texts.columns]
    found = [dict(zip(names, row, strict=True)) for row in rows(intents, at)]
    if not found:
        return
    for row in found:
        row["data"] = json.loads(row["data"])
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(texts).on_conflict_do_nothing(), found)


def rows(intents: Iterable[TextIntent], at: datetime) -> list[tuple[Any, ...]]:
    """Give the rows of new texts, in the order of the table's columns; the data as JSON."""
    now = microseconds(at)
    return [_row(intent, now) for intent in intents]


def _row(intent: TextIntent, now: int) -> tuple[Any, ...]:
    not_before = microseconds(intent.not_before)
    return (
        intent.intent_id,
        intent.stream,
        intent.recipient,
        intent.template.value,
        _as_json(intent.data),
        intent.language,
        intent.urgent,
        not_before,
        TextStatus.CREATED.value,
        "",  # provider
        "",  # provider_id
        0,  # segments
        0,  # attempts
        not_before,  # next_attempt_at
        None,  # lease_ends_at
        "",  # error
        now,
        now,
        None,  # reported_at
    )


def _as_json(data: Mapping[str, str]) -> str:
    """Write what `json.dumps` would of texts by name, in half the time."""
    return f"{{{', '.join([f'{_quoted(key)}: {_quoted(data[key])}' for key in data])}}}"
