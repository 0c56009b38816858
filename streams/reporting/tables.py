"""上报队列的表: one row for each fact that a platform must learn of; a pointer, no words."""

from enum import StrEnum
from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

METADATA: Final = MetaData()


class ReportStatus(StrEnum):
    """上报状态. Every row ends acknowledged or rejected."""

    WAITING = "waiting"
    SENT = "sent"  # handed over; whether it arrived is not known yet
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"  # the platform will not have it: a person looks


reports: Final = Table(
    "reports",
    METADATA,
    Column("target", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", BigInteger, nullable=False),
    Column("next_attempt_at", BigInteger, nullable=False),
    Column("lease_ends_at", BigInteger, nullable=True),
    Column("answer", Text, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Index("reports_due", "target", "status", "next_attempt_at"),
    Index("reports_of_subject", "target", "subject", "recorded_at"),
)
"""`subject` is the service that the fact tells of: its reports leave in their order."""

report_counts: Final = Table(
    "report_counts",
    METADATA,
    Column("target", Text, primary_key=True),
    Column("partition", Integer, primary_key=True, autoincrement=False),
    Column("counted_to", BigInteger, nullable=False),
    Column("facts", BigInteger, nullable=False),
)
"""What the log holds for a target, counted on partition by partition; the log can tell it again."""
