"""A machine under a city on which nothing can be relied but what was acknowledged.

Two processes share a database and die at any boundary. Envelopes come in any order of streams,
singly or together, and come again: at once when nobody answered, or much later. Both processes
fire timers, feed the read models and send texts whenever they like. Now and then the settings move.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from sqlalchemy import func, select

from handlers.envelope import Command, Envelope
from handlers.receipt import Receipt
from hotline.clocks.calendar import Day, DayKind
from hotline.people.actors import SYSTEM
from hotline.routing.commands import ChoosePreset, PublishCalendar
from notifications.outbox import TextStatus, texts
from notifications.simulated_sender import MemoryLedger
from streams.calendars import published_days
from streams.database.engine import reading
from streams.database.moments import microseconds
from streams.log.store import records
from streams.processes.opening import Store
from streams.timers import firing as timers
from tests.simulation.mortal import DiedError, Fate, Host, Process
from tests.simulation.small_city import START

ResultT = TypeVar("ResultT")
UNSETTLED = (TextStatus.CREATED, TextStatus.SENDING, TextStatus.SENT, TextStatus.TEMPORARY_FAILURE)
QUIET_ROUNDS_MAX = 2000
_NOTABLE = (DayKind.HOLIDAY, DayKind.MAKEUP_WORKDAY)


class UnreliableMachine:
    """The runtime as the simulation drives it, on processes that die."""

    def __init__(
        self, hosts: Sequence[Host], database: Path, ledger: MemoryLedger, rng: Random
    ) -> None:
        self._rng = rng
        self.now = START
        share = rng.choice((0.001, 0.004, 0.012))
        self.fates = [Fate(Random(rng.random()), share) for _ in hosts]
        for host, fate in zip(hosts, self.fates, strict=True):
            host.use(database, fate)
        self._processes = [Process(host, ledger, self._clock) for host in hosts]
        self._delivered: dict[str, Envelope] = {}
        self._strays: list[Envelope] = []
        self.acknowledged: dict[str, Receipt] = {}
        self.settings_count = 0

    def _clock(self) -> datetime:
        return self.now

    # -- what the city asks for --------------------------------------------------------------------

    def run_at(self, at: datetime, envelopes: Sequence[Envelope]) -> list[Receipt]:
        """Deliver until everything is acknowledged, in any order and any number of times."""
        self._reach(at)
        rng = self._rng
        waiting = list(envelopes)
        while waiting:
            rng.shuffle(waiting)
            count = rng.choice((1, 1, 2, 5, 20))
            part, waiting = waiting[:count], waiting[count:]
            if not self._deliver([*part, *self._late()]) or rng.random() < 0.05:
                waiting += part  # unanswered, or the answer was lost on its way
            self._something_else()
        return [self.acknowledged[envelope.message_id] for envelope in envelopes]

    def fire_until(self, at: datetime) -> int:
        """Let both processes go round until one of them came through."""
        self._reach(at)
        if self._rng.random() < 0.3:
            self._stray()
        while (fired := self._on(self._any(), lambda process: process.runtime.tick())) is None:
            pass
        self._on(self._any(), lambda process: process.runtime.tick())
        return fired

    def states(self, streams: Sequence[str]) -> Mapping[str, Any]:
        """Look into the database from outside of both processes."""
        with self.observed() as store, reading(store.engine) as connection:
            found = records(connection, streams, store.wiring)
        return {stream: record.state for stream, record in found.items()}

    @contextmanager
    def observed(self) -> Iterator[Store]:
        """Look into the database from outside; nobody dies of that."""
        fate = self.fates[0]
        share, fate.share = fate.share, 0.0
        yield self._processes[0].store
        fate.share = share

    def settle(self) -> Store:
        """Let time pass, without further deaths, until no text waits; give the store."""
        for fate in self.fates:
            fate.share = 0.0
        for envelope in self._strays:
            assert self._deliver([envelope])
        left, right = self._processes
        for _ in range(QUIET_ROUNDS_MAX):
            left.runtime.tick()
            right.runtime.tick()
            with reading(left.store.engine) as connection:
                unsettled = select(func.count()).where(texts.c.status.in_(UNSETTLED))
                if not connection.execute(unsettled).scalar():
                    break
            self.now += timedelta(minutes=41)
        left.runtime.catch_up()
        return left.store

    # -- what goes on beside it --------------------------------------------------------------------

    def _something_else(self) -> None:
        draw = self._rng.random()
        process = self._any()
        if draw < 0.25:
            self._on(process, lambda one: one.runtime.tick())
        elif draw < 0.45:
            self._on(process, lambda one: one.runtime.catch_up())
        elif draw < 0.5:
            process.restart()
        elif draw < 0.53:
            self._deliver([self._new_setting()])

    def _late(self) -> list[Envelope]:
        """Find something that was delivered long ago and comes again now."""
        again = []
        if self._delivered and self._rng.random() < 0.3:
            again.append(self._delivered[self._rng.choice(list(self._delivered))])
        if self._strays and self._rng.random() < 0.3:
            again.append(self._strays.pop(self._rng.randrange(len(self._strays))))
        return again

    def _stray(self) -> None:
        """Let a claimer build the commands of due timers and deliver them some other time."""
        with self.observed() as store, reading(store.engine) as connection:
            rows = timers._CLAIM.rows(connection, (microseconds(self.now), 3))
        self._strays += [timers._envelope(row, self.now) for row in rows]

    def _new_setting(self) -> Envelope:
        self.settings_count += 1
        count, rng = self.settings_count, self._rng
        command: Command = ChoosePreset(preset=rng.choice(("default", "sichuan", "shandong")))
        stream = "catalogue/"
        if rng.random() < 0.5:
            day = (self.now + timedelta(days=rng.randrange(1, 9))).date()
            known = {one.date: one for one in published_days() if one.kind in _NOTABLE}
            known[day] = Day(day, DayKind.HOLIDAY, "临时放假")
            stream = "calendar/"
            command = PublishCalendar(version=f"notice-{count}", days=tuple(known.values()))
        return Envelope(
            message_id=f"setting:{count}", stream=stream, command=command, actor=SYSTEM, at=self.now
        )

    # -- pieces ------------------------------------------------------------------------------------

    def _reach(self, at: datetime) -> None:
        self.now = max(self.now, at) + timedelta(seconds=self._rng.randrange(60))

    def _any(self) -> Process:
        return self._rng.choice(self._processes)

    def _deliver(self, envelopes: Sequence[Envelope]) -> bool:
        """Hand envelopes to a process; true when it answered."""
        for envelope in envelopes:
            self._delivered[envelope.message_id] = envelope
        receipts = self._on(self._any(), lambda process: process.runtime.run(envelopes))
        if receipts is None:
            return False
        for envelope, receipt in zip(envelopes, receipts, strict=True):
            first = self.acknowledged.setdefault(
                envelope.message_id, replace(receipt, repeated=False)
            )
            assert receipt == first or receipt == replace(first, repeated=True), receipt
        return True

    def _on(self, process: Process, step: Callable[[Process], ResultT]) -> ResultT | None:
        """Let a process do something; None when it died of it, and was started again."""
        try:
            return step(process)
        except DiedError:
            process.restart()
            return None
