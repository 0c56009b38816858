"""清理: forgets messages that are older than anybody repeats them, once a day."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine

from streams.batches import inbox
from streams.database.engine import writing

EVERY: Final = timedelta(days=1)


class Pruning:
    """清理 of the inbox; a repeat of a forgotten message would be handled anew."""

    def __init__(self, engine: Engine, days: int) -> None:
        self._engine: Final = engine
        self._age: Final = timedelta(days=days)
        self._pruned_at: datetime | None = None

    def __call__(self, now: datetime) -> None:
        """Forget, when it is time."""
        if self._pruned_at is not None and now - self._pruned_at < EVERY:
            return
        with writing(self._engine) as connection:
            inbox.prune(connection, now - self._age)
        self._pruned_at = now
