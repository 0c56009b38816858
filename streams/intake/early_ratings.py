"""早到的评价: ratings that came before their service are sent again as soon as it is known.

They wait as dead letters. Looking at one costs little and sending it in vain costs much, so only
those are sent whose service is there by now; who has waited too long is left to a person.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, bindparam, select

from handlers.envelope import Envelope
from handlers.receipt import Receipt
from streams.database.engine import reading
from streams.database.moments import microseconds
from streams.database.statements import Statement
from streams.database.tables import dead_letters as letters
from streams.database.tables import streams
from streams.intake.resending import resend
from streams.intake.taking import PREMATURE_REASON
from streams.messages.wire import UnreadableError, decode_envelope
from streams.people.vault import Vault

WAIT_MAX: Final = timedelta(days=7)
"""How long a rating waits for its service, as long as the topics keep it (our default)."""

LOOKED_AT_MAX: Final = 200
"""Letters of one round; the next one goes on behind them (our default)."""

_WAITING: Final = Statement(
    lambda _: (
        select(letters.c.id, letters.c.bytes)
        .where(
            letters.c.resolved_by == "",
            letters.c.reason == PREMATURE_REASON,
            letters.c.first_seen_at >= bindparam("since"),
            letters.c.id > bindparam("after"),
        )
        .order_by(letters.c.id)
        .limit(LOOKED_AT_MAX)
    )
)
_KNOWN: Final = Statement(
    lambda _: select(streams.c.stream).where(streams.c.stream == bindparam("stream"))
)


class EarlyRatings:
    """早到的评价 of one worker. Two workers may send the same one: the second is a repeat."""

    def __init__(self, engine: Engine, vault: Vault, submit: Callable[[Envelope], Receipt]) -> None:
        self._engine: Final = engine
        self._vault: Final = vault
        self._submit: Final = submit
        self._after = ""

    def __call__(self, now: datetime) -> int:
        """Look at the next ones; tell how many were sent."""
        ready = self._ready(now)
        for letter in ready:
            resend(self._engine, self._vault, self._submit, letter, now)
        return len(ready)

    def _ready(self, now: datetime) -> list[str]:
        with reading(self._engine) as connection:
            since = microseconds(now - WAIT_MAX)
            waiting = _WAITING.rows(connection, (since, self._after))
            self._after = waiting[-1][0] if len(waiting) == LOOKED_AT_MAX else ""
            asked = [(letter, self._stream(data)) for letter, data in waiting]
            return [letter for letter, one in asked if one and _KNOWN.rows(connection, (one,))]

    def _stream(self, data: bytes) -> str:
        try:
            return decode_envelope(self._vault.unseal(data)).stream
        except UnreadableError:
            return ""
