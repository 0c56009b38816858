"""分布式运行时: what an API process runs on the one database that all processes share.

Commands are committed here, at once; timers, texts, the relay and the read models belong to the
workers. Whether the read models have caught up is read in the database.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from threading import Condition, Event, Lock, Thread
from time import monotonic
from typing import Final, TypeAlias

import structlog
from sqlalchemy import Engine

from handlers.envelope import Envelope
from handlers.receipt import Receipt
from streams.batches.committing import commit_in_order
from streams.batches.context import ContextSource
from streams.batches.gathering import Gathering
from streams.database.engine import DatabaseUnavailable, reading
from streams.feed.subscriptions import READ_MODELS, Positions, Subscription, read_positions
from streams.letters.defects import reason_of
from streams.wiring import Wiring

TICK_SECONDS: Final = 1.0
LOOK_SECONDS: Final = 0.02
"""Between two looks at the bookmarks while anybody waits for them."""

Clock: TypeAlias = Callable[[], datetime]

_log: Final = structlog.get_logger(__name__)


class DistributedRuntime:
    """分布式运行时 of a process that takes commands."""

    def __init__(
        self,
        engine: Engine,
        wiring: Wiring,
        clock: Clock,
        *,
        subscription: Subscription = READ_MODELS,
        auto_assign: bool = True,
    ) -> None:
        self._engine: Final = engine
        self._wiring: Final = wiring
        self._clock: Final = clock
        self.contexts: Final = ContextSource(engine, wiring, auto_assign=auto_assign)
        self._gathering: Final = Gathering(self.run)
        self._bookmarks: Final = Bookmarks(engine, subscription)
        self._stopping: Final = Event()
        self._thread: Thread | None = None
        self.last_tick_at: datetime | None = None
        """When the settings were last looked at; health checks look at it."""

    def start(self) -> None:
        """Begin to take commands."""
        self._stopping.clear()
        with suppress(DatabaseUnavailable):  # then whoever needs the settings first asks again
            self.contexts.refreshed()
        self._gathering.start()
        self._thread = Thread(target=self._tick, name="bihuan-settings", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take nothing new, answer what was taken, then end."""
        self._gathering.stop()
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def submit(self, envelope: Envelope) -> Receipt:
        """Handle one command, gathered with those of other threads."""
        return self._gathering.submit(envelope)

    def hand_in(self, envelope: Envelope) -> "Future[Receipt]":
        """Take one command without waiting for its answer."""
        return self._gathering.hand_in(envelope)

    def run(self, envelopes: Sequence[Envelope]) -> list[Receipt]:
        """Handle many in order; each batch sees the settings that the one before it changed."""
        return commit_in_order(self._engine, envelopes, self.contexts, self._wiring, self._clock)

    def caught_up(self, receipt: Receipt, seconds: float) -> bool:
        """Wait until the read models have seen what the receipt tells of."""
        return self._bookmarks.reached(dict(receipt.positions), seconds)

    def tick(self) -> None:
        """See settings that another process changed."""
        self.contexts.refreshed()
        self.last_tick_at = self._clock()

    def _tick(self) -> None:
        while not self._stopping.wait(TICK_SECONDS):
            try:
                self.tick()
            except Exception as error:  # noqa: BLE001 (told, and the next round tries again)
                _log.error("runner-failed", work="settings", reason=reason_of(error))


class Bookmarks:
    """书签 as they stand in the database: however many threads wait, one looks at a time."""

    def __init__(self, engine: Engine, subscription: Subscription) -> None:
        self._engine: Final = engine
        self._subscription: Final = subscription
        self._looking: Final = Lock()
        self._looked: Final = Condition()
        self._read: Positions = {}

    def reached(self, positions: Positions, seconds: float) -> bool:
        """Wait until the bookmarks stand there; False after a while."""
        end = monotonic() + seconds
        while not self._stand_at(positions):
            if self._looking.acquire(blocking=False):
                try:
                    self._look()
                finally:
                    self._looking.release()
                if self._stand_at(positions):
                    return True
            left = end - monotonic()
            if left <= 0:
                return False
            with self._looked:
                self._looked.wait(min(left, LOOK_SECONDS))
        return True

    def _stand_at(self, positions: Positions) -> bool:
        read = self._read
        return all(read.get(part, 0) >= position for part, position in positions.items())

    def _look(self) -> None:
        with suppress(DatabaseUnavailable), reading(self._engine) as connection:
            self._read = read_positions(connection, self._subscription)
        with self._looked:
            self._looked.notify_all()
