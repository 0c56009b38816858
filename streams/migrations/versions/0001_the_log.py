"""The log and everything that moves."""

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables as they were first released."""
    op.create_table(
        "log_partitions",
        sa.Column("partition", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("next_position", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "events",
        sa.Column("partition", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("stream", KEY, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("correlation", sa.Text, nullable=False),
        sa.Column("causation", sa.Text, nullable=False),
        sa.Column("occurred_at", sa.BigInteger, nullable=False),
        sa.Column("recorded_at", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_index("events_of_stream", "events", ["stream", "version"], unique=True)
    op.create_table(
        "streams",
        sa.Column("stream", KEY, primary_key=True),
        sa.Column("partition", sa.SmallInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "inbox",
        sa.Column("message_id", KEY, primary_key=True),
        sa.Column("fingerprint", sa.LargeBinary, nullable=False),
        sa.Column("topic", sa.Text, nullable=True),
        sa.Column("partition", sa.SmallInteger, nullable=True),
        sa.Column("offset", sa.BigInteger, nullable=True),
        sa.Column("receipt", sa.LargeBinary, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("inbox_by_age", "inbox", ["received_at"])
    op.create_index(
        "inbox_by_place",
        "inbox",
        ["topic", "partition", "offset"],
        sqlite_where=sa.text("topic IS NOT NULL"),
        postgresql_where=sa.text("topic IS NOT NULL"),
    )
    op.create_table(
        "timers",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("stream", KEY, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("timers_due", "timers", ["due_at", "id"])
    op.create_table(
        "dead_letters",
        sa.Column("id", KEY, primary_key=True),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("first_seen_at", sa.BigInteger, nullable=False),
        sa.Column("resends_count", sa.BigInteger, nullable=False),
        sa.Column("resolved_by", sa.Text, nullable=False),
    )
    op.create_table(
        "people",
        sa.Column("citizen", KEY, primary_key=True),
        sa.Column("fields", sa.LargeBinary, nullable=False),
        sa.Column("phone_hash", sa.LargeBinary, nullable=True),
    )
    op.create_index("people_by_phone", "people", ["phone_hash"])
    op.create_table(
        "person_keys",
        sa.Column("citizen", KEY, primary_key=True),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "narratives",
        sa.Column("narrative", KEY, primary_key=True),
        sa.Column("citizen", KEY, nullable=False),
        sa.Column("words", sa.LargeBinary, nullable=False),
    )
    op.create_index("narratives_of_citizen", "narratives", ["citizen"])
    op.create_table(
        "number_counters",
        sa.Column("prefix", KEY, primary_key=True),
        sa.Column("last", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "texts",
        sa.Column("intent_id", sa.Text, primary_key=True),
        sa.Column("stream", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("template", sa.Text, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("not_before_at", sa.BigInteger, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("provider", sa.Text, nullable=False),
        sa.Column("provider_id", sa.Text, nullable=False),
        sa.Column("segments", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.BigInteger, nullable=False),
        sa.Column("next_attempt_at", sa.BigInteger, nullable=False),
        sa.Column("lease_ends_at", sa.BigInteger, nullable=True),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("updated_at", sa.BigInteger, nullable=False),
    )
    op.create_index("texts_due", "texts", ["status", "next_attempt_at"])
    op.create_index("texts_of_stream", "texts", ["stream", "created_at"])
    op.create_index("texts_of_provider", "texts", ["provider", "provider_id"])
