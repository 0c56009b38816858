"""档案柜: the records of a batch. Loaded and locked in one go, then changed in memory only.

What one envelope changed is seen by the next; what an envelope tried and failed is never here,
because an outcome is taken in as a whole or not at all.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from handlers.outcome import EMPTY, Record
from hotline.timer import Timer
from streams.database.statements import ByKey
from streams.database.tables import streams
from streams.messages.wire import decoder
from streams.wiring import Wiring

_LOAD: Final = ByKey(
    streams.c.stream,
    streams.c.stream,
    streams.c.version,
    streams.c.state,
    streams.c.hash,
    lock=True,
)


class LockedRecords:
    """档案柜 of one transaction."""

    __slots__ = ("_connection", "_loaded", "_wiring", "changed", "hashes")

    def __init__(self, connection: Connection, wiring: Wiring) -> None:
        self._connection: Final = connection
        self._wiring: Final = wiring
        self._loaded: Final[dict[str, Record]] = {}
        self.changed: Final[dict[str, Record]] = {}
        self.hashes: Final[dict[str, bytes]] = {}

    def load(self, wanted: Iterable[str]) -> None:
        """Lock and read streams, in the order of their names."""
        missing = sorted({stream for stream in wanted if stream not in self._loaded})
        for stream in missing:
            self._loaded[stream] = EMPTY
        for stream, version, state, hash_ in _LOAD.rows(self._connection, missing):
            aggregate = self._wiring.aggregate_of(stream)
            read = decoder(aggregate.state)(state)
            self._loaded[stream] = Record(read, version, aggregate.timers_of(read))
            self.hashes[stream] = hash_

    def expect_new(self, stream: str) -> None:
        """Note a stream that cannot exist yet, because its number was just given out."""
        self._loaded.setdefault(stream, EMPTY)

    def get(self, stream: str) -> Record:
        """Give the record as of this place in the batch."""
        changed = self.changed.get(stream)
        if changed is not None:
            return changed
        if stream not in self._loaded:
            self.load((stream,))
        return self._loaded[stream]

    def take_in(self, records: Mapping[str, Record]) -> None:
        """Make the outcome of an envelope the truth for those after it."""
        self.changed.update(records)

    def timers_before(self, stream: str) -> tuple[Timer, ...]:
        """Give the timers that the stream ran when the batch began."""
        return self._loaded.get(stream, EMPTY).timers or ()


def state_of(wiring: Wiring, stream: str, data: bytes) -> Any:
    """Read a stored state."""
    return decoder(wiring.aggregate_of(stream).state)(data)
