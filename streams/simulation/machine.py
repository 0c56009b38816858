"""The machine under a simulation or a replay: the real batch on a clock that is told the time."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from handlers.envelope import Envelope
from handlers.outcome import Context
from handlers.receipt import Receipt
from streams.batches.commit import commit_batch
from streams.database.engine import reading
from streams.log.store import records
from streams.timers.firing import fire_all_due
from streams.wiring import Wiring


class SimulatedMachine:
    """机器: batches and timers as of any moment, with nothing else running beside it."""

    def __init__(self, engine: Engine, wiring: Wiring, context: Callable[[], Context]) -> None:
        self._engine = engine
        self._wiring = wiring
        self._context = context

    def run_at(self, at: datetime, envelopes: Sequence[Envelope]) -> list[Receipt]:
        """Run a batch as of a moment."""
        return commit_batch(self._engine, envelopes, self._context(), self._wiring, at)

    def fire_until(self, at: datetime) -> int:
        """Fire every timer due by that moment, oldest first; say how many."""
        return fire_all_due(self._engine, self._context(), self._wiring, at)

    def states(self, streams: Sequence[str]) -> Mapping[str, Any]:
        """Give the stored states of streams that exist."""
        with reading(self._engine) as connection:
            found = records(connection, streams, self._wiring)
        return {stream: record.state for stream, record in found.items()}
