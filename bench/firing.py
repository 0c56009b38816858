"""Due timers: a storm of tickets registered together, so that thousands come due at one moment."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import func, select

from bench.batches import measure, sqlite_houses
from bench.figures import PER_SECOND
from bench.recording import START, record
from bench.table import Measured, Target
from hotline.tickets.commands import RegisterTicket
from streams.database.engine import reading
from streams.database.tables import inbox, timers
from streams.processes.opening import Store
from streams.timers.firing import fire_all_due

TICKETS: Final = 8000
REGISTERED: Final = START + timedelta(hours=10)
DUE: Final = START + timedelta(days=12)
TARGET: Final = Target(5000, PER_SECOND)


def due_timers(runs: int, share: float) -> Iterator[Measured]:
    played = record(max(200, int(TICKETS * share / 4)))
    registrations = [
        replace(one, at=REGISTERED, message_id=f"{one.message_id}/{copy}")
        for copy in range(4)
        for one in played
        if isinstance(one.command, RegisterTicket)
    ]
    figures: list[float] = []
    detail = ""
    with TemporaryDirectory(prefix="bihuan-bench-") as folder, sqlite_houses(Path(folder)) as fresh:
        for _ in range(runs):
            house = fresh()
            measure(house, registrations, 200)
            per_second, detail = _fire(house)
            figures.append(per_second)
    yield Measured("timers", "due timers fired, none twice", TARGET, tuple(figures), detail)


def _fire(house: Store) -> tuple[float, str]:
    context = house.contexts.refreshed()
    answered = _count(house)[0]
    began, cpu_began = time.perf_counter(), time.process_time()
    fired = fire_all_due(house.engine, context, house.wiring, DUE)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    messages, late = _count(house)
    if messages - answered != fired or late:
        raise RuntimeError(f"{fired} fired, {messages - answered} answered, {late} left")
    return fired / seconds, f"{fired:,} timers; {cpu / fired * 1e6:.0f} µs of our CPU each"


def _count(house: Store) -> tuple[int, int]:
    """Count the messages that have an answer, and the timers that are due and did not fire."""
    until = int(DUE.timestamp() * 1_000_000)
    with reading(house.engine) as connection:
        answered = connection.scalar(select(func.count()).select_from(inbox))
        late = connection.scalar(
            select(func.count()).select_from(timers).where(timers.c.due_at <= until)
        )
    return int(answered or 0), int(late or 0)
