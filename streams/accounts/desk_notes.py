"""便笺: what a member of staff typed and did not send yet, and the lists that a member keeps.

A draft may hold a citizen's words and number, so each note is sealed under the master key before it
is stored, and a draft is forgotten after a day (our default) or as soon as its form was sent.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Engine, delete, select

from streams.accounts.tables import desk_notes
from streams.database.statements import Insert

DRAFT: Final = "draft/"
DRAFT_AGE: Final = timedelta(hours=24)
NOTES_MAX: Final = 100
"""Notes of one member that are listed at once (our default)."""

_c: Final = desk_notes.c
_KEEP: Final = Insert(desk_notes, replace=True)


class DeskNotes:
    """便笺; every method is one short transaction."""

    __slots__ = ("_engine", "_seal", "_unseal")

    def __init__(
        self, engine: Engine, seal: Callable[[bytes], bytes], unseal: Callable[[bytes], bytes]
    ) -> None:
        self._engine: Final = engine
        self._seal: Final = seal
        self._unseal: Final = unseal

    def keep(self, person: str, place: str, text: str, at: datetime) -> None:
        """Keep a note in place of the one before; drafts of yesterday go."""
        second = int(at.timestamp())
        old = second - int(DRAFT_AGE.total_seconds())
        mine = _c.person == person
        gone = _c.place.startswith(DRAFT, autoescape=True) & (_c.kept_at < old)
        with self._engine.begin() as connection:
            connection.execute(delete(desk_notes).where(mine, gone))
            _KEEP.run(connection, [(person, place, self._seal(text.encode()), second)])

    def read(self, person: str, place: str, at: datetime) -> tuple[str, datetime] | None:
        """Give a note and when it was kept; a draft of yesterday is none."""
        with self._engine.connect() as connection:
            row = connection.execute(
                select(_c.sealed, _c.kept_at).where(_c.person == person, _c.place == place)
            ).one_or_none()
        if row is None:
            return None
        kept_at = datetime.fromtimestamp(row.kept_at, UTC)
        if place.startswith(DRAFT) and at - kept_at > DRAFT_AGE:
            return None
        return self._unseal(row.sealed).decode(), kept_at

    def drop(self, person: str, place: str) -> None:
        """Forget a note."""
        with self._engine.begin() as connection:
            connection.execute(delete(desk_notes).where(_c.person == person, _c.place == place))

    def listed(self, person: str, prefix: str) -> tuple[tuple[str, str], ...]:
        """List the notes whose place begins so, as (place, text)."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(_c.place, _c.sealed)
                .where(_c.person == person, _c.place.startswith(prefix, autoescape=True))
                .order_by(_c.place)
                .limit(NOTES_MAX)
            ).all()
        return tuple((place, self._unseal(sealed).decode()) for place, sealed in rows)
