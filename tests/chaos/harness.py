"""One run: a cluster under load, a monkey in it, then quiet, then the checker."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import text

from streams.cluster.brokers import LIBRARIES
from streams.cluster.cluster import Cluster, Layout
from streams.cluster.member import STOP_SECONDS_MAX, stop_all
from streams.database.engine import DatabaseUnavailable, reading
from streams.feed.subscriptions import READ_MODELS, read_positions
from streams.intake.handled import published_positions
from streams.kafka import admin as kafka_admin
from streams.kafka.admin import KafkaRefused
from streams.log.store import heads
from streams.messages.topics import INTAKE, TOPICS
from streams.processes.opening import Store
from streams.timers.firing import overdue
from tests.chaos import city
from tests.chaos.checker import Fault, check
from tests.chaos.intake_load import IntakeLoad
from tests.chaos.ledger import Ledger
from tests.chaos.monkey import Monkey
from tests.chaos.staff_load import StaffLoad
from tests.chaos.worker import WITNESS

ROOT: Final = Path(__file__).resolve().parents[2]
QUIET_SECONDS_MAX: Final = 600
PROMISED_SECONDS_MAX: Final = 600
"""Ends of waits that a slow machine may need, and only a broken product comes to."""

_OVERDUE_MAX: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run is asked to be."""

    folder: Path
    seed: int
    seconds: float
    sabotage: str = ""
    rate: float = 25.0
    staff: int = 2
    workers: int = 3
    libraries: Path = LIBRARIES
    disturbances_min: int = 0
    """However long they take."""
    counts_min: Mapping[str, int] = field(default_factory=dict)
    """Load goes on until so much was promised, whatever the time."""
    stop_seconds_max: float = STOP_SECONDS_MAX


@dataclass(slots=True)
class Report:
    """What a run has shown."""

    plan: Plan
    done: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def run(plan: Plan, say: Callable[[str], object]) -> Report:
    """Run and check; whatever was started ends with it."""
    report = Report(plan)
    witness = plan.folder / "texts.jsonl"
    with _running(plan, witness, say) as cluster:
        cluster.prepare()
        store = city.opened(cluster)
        door = city.found(store, cluster.addresses)
        cluster.start_product()
        say("under load")
        ledger = Ledger(plan.folder / "ledger.jsonl")
        bootstrap = cluster.brokers.bootstrap
        load = IntakeLoad(bootstrap, ledger, plan.seed, plan.rate, city.Services(store))
        staff = [StaffLoad(door, ledger, number, 0.5) for number in range(plan.staff)]
        clients: list[IntakeLoad | StaffLoad] = [load, *staff]
        for client in clients:
            client.start()
        monkey = Monkey(cluster, plan.seed, say, plan.stop_seconds_max)
        try:
            monkey.play(plan.seconds, plan.disturbances_min)
            _until_promised(plan.counts_min, ledger, load)
        finally:
            for client in clients:
                client.stopping.set()
            for client in clients:
                client.join()
        report.done = monkey.done
        if load.failed is not None:
            raise load.failed
        report.faults += [Fault("strange answer", 1, [one]) for s in staff for one in s.strange]
        say("waiting until everything has settled")
        report.faults += _unsettled(cluster, store)
        killed = monkey.never_stopped + stop_all(cluster.product, plan.stop_seconds_max)
        if killed:
            report.faults.append(Fault("did not stop within its grace", len(killed), killed))
        say("checking")
        report.counts = {**ledger.counts, **_counted(store)}
        report.counts["slowest_stop_ms"] = round(monkey.slowest_stop_seconds * 1000)
        report.faults += check(store, bootstrap, ledger, witness)
        ledger.close()
        store.engine.dispose()
    return report


def look_again(plan: Plan, say: Callable[[str], object]) -> Report:
    """Check once more what a run has left in its folder."""
    report = Report(plan)
    witness = plan.folder / "texts.jsonl"
    with _running(plan, witness, say) as cluster:
        cluster.postgresql.start()
        cluster.brokers.start()
        store = city.opened(cluster)
        ledger = Ledger(plan.folder / "ledger.jsonl")
        say("checking")
        report.counts = _counted(store)
        report.counts["acknowledged"] = sum(1 for _ in ledger.lines("acknowledged"))
        report.faults += check(store, cluster.brokers.bootstrap, ledger, witness)
        ledger.close()
        store.engine.dispose()
    return report


@contextmanager
def _running(plan: Plan, witness: Path, say: Callable[[str], object]) -> Iterator[Cluster]:
    sabotage = ["--sabotage", plan.sabotage] if plan.sabotage else []
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    layout = Layout(
        workers=plan.workers,
        libraries=plan.libraries,
        environment={
            "BIHUAN_KAFKA_SESSION_SECONDS": "6",
            "PYTHONPATH": os.pathsep.join(paths),
            WITNESS: str(witness),
        },
        database={"shared_buffers": "64MB"},
        worker_start=[sys.executable, "-m", "tests.chaos.worker", *sabotage],
    )
    cluster = Cluster(plan.folder / "cluster", layout, say)
    try:
        yield cluster
    finally:
        cluster.kill()


def _until_promised(wanted: Mapping[str, int], ledger: Ledger, load: IntakeLoad) -> None:
    end = time.monotonic() + PROMISED_SECONDS_MAX
    while any(ledger.counts[what] < count for what, count in wanted.items()):
        if time.monotonic() > end or load.failed is not None:
            raise AssertionError(f"too little was ever promised: {dict(ledger.counts)}")
        time.sleep(0.5)


def _unsettled(cluster: Cluster, store: Store) -> list[Fault]:
    """Wait until all intake is handled, published, read and fired; say what never was."""
    end = time.monotonic() + QUIET_SECONDS_MAX
    while left := _open(cluster, store):
        if time.monotonic() > end:
            return [Fault("never settled", len(left), left)]
        cluster.revive()
        time.sleep(1)
    return []


def _open(cluster: Cluster, store: Store) -> list[str]:
    found: list[str] = []
    intake = [topic for topic in TOPICS if topic.name in INTAKE]
    try:
        with kafka_admin.connected(store.settings) as client:
            lags = kafka_admin.lags(client, intake)
    except KafkaRefused as refused:
        return [str(refused)]
    behind = [one for one in lags if one.end and one.messages_count]
    found += [f"{one.topic}/{one.partition} is {one.messages_count} behind" for one in behind]
    try:
        with reading(store.engine) as connection:
            published = published_positions(connection)
            read = read_positions(connection, READ_MODELS)
            ends = heads(connection)
            late = overdue(connection, datetime.now(UTC))
    except DatabaseUnavailable:
        return ["no database"]
    found += [
        f"relay {part} is at {at} of {last}" for part, (at, last) in published.items() if at < last
    ]
    found += [f"read models {part}" for part, last in ends.items() if read.get(part, 0) < last]
    if late > _OVERDUE_MAX:
        found.append(f"a timer is {late} late")
    found += [f"{one.name} has ended" for one in cluster.product if not one.alive]
    return found


def _counted(store: Store) -> dict[str, int]:
    with reading(store.engine) as connection:
        fired = text("SELECT count(DISTINCT message_id) FROM events WHERE actor LIKE '%clock%'")
        return {
            "fired": int(connection.scalar(fired) or 0),
            **{
                name: int(connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0)  # noqa: S608
                for name in ("events", "streams", "inbox", "dead_letters", "texts", "timers")
            },
        }
