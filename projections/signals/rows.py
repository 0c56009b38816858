"""疑点表: the traces that ratings leave, and the signals that were found; both follow the log.

A trace holds marks and references only. The log can fill both tables again: drop them and the
bookmark of the subscription.
"""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table, Text

from projections.schema import METADATA

SUBSCRIPTION: Final = "rating_signals"

rating_traces: Final = Table(
    "rating_traces",
    METADATA,
    Column("stream", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("rated_at", BigInteger, nullable=False),
    Column("served_at", BigInteger, nullable=False),
    Column("department", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("level_before", Integer, nullable=False),
    Column("channel", Text, nullable=False),
    Column("device", Text, nullable=False),
    Column("network", Text, nullable=False),
    Column("evaluator", Text, nullable=False),
    Column("applicant", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("loop", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("mistaken", Boolean, nullable=False),
    Column("examined", Boolean, nullable=False),
)
_t: Final = rating_traces.c
for _mark in ("device", "network", "evaluator", "words"):
    Index(
        f"ix_rating_traces_{_mark}",
        _t[_mark],
        _t.rated_at,
        sqlite_where=_t[_mark] != "",
        postgresql_where=_t[_mark] != "",
    )
Index(
    "ix_rating_traces_waiting",
    _t.rated_at,
    sqlite_where=_t.examined.is_(False),
    postgresql_where=_t.examined.is_(False),
)
Index("ix_rating_traces_department", _t.department, _t.rated_at, _t.mistaken)

rating_signals: Final = Table(
    "rating_signals",
    METADATA,
    Column("stream", Text, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("raised_at", BigInteger, nullable=False),
    Column("department", Text, nullable=False),
    Column("signals", Text, nullable=False),  # by comma
    Column("related", Text, nullable=False),  # streams, by comma
    Column("rules", Text, nullable=False),
    Column("outcome", Text, nullable=False),  # "" while it waits
    Column("note", Text, nullable=False),
    Column("reviewed_by", Text, nullable=False),
    Column("reviewed_at", BigInteger, nullable=True),
)
Index("ix_rating_signals_raised", rating_signals.c.raised_at, rating_signals.c.stream)
Index("ix_rating_signals_outcome", rating_signals.c.outcome, rating_signals.c.raised_at)
