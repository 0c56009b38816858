"""账号表: who may knock, and which door is closed for a while; secrets stand here as hashes."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

METADATA: Final = MetaData()

staff_accounts: Final = Table(
    "staff_accounts",
    METADATA,
    Column("id", Text, primary_key=True),
    Column("username", Text, nullable=False, unique=True),
    Column("password_hash", Text, nullable=False),
    Column("display_name", Text, nullable=False),
    Column("roles", Text, nullable=False),  # JSON list, in the order in which they are tried
    Column("department", Text, nullable=False),
    Column("active", Boolean, nullable=False, default=True),
    Column("invitation", Integer, nullable=False, default=0),  # the password was set upon this one
)
staff_sessions: Final = Table(
    "staff_sessions",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column("staff_id", Text, nullable=False, index=True),
    Column("opened_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)
system_keys: Final = Table(
    "system_keys",
    METADATA,
    Column("key_hash", Text, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("display_name", Text, nullable=False),
    Column("roles", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("issued_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger, nullable=True),
)
query_codes: Final = Table(
    "query_codes",
    METADATA,
    Column("number", Text, primary_key=True),
    Column("generation", Integer, nullable=False),
)
throttles: Final = Table(
    "throttles",
    METADATA,
    Column("door", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", BigInteger, nullable=False),
)

personal_accesses: Final = Table(
    "personal_accesses",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("person", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("until_at", BigInteger, nullable=False),
)

desk_notes: Final = Table(
    "desk_notes",
    METADATA,
    Column("person", Text, primary_key=True),
    Column("place", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("kept_at", BigInteger, nullable=False),
)
"""便笺: what a member typed and did not send yet, and lists that a member keeps. Sealed."""

ticket_accesses: Final = Table(
    "ticket_accesses",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("person", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("device", Text, nullable=False),
    Index("ticket_accesses_subject", "subject", "id"),
    Index("ticket_accesses_person", "person", "at"),
    Index("ticket_accesses_at", "at"),
)
"""访问日志: who looked at what, how, from where. Times in seconds; nothing of what was seen."""
