"""读模型的表: the metadata that all tables of the read models share.

Times are stored as whole microseconds since 1970 in UTC, in columns that end in `_at`: they sort,
compare and index alike on SQLite and PostgreSQL and lose nothing.
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import MetaData

METADATA: Final = MetaData()

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def micros(at: datetime) -> int:
    """Give the microseconds of an aware datetime."""
    delta = at - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def instant(at: int) -> datetime:
    """Give the datetime (UTC) of stored microseconds."""
    return _EPOCH + timedelta(microseconds=at)
