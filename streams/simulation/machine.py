"""The machine under a simulation or a replay: the real batch on a clock that is told the time."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine, select

from handlers.envelope import Envelope
from handlers.outcome import Context
from handlers.receipt import Receipt
from streams.commit import commit_batch
from streams.engine import reading
from streams.records import state_of
from streams.tables import streams as heads
from streams.timers import fire_due
from streams.wiring import Wiring

_SELECT_MAX: Final = 500


class SimulatedMachine:
    """机器: batches and timers as of any moment, nothing else running beside it."""

    def __init__(self, engine: Engine, wiring: Wiring, context: Callable[[], Context]) -> None:
        self._engine = engine
        self._wiring = wiring
        self._context = context

    def run_at(self, at: datetime, envelopes: Sequence[Envelope]) -> list[Receipt]:
        """Run a batch as of a moment."""
        return commit_batch(self._engine, envelopes, self._context(), self._wiring, at)

    def fire_until(self, at: datetime) -> int:
        """Fire every timer due by that moment, oldest first; say how many."""
        return fire_due(self._engine, self._context(), self._wiring, at)

    def states(self, streams: Sequence[str]) -> Mapping[str, Any]:
        """Give the stored states of streams that exist."""
        found: dict[str, Any] = {}
        with reading(self._engine) as connection:
            for start in range(0, len(streams), _SELECT_MAX):
                wanted = streams[start : start + _SELECT_MAX]
                query = select(heads.c.stream, heads.c.state).where(heads.c.stream.in_(wanted))
                for stream, state in connection.execute(query):
                    found[stream] = state_of(self._wiring, stream, state)
        return found
