"""The cluster under measurement: brokers, PostgreSQL, API, workers, and a founded city."""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Final

from bench.cluster import preset
from bench.cluster.messages import Composer
from bench.cluster.process import FOLDER
from cli.house import found_city
from handlers.envelope import Envelope
from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import SYSTEM
from hotline.people.commands import DepartmentLevel
from hotline.people.staff import StaffMember
from hotline.people.state import Staff
from hotline.routing.commands import CatalogueEntry, ChoosePreset
from hotline.routing.state import Catalogue
from streams.batches.commit import commit_batch
from streams.cluster.brokers import LIBRARIES
from streams.cluster.cluster import Cluster, Layout
from streams.cluster.member import Member, stop_all
from streams.database.engine import reading
from streams.log.store import records, stream_names
from streams.processes.opening import Store, open_store
from streams.settings import Settings
from streams.simulation.arrivals import Place

PASSWORD: Final = "bench-password-only"  # noqa: S105 - of accounts that live for one run
_ROOT: Final = Path(__file__).resolve().parents[2]
_OLD_DAYS: Final = 30
_START: Final = (sys.executable, "-m", "bench.cluster.process")

Say = Callable[[str], object]


@dataclass(slots=True)
class House:
    """Everything a part of the benchmark needs."""

    cluster: Cluster
    store: Store
    places: tuple[Place, ...]
    entries: tuple[CatalogueEntry, ...]
    staff: dict[str, StaffMember]
    seed: int
    say: Say
    runs: int = 0

    @property
    def bootstrap(self) -> str:
        return self.cluster.brokers.bootstrap

    def composer(self, name: str) -> Composer:
        """Give a source of messages whose ids no part before it has used."""
        self.runs += 1
        return Composer(f"{name}{self.runs}", self.seed, self.places, self.entries)

    def work(self, workers: int, apis: int = 0) -> None:
        """Have so many workers and API processes running, the others ended."""
        cluster = self.cluster
        wanted = [*cluster.workers[:workers], *cluster.apis[:apis]]
        stop_all([one for one in cluster.product if one not in wanted and one.alive])
        fresh = [one for one in wanted if not one.alive]
        for one in fresh:
            one.start()
        for one in fresh:
            one.wait_until_ready()

    def cpu(self) -> dict[str, float]:
        """Give the seconds of CPU used so far, by kind of process."""
        cluster = self.cluster
        return {
            "workers": sum(map(_cpu, cluster.workers)),
            "API": sum(map(_cpu, cluster.apis)),
            "PostgreSQL": _cpu(cluster.postgresql.member, with_children=True),
            "Kafka": sum(map(_cpu, cluster.brokers.nodes)),
        }

    def profile(self, members: Sequence[Member]) -> dict[str, Counter[str]]:
        """Give the CPU of these processes by function: its own, and with what it calls."""
        sums: dict[str, Counter[str]] = {"own": Counter(), "below": Counter()}
        for member in members:
            file = self.cluster.folder / f"{member.pid}.json" if member.alive else None
            if file is not None and file.exists():
                for name, found in json.loads(file.read_text("utf-8")).items():
                    sums[name].update(found)
        return sums


@contextmanager
def running(
    *, brokers: int, workers: int, apis: int, seed: int, say: Say, libraries: Path = LIBRARIES
) -> Iterator[House]:
    """Start database and brokers, found the city; API and workers come with each part."""
    folder = Path(mkdtemp(prefix="bihuan-bench-cluster-"))
    folder.chmod(0o711)  # the user of PostgreSQL walks through it
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    layout = Layout(
        brokers=brokers,
        apis=apis,
        workers=workers,
        libraries=libraries.resolve(),
        environment={
            "PYTHONPATH": os.pathsep.join(paths),
            "BIHUAN_KAFKA_SESSION_SECONDS": "10",
            FOLDER: str(folder),
        },
        worker_start=_START,
        api_start=_START,
    )
    cluster = Cluster(folder, layout, say)
    try:
        cluster.prepare()
        say("founding the city")
        store = _opened(cluster)
        yield _founded(cluster, store, seed, say)
        store.engine.dispose()
    finally:
        cluster.kill()
        rmtree(folder, ignore_errors=True)


def _opened(cluster: Cluster) -> Store:
    environment = cluster.environment
    return open_store(
        Settings.model_validate(
            {
                "data": cluster.data,
                "database_url": environment["BIHUAN_DATABASE_URL"],
                "master_key": environment["BIHUAN_MASTER_KEY"],
                "kafka_bootstrap": environment["BIHUAN_KAFKA_BOOTSTRAP"],
            }
        )
    )


def _founded(cluster: Cluster, store: Store, seed: int, say: Say) -> House:
    at = datetime.now(SHANGHAI) - timedelta(days=_OLD_DAYS)
    found_city(store, at)
    preset.install()
    chosen = Envelope(
        message_id="bench:preset",
        stream="catalogue/",
        command=ChoosePreset(preset=preset.NAME),
        actor=SYSTEM,
        at=at + timedelta(seconds=1),
    )
    (receipt,) = commit_batch(
        store.engine, [chosen], store.contexts.refreshed(), store.wiring, datetime.now(SHANGHAI)
    )
    if receipt.refusal is not None:
        raise RuntimeError(f"the preset was refused: {receipt.refusal}")
    with reading(store.engine) as connection:
        names = [
            name for kind in ("department/", "staff/") for name in stream_names(connection, kind)
        ]
        states = {
            name: record.state for name, record in records(connection, names, store.wiring).items()
        }
        catalogue = records(connection, ["catalogue/"], store.wiring)["catalogue/"].state
    if not isinstance(catalogue, Catalogue):
        raise TypeError("the city has no catalogue")
    places = tuple(
        Place(state.region, state.name)
        for name, state in states.items()
        if name.startswith("department/") and state.level is DepartmentLevel.TOWN
    )
    entries = tuple(one for one in catalogue.entries if one.keywords and not one.region)
    staff = {
        name.removeprefix("staff/"): StaffMember(
            person=name.removeprefix("staff/"),
            display_name=name.removeprefix("staff/"),
            roles=state.roles,
            department=state.department,
            username=name.removeprefix("staff/"),
        )
        for name, state in states.items()
        if isinstance(state, Staff)
    }
    return House(cluster, store, places, entries, staff, seed, say)


def open_accounts(house: House, persons: Sequence[str]) -> None:
    """Let these members of staff log in."""
    known = {member.username for member in house.store.accounts.staff()}
    for person in persons:
        if person not in known:
            house.store.accounts.add_staff(house.staff[person], PASSWORD)


def _cpu(member: Member, *, with_children: bool = False) -> float:
    """Give the CPU of this life of a process; PostgreSQL's work is done by its children."""
    if not member.alive:
        return 0.0
    ticks = _ticks(f"{member.pid}", ended=with_children)
    if with_children:
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = stat.read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue
            if parent == f"{member.pid}":
                ticks += _ticks(stat.parent.name)
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks(pid: str, *, ended: bool = False) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11 : 15 if ended else 13]))
