"""嵌入式运行时: everything in one process beside the web server, on one database.

One thread commits what was gathered, one feeds the read models as soon as something was committed,
and one looks each second after timers, texts and settings.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from threading import Condition, Event, Thread
from time import monotonic
from typing import Final, TypeAlias

import structlog
from sqlalchemy import Engine

from handlers.envelope import Envelope
from handlers.receipt import Receipt
from streams.batches.committing import commit_in_order
from streams.batches.context import ContextSource
from streams.batches.gathering import Gathering
from streams.feed.subscriptions import READ_MODELS, Positions, Subscription, feed
from streams.letters.defects import reason_of
from streams.processes.pruning import Pruning
from streams.timers.firing import fire_all_due
from streams.timers.recomputing import recompute
from streams.wiring import Wiring

TICK_SECONDS: Final = 1.0
INBOX_DAYS: Final = 400
BREATH_SECONDS_MIN: Final = 0.05
BREATH_SECONDS_MAX: Final = 0.25
"""The read models rest as long as they worked, within these bounds: half the time is the commands',
and what comes shortly after one another is fed together (our defaults)."""

Clock: TypeAlias = Callable[[], datetime]
SendTexts: TypeAlias = Callable[[datetime], object]

_log: Final = structlog.get_logger(__name__)


def send_nothing(_now: datetime) -> None:
    """Leave the texts where they are."""


class EmbeddedRuntime:
    """嵌入式运行时."""

    def __init__(
        self,
        engine: Engine,
        wiring: Wiring,
        clock: Clock,
        *,
        models_engine: Engine | None = None,
        subscription: Subscription = READ_MODELS,
        send_texts: SendTexts = send_nothing,
        inbox_days: int = INBOX_DAYS,
        auto_assign: bool = True,
    ) -> None:
        self._engine: Final = engine
        self._models_engine: Final = models_engine or engine
        self._wiring: Final = wiring
        self._clock: Final = clock
        self._subscription: Final = subscription
        self._send_texts: Final = send_texts
        self._prune: Final = Pruning(engine, inbox_days)
        self.contexts: Final = ContextSource(engine, wiring, auto_assign=auto_assign)
        self._gathering: Final = Gathering(self.run)
        self._moved: Final = Condition()
        self._read: Positions = {}
        self._news: Final = Event()
        self._stopping: Final = Event()
        self._threads: list[Thread] = []
        self.last_tick_at: datetime | None = None
        """When the runner last went round; health checks look at it."""

    def start(self) -> None:
        """Begin to take commands and to fire timers."""
        self._stopping.clear()
        self.contexts.refreshed()
        self._gathering.start()
        for name, work in (("bihuan-feed", self._feed), ("bihuan-tick", self._tick)):
            thread = Thread(target=work, name=name, daemon=True)
            thread.start()
            self._threads.append(thread)
        self._news.set()

    def stop(self) -> None:
        """Take nothing new, answer what was taken, let the read models catch up, then end."""
        self._gathering.stop()
        self._stopping.set()
        self._news.set()
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        self.catch_up()
        if self._models_engine is not self._engine:
            self._models_engine.dispose()

    def submit(self, envelope: Envelope) -> Receipt:
        """Handle one command, gathered with those of other threads."""
        return self._gathering.submit(envelope)

    def hand_in(self, envelope: Envelope) -> "Future[Receipt]":
        """Take one command without waiting for its answer."""
        return self._gathering.hand_in(envelope)

    def run(self, envelopes: Sequence[Envelope]) -> list[Receipt]:
        """Handle many in order; each batch sees the settings that the one before it changed."""
        receipts = commit_in_order(
            self._engine, envelopes, self.contexts, self._wiring, self._clock
        )
        self._news.set()
        return receipts

    def caught_up(self, receipt: Receipt, seconds: float) -> bool:
        """Wait until the read models have seen what the receipt tells of."""

        def seen() -> bool:
            return all(self._read.get(part, 0) >= position for part, position in receipt.positions)

        with self._moved:
            return self._moved.wait_for(seen, timeout=seconds)

    def catch_up(self) -> None:
        """Feed the read models everything there is, now."""
        read = feed(self._models_engine, self._subscription)
        with self._moved:
            self._read = read
            self._moved.notify_all()

    def tick(self) -> int:
        """Do what is due: settings, recomputations, timers, texts; tell how many timers fired."""
        now = self._clock()
        context = self.contexts.refreshed()
        recompute(self._engine, context, self._wiring, now)
        fired = fire_all_due(self._engine, context, self._wiring, now)
        told = self._send_texts(now)
        self._prune(now)
        self.last_tick_at = now
        if fired or told:
            self._news.set()
        return fired

    def _feed(self) -> None:
        while not self._stopping.is_set():
            self._news.wait()
            self._news.clear()
            began = monotonic()
            if self._guarded("feed", self.catch_up):
                worked = monotonic() - began
                self._stopping.wait(min(max(worked, BREATH_SECONDS_MIN), BREATH_SECONDS_MAX))
            else:
                self._stopping.wait(TICK_SECONDS)
                self._news.set()

    def _tick(self) -> None:
        while not self._stopping.is_set():
            self._guarded("tick", self.tick)
            self._stopping.wait(TICK_SECONDS)

    def _guarded(self, work: str, do: Callable[[], object]) -> bool:
        """Keep the runner alive: what failed is tried again, and everybody can see that it did."""
        try:
            do()
        except Exception as error:  # noqa: BLE001 (any defect is told, and the next round tries again)
            _log.error("runner-failed", work=work, reason=reason_of(error))
            return False
        return True
