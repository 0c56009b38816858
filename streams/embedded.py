"""嵌入式运行时: everything in one process beside the web server, on one database.

One thread commits what was gathered, one feeds the read models as soon as something was committed,
and one looks each second after timers, texts and settings.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Condition, Event, Thread
from time import monotonic
from typing import Final, TypeAlias

import structlog
from sqlalchemy import Engine

from handlers.envelope import Envelope
from handlers.receipt import Receipt
from streams import inbox
from streams.commit import commit_batch
from streams.context import ContextSource, changes_settings, slices
from streams.defects import reason_of
from streams.engine import writing
from streams.gathering import GATHERED_MAX, Gathering
from streams.recomputing import recompute
from streams.subscriptions import READ_MODELS, Positions, Subscription, feed
from streams.timers import fire_all_due
from streams.wiring import Wiring

TICK_SECONDS: Final = 1.0
INBOX_DAYS: Final = 400
PRUNE_EVERY: Final = timedelta(days=1)
BREATH_SECONDS_MAX: Final = 0.25
"""The read models rest as long as they worked, at most so long: half the time is the commands'."""

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
        self._inbox_age: Final = timedelta(days=inbox_days)
        self._pruned_at: datetime | None = None
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

    def run(self, envelopes: Sequence[Envelope]) -> list[Receipt]:
        """Handle many in order; each batch sees the settings that the one before it changed."""
        receipts: list[Receipt] = []
        for part in slices(envelopes, GATHERED_MAX):
            context = self.contexts.current()
            receipts += commit_batch(self._engine, part, context, self._wiring, self._clock())
            if any(map(changes_settings, part)):
                self.contexts.refreshed()
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
        self._forget_old_messages(now)
        self.last_tick_at = now
        if fired or told:
            self._news.set()
        return fired

    def _forget_old_messages(self, now: datetime) -> None:
        """Prune the inbox once a day; a repeat of a forgotten message would be handled anew."""
        if self._pruned_at is not None and now - self._pruned_at < PRUNE_EVERY:
            return
        with writing(self._engine) as connection:
            inbox.prune(connection, now - self._inbox_age)
        self._pruned_at = now

    def _feed(self) -> None:
        while not self._stopping.is_set():
            self._news.wait()
            self._news.clear()
            began = monotonic()
            if self._guarded("feed", self.catch_up):
                self._stopping.wait(min(monotonic() - began, BREATH_SECONDS_MAX))
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
