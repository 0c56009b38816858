"""每日上限: how many texts one citizen gets on one day. What is too much waits for the morning.

Nothing is dropped: a legal notice comes a day later rather than never. Urgent texts and replies to
the citizen's own texts pass, but count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, case, func, select

from notifications.intent import INVITATIONS
from notifications.outbox import TextStatus, microseconds, texts
from notifications.quiet_hours import SHANGHAI

_LEFT: Final = (TextStatus.SENT, TextStatus.DELIVERED)
_CITIZEN: Final = "citizen/"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLimits:
    """每日上限 (our defaults)."""

    texts_max: int = 10
    invitations_max: int = 1


DAY_LIMITS: Final = DayLimits()


class Tally:
    """计数: what has left to whom since midnight, kept up while a batch is sent."""

    def __init__(self, limits: DayLimits) -> None:
        self._limits: Final = limits
        self._sent: dict[str, tuple[int, int]] = {}

    def begin(self, engine: Engine, recipients: Iterable[str], now: datetime) -> None:
        """Count for the recipients of a batch."""
        columns = texts.c
        wanted = {one for one in recipients if one.startswith(_CITIZEN)}
        invited = func.sum(case((columns.template.in_(INVITATIONS), 1), else_=0))
        question = (
            select(columns.recipient, func.count(), invited)
            .where(
                columns.recipient.in_(wanted),
                columns.status.in_(_LEFT),
                columns.updated_at >= microseconds(midnight(now)),
            )
            .group_by(columns.recipient)
        )
        self._sent = {}
        if wanted:
            with engine.connect() as connection:
                rows = connection.execute(question).all()
            self._sent = {recipient: (count, int(invited)) for recipient, count, invited in rows}

    def is_full(self, recipient: str, template: str) -> bool:
        """Tell whether this text has to wait for the next day."""
        if not recipient.startswith(_CITIZEN):
            return False
        sent, invited = self._sent.get(recipient, (0, 0))
        limits = self._limits
        return sent >= limits.texts_max or (
            template in INVITATIONS and invited >= limits.invitations_max
        )

    def count(self, recipient: str, template: str) -> None:
        """Count a text that has left."""
        sent, invited = self._sent.get(recipient, (0, 0))
        self._sent[recipient] = (sent + 1, invited + (template in INVITATIONS))


def midnight(at: datetime) -> datetime:
    """Give the beginning of the local day."""
    return at.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)


def next_day(at: datetime) -> datetime:
    """Give the beginning of the next local day; quiet hours then say when it may leave."""
    return midnight(midnight(at) + timedelta(hours=36))
