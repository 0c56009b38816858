"""表: the tables of the log and of everything that moves. No other module spells a column.

Times are microseconds since 1970 in UTC (see `streams.database.moments`). Keys compare by bytes on
every database, so that the order of locks is the order of Python's strings. The read
models with their bookmarks, and the outbox of texts, have metadata of their own.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    false,
    literal_column,
)
from sqlalchemy.types import TypeEngine

metadata: Final = MetaData()

KEY: Final[TypeEngine[str]] = Text().with_variant(Text(collation="C"), "postgresql")

log_partitions: Final = Table(
    "log_partitions",
    metadata,
    Column("partition", SmallInteger, primary_key=True, autoincrement=False),
    Column("next_position", BigInteger, nullable=False),
)
"""分区计数: the row lock on it makes positions dense and in the order of commits."""

events: Final = Table(
    "events",
    metadata,
    Column("partition", SmallInteger, primary_key=True, autoincrement=False),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("stream", KEY, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("actor", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("correlation", Text, nullable=False),
    Column("causation", Text, nullable=False),
    Column("occurred_at", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Index("events_of_stream", "stream", "version", unique=True),
)
"""事件: the truth. `payload` holds the exact bytes; `hash` chains the history of a stream."""

streams: Final = Table(
    "streams",
    metadata,
    Column("stream", KEY, primary_key=True),
    Column("partition", SmallInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
"""档案: what `decide` needs of each stream, and the hash of its newest event."""

inbox: Final = Table(
    "inbox",
    metadata,
    Column("message_id", KEY, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("topic", Text, nullable=True),
    Column("partition", SmallInteger, nullable=True),
    Column("offset", BigInteger, nullable=True),
    Column("receipt", LargeBinary, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Index("inbox_by_age", "received_at"),
    sqlite_with_rowid=False,
)
"""收件箱: every message handled, with the one answer it got."""

Index(
    "inbox_by_place",
    inbox.c.topic,
    inbox.c.partition,
    inbox.c.offset,
    sqlite_where=inbox.c.topic.is_not(None),
    postgresql_where=inbox.c.topic.is_not(None),
)

timers: Final = Table(
    "timers",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("stream", KEY, nullable=False),
    Column("kind", Text, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    Column("rule", Text, nullable=False),
    Index("timers_due", "due_at", "id"),
    sqlite_with_rowid=False,
)
"""定时器: one row for each moment somebody waits for; `rule` names the clock behind it."""

dead_letters: Final = Table(
    "dead_letters",
    metadata,
    Column("id", KEY, primary_key=True),
    Column("message_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("bytes", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("first_seen_at", BigInteger, nullable=False),
    Column("resends_count", BigInteger, nullable=False),
    Column("resolved_by", Text, nullable=False),
    Column("is_published", Boolean, nullable=False, server_default=false()),
    Index(
        "ix_dead_letters_unpublished",
        "first_seen_at",
        "id",
        postgresql_where=literal_column("NOT is_published"),
        sqlite_where=literal_column("NOT is_published"),
    ),
)
"""死信: what could not be read or met a defect; `bytes` are sealed, they may be personal."""

people: Final = Table(
    "people",
    metadata,
    Column("citizen", KEY, primary_key=True),
    Column("fields", LargeBinary, nullable=False),
    Column("phone_hash", LargeBinary, nullable=True),
    Index("people_by_phone", "phone_hash"),
)
"""个人信息, encrypted under the key of the person."""

person_keys: Final = Table(
    "person_keys",
    metadata,
    Column("citizen", KEY, primary_key=True),
    Column("wrapped_key", LargeBinary, nullable=False),
)
"""密钥 of each person, wrapped by the master key; without its row the person is erased."""

narratives: Final = Table(
    "narratives",
    metadata,
    Column("narrative", KEY, primary_key=True),
    Column("citizen", KEY, nullable=False),
    Column("words", LargeBinary, nullable=False),
    Index("narratives_of_citizen", "citizen"),
)
"""原话: the citizen's own words, encrypted under the key of the person."""

number_counters: Final = Table(
    "number_counters",
    metadata,
    Column("prefix", KEY, primary_key=True),
    Column("last", BigInteger, nullable=False),
)
"""流水号: the last number given out for a region, a day and a channel."""
