"""Commands a second through `run_batch`: whole loops of a city, durable, in batches of one size."""

import gc
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bench.figures import PER_SECOND
from bench.postgres import throw_away_cluster
from bench.recording import START, found, record
from bench.table import Measured, Target
from cli.house import found_city
from handlers.envelope import Envelope
from handlers.receipt import ReceiptStatus
from streams.batches.commit import commit_batch
from streams.database.engine import forget_traces
from streams.processes.opening import Store, open_store
from streams.settings import Settings

SIZES: Final = (1, 10, 200)
TICKETS: Final = {1: 400, 10: 1500, 200: 4000}
SQLITE: Final = {1: 450.0, 10: 2500.0, 200: 7000.0}
POSTGRESQL: Final = {1: 300.0, 10: 1600.0, 200: 4000.0}

Fresh = Callable[[], Store]


def on_sqlite(runs: int, share: float) -> Iterator[Measured]:
    with TemporaryDirectory(prefix="bihuan-bench-") as folder, sqlite_houses(Path(folder)) as fresh:
        yield from _rows("batch-sqlite", "SQLite", fresh, targets=SQLITE, runs=runs, share=share)


def on_postgresql(runs: int, share: float) -> Iterator[Measured]:
    with postgresql_houses() as fresh:
        name, goals = "batch-postgresql", POSTGRESQL
        yield from _rows(name, "PostgreSQL", fresh, targets=goals, runs=runs, share=share)


@contextmanager
def sqlite_houses(folder: Path) -> Iterator[Fresh]:
    """Give copies of a founded city, each a file with nothing cached."""
    template = folder / "template"
    house = found(template)
    forget_traces(house.engine)
    house.engine.dispose()
    made: list[Store] = []

    def fresh() -> Store:
        while made:
            old = made.pop()
            old.engine.dispose()
            shutil.rmtree(old.settings.data)
        target = folder / "run"
        shutil.copytree(template, target)
        made.append(open_store(Settings(data=target)))
        return made[-1]

    yield fresh
    while made:
        made.pop().engine.dispose()


@contextmanager
def postgresql_houses() -> Iterator[Fresh]:
    """Give copies of a founded city on a cluster with the defaults of PostgreSQL."""
    with throw_away_cluster() as cluster, TemporaryDirectory(prefix="bihuan-bench-") as keys:
        template = make_url(cluster.create("template"))

        def opened(database: str) -> Store:
            address = template.set(database=database).render_as_string(hide_password=False)
            return open_store(Settings(data=Path(keys), database_url=address))

        house = opened("template")
        found_city(house, START)
        house.engine.dispose()
        maintenance = create_engine(template.set(database="postgres"), isolation_level="AUTOCOMMIT")
        made: list[Store] = []

        def fresh() -> Store:
            while made:
                made.pop().engine.dispose()
            with maintenance.connect() as connection:
                connection.execute(text("DROP DATABASE IF EXISTS run"))
                connection.execute(text("CREATE DATABASE run TEMPLATE template"))
                connection.execute(text("CHECKPOINT"))
            made.append(opened("run"))
            return made[-1]

        try:
            yield fresh
        finally:
            while made:
                made.pop().engine.dispose()
            maintenance.dispose()


def _rows(
    row: str, database: str, fresh: Fresh, *, targets: dict[int, float], runs: int, share: float
) -> Iterator[Measured]:
    measure(fresh(), record(30), 10)  # every statement compiled, every module imported
    for size in SIZES:
        commands = record(max(50, int(TICKETS[size] * share)))
        timed = [measure(fresh(), commands, size) for _ in range(runs)]
        best = max(timed, key=lambda one: one.per_second)
        yield Measured(
            row=row,
            work=f"commands through run_batch on {database}, batch {size}",
            target=Target(targets[size], PER_SECOND),
            runs=tuple(one.per_second for one in timed),
            detail=f"{len(commands):,} commands; {best.cpu:.0f} µs of our CPU a command",
        )


@dataclass(frozen=True, slots=True)
class Timed:
    """Commands a second of the clock on the wall, and microseconds of our own CPU for each."""

    per_second: float
    cpu: float


def measure(house: Store, commands: Sequence[Envelope], size: int) -> Timed:
    """Carry out the commands in batches; a dead letter, or many a refusal, is no measurement."""
    context = house.contexts.refreshed()
    answers: Counter[ReceiptStatus] = Counter()
    gc.collect()
    began, cpu_began = time.perf_counter(), time.process_time()
    for start in range(0, len(commands), size):
        part = commands[start : start + size]
        receipts = commit_batch(house.engine, part, context, house.wiring, part[-1].at)
        answers.update(receipt.status for receipt in receipts)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    if answers[ReceiptStatus.DEAD] or answers[ReceiptStatus.DONE] < 0.95 * len(commands):
        raise RuntimeError(f"the commands did not go through: {dict(answers)}")
    return Timed(len(commands) / seconds, cpu / len(commands) * 1e6)
