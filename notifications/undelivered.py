"""短信未达: texts that cannot arrive and of which nobody has told a person yet.

An invitation or a reply that does not arrive costs nobody a right, so only notices are reported.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, select, update

from notifications.intent import INVITATIONS, Template
from notifications.outbox import TextStatus, microseconds, texts

BATCH: Final = 100

_CITIZEN: Final = "citizen/"
_TRIFLES: Final = frozenset(
    {
        *(template.value for template in INVITATIONS),
        *(template.value for template in Template if template.value.startswith("reply_")),
        Template.MISSED_CALL.value,  # its task is open already
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """未达: one text that cannot arrive."""

    intent_id: str
    recipient: str
    stream: str
    template: str
    error: str

    @property
    def matters(self) -> bool:
        """Tell whether a person must tell the citizen instead."""
        return self.recipient.startswith(_CITIZEN) and self.template not in _TRIFLES


def unreported(engine: Engine, limit: int = BATCH) -> tuple[Undelivered, ...]:
    """List texts of which nobody was told, the oldest first."""
    columns = texts.c
    question = (
        select(
            columns.intent_id, columns.recipient, columns.stream, columns.template, columns.error
        )
        .where(columns.status == TextStatus.PERMANENT_FAILURE.value, columns.reported_at.is_(None))
        .order_by(columns.updated_at)
        .limit(limit)
    )
    with engine.connect() as connection:
        rows = connection.execute(question).all()
    return tuple(Undelivered(**row._mapping) for row in rows)  # noqa: SLF001 - SQLAlchemy's name


def mark_reported(engine: Engine, intent_ids: Iterable[str], now: datetime) -> None:
    """Remember that a person was told, or need not be."""
    ids = list(intent_ids)
    if not ids:
        return
    with engine.begin() as connection:
        connection.execute(
            update(texts).where(texts.c.intent_id.in_(ids)).values(reported_at=microseconds(now))
        )
