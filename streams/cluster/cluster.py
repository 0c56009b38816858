"""集群: database, brokers, jobs, API and workers as plain processes, looked after until the end.

The same topology, the same commands and the same settings as docker-compose.yml, on loopback.
"""

import base64
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Final, NoReturn

from streams.cluster.brokers import LIBRARIES, Brokers
from streams.cluster.member import Member, MemberFailed, Program, stop_all
from streams.cluster.ports import HOST, free_ports
from streams.cluster.postgresql import PostgreSQL
from streams.cluster.services import API, READINESS, SERVICES, WORKER, Service

_PRODUCT_SECONDS: Final = 5
"""What API and workers get to end before database and brokers are asked too."""

_BELOW_SECONDS: Final = 3
"""What these get then. Brokers that end together soon lack the majority that would let
the last of them go; one that is killed then keeps all that it acknowledged.
"""

_WATCH_SECONDS: Final = 0.5
_RESTART_SECONDS_MIN: Final = 2.0
"""Between two starts of a process that keeps ending (our default)."""

_PLACES: Final = "places.json"
_DATABASE: Final = "bihuan"

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """布局: how many of what."""

    brokers: int = 3
    apis: int = API.copies
    workers: int = WORKER.copies
    port: int | None = None
    """Of the first API; the others follow it. Drawn when not given."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Settings over those that follow from the layout."""
    database: Mapping[str, str] = field(default_factory=dict)
    """PostgreSQL's own settings."""
    libraries: Path = LIBRARIES
    worker_start: Sequence[str] = ()
    """Instead of `bihuan`, before the worker's own words: only a test has a use for it."""
    api_start: Sequence[str] = ()
    """The same for an API."""


class Cluster:
    """集群 in a directory: it keeps data, ports and logs from one start to the next."""

    def __init__(self, folder: Path, layout: Layout, say: Say) -> None:
        self.folder: Final = folder.resolve()
        self.layout: Final = layout
        self._say: Final = say
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "logs").mkdir(exist_ok=True)
        self.data: Final = self.folder / "data"
        self.data.mkdir(exist_ok=True)
        places = self._places()
        self.postgresql: Final = PostgreSQL(
            self.folder / "postgresql",
            port=places["postgresql"][0],
            settings=layout.database,
            password=self._secret("postgresql.password"),
        )
        self.brokers: Final = Brokers(
            self.folder / "kafka",
            layout.brokers,
            libraries=layout.libraries,
            ports=places["kafka"],
        )
        first = layout.port
        self.api_ports: Final = (
            places["api"] if first is None else [first + n for n in range(layout.apis)]
        )
        self.worker_ports: Final = places["worker"]
        self.apis: Final = [self._api(number) for number in range(layout.apis)]
        self.workers: Final = [self._worker(number) for number in range(layout.workers)]
        self._started_at: Final[dict[str, float]] = {}

    @property
    def addresses(self) -> list[str]:
        """Give where the API processes answer."""
        return [f"http://{HOST}:{port}" for port in self.api_ports]

    @property
    def product(self) -> list[Member]:
        """Give the processes that are Bihuan's own."""
        return [*self.apis, *self.workers]

    @property
    def members(self) -> list[Member]:
        """Give every process."""
        return [self.postgresql.member, *self.brokers.nodes, *self.product]

    @property
    def environment(self) -> dict[str, str]:
        """Give the settings, which are those of the compose file."""
        inherited = {
            name: value
            for name, value in os.environ.items()  # noqa: TID251 - handed through
            if not name.startswith("BIHUAN_")
        }
        return {
            **inherited,
            "BIHUAN_MASTER_KEY": self._secret("master.key"),
            "BIHUAN_DATABASE_URL": self.postgresql.url(_DATABASE).render_as_string(
                hide_password=False
            ),
            "BIHUAN_KAFKA_BOOTSTRAP": self.brokers.bootstrap,
            "BIHUAN_KAFKA_REPLICAS": str(min(3, self.layout.brokers)),
            **self.layout.environment,
        }

    def start(self, jobs: Sequence[Sequence[str]] = ()) -> None:
        """Start everything in order; `jobs` are commands that run once, before the API."""
        self.prepare()
        for job in jobs:
            self.run(job, shown=True)
        self.start_product()

    def prepare(self) -> None:
        """Start database and brokers, and do what has to be done once."""
        self._say("PostgreSQL")
        fresh = not (self.folder / "postgresql" / "data" / "PG_VERSION").exists()
        self.postgresql.start()
        if fresh:
            self.postgresql.create(_DATABASE)
        self._say(f"Apache Kafka × {self.layout.brokers}")
        self.brokers.start()
        for service in SERVICES:
            if service.once:
                self.run(service.words(str(self.data)))

    def start_product(self) -> None:
        """Start API and workers, and wait until all of them can work."""
        self._say(f"API × {self.layout.apis}, worker × {self.layout.workers}")
        for member in self.product:
            self._start(member)
        for member in self.product:
            member.wait_until_ready()

    def run(self, command: Sequence[str], *, shown: bool = False) -> None:
        """Run one command of `bihuan` to its end."""
        words = " ".join(command)
        self._say(f"bihuan {words}")
        done = subprocess.run(  # noqa: S603 - our own command
            _bihuan(command),
            env=self.environment,
            cwd=self.folder,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=None if shown else subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            raise MemberFailed(f"bihuan {words} ended with {done.returncode}: {done.stdout or ''}")

    def revive(self) -> None:
        """Start again what has ended by itself, each at most every other second."""
        for member in self.members:
            if member.alive or not member.lives_count:
                continue
            if time.monotonic() - self._started_at.get(member.name, 0.0) < _RESTART_SECONDS_MIN:
                continue
            self._say(f"{member.name} ended with {member.exit_code()}; starting it again")
            self._start(member)

    def watch(self) -> NoReturn:
        """Look after everything until somebody has had enough."""
        while True:
            self.revive()
            time.sleep(_WATCH_SECONDS)

    def stop_product(self) -> list[str]:
        """End API and workers alone; names what had to be killed."""
        return stop_all(self.product)

    def stop(self) -> list[str]:
        """End everything within ten seconds; names what had to be killed."""
        self._say("ending API and workers")
        killed = stop_all(self.product, _PRODUCT_SECONDS)
        self._say("ending PostgreSQL and Apache Kafka")
        return killed + stop_all([self.postgresql.member, *self.brokers.nodes], _BELOW_SECONDS)

    def kill(self) -> None:
        """End everything at once."""
        for member in self.members:
            member.kill()

    def _start(self, member: Member) -> None:
        self._started_at[member.name] = time.monotonic()
        member.start()

    def _api(self, number: int) -> Member:
        port = self.api_ports[number]
        words = API.words(str(self.data), "--host", HOST, "--port", str(port))
        start = self.layout.api_start or _bihuan([])
        return self._member(API, number, [*start, *words], port)

    def _worker(self, number: int) -> Member:
        port = self.worker_ports[number]
        words = WORKER.words(str(self.data), "--port", str(port))
        start = self.layout.worker_start or _bihuan([])
        return self._member(WORKER, number, [*start, *words], port)

    def _member(self, service: Service, number: int, command: Sequence[str], port: int) -> Member:
        name = f"{service.name}-{number + 1}"
        program = Program(
            name=name,
            arguments=command,
            log=self.folder / "logs" / f"{name}.log",
            environment=self.environment,
            directory=self.folder,
        )
        return Member(program, lambda _: is_ready(port))

    def _places(self) -> dict[str, list[int]]:
        """Give the ports, drawn once: clients find a cluster again where it was."""
        kept = self.folder / _PLACES
        layout = self.layout
        counts = {
            "postgresql": 1,
            "kafka": layout.brokers,
            "api": layout.apis,
            "worker": layout.workers,
        }
        if kept.exists():
            places: dict[str, list[int]] = json.loads(kept.read_text("utf-8"))
            if {name: len(ports) for name, ports in places.items()} == counts:
                return places
        drawn = iter(free_ports(sum(counts.values())))
        places = {name: [next(drawn) for _ in range(count)] for name, count in counts.items()}
        kept.write_text(json.dumps(places), encoding="utf-8")
        return places

    def _secret(self, name: str) -> str:
        """Give 32 random bytes in URL-safe base64, made once and readable by their owner alone."""
        kept = self.folder / name
        if not kept.exists():
            kept.touch(mode=0o600)
            made = base64.urlsafe_b64encode(secrets.token_bytes(32))
            kept.write_bytes(made)
        return kept.read_text(encoding="ascii")


def is_ready(port: int) -> bool:
    """Ask a process of ours whether it can work."""
    connection = HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", READINESS)
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _bihuan(command: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "cli.main", *command]
