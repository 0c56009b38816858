"""代理节点: Apache Kafka as plain Java processes on loopback, in KRaft mode.

A node is broker and controller in one. Its class path comes from `make .kafka/.ready`. The two
classes started here are the two that Kafka's own scripts start.
"""

import base64
import os
import secrets
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from streams.cluster.member import Member, MemberFailed, Program, stop_all
from streams.cluster.ports import HOST, free_ports

LIBRARIES: Final = Path(".kafka")
"""Where `make .kafka/.ready` puts the class path, beside the Makefile."""

HEAP_MB: Final = 256
"""Enough for six topics of 24 partitions; the process takes about as much again (measured)."""

_READY: Final = "Kafka Server started"
_LOGGING: Final = Path(__file__).parent / "kafka" / "log4j2.properties"
_REPLICAS_MAX: Final = 3
_IN_SYNC_MIN: Final = 2

_QUICK: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss512k", "-Xshare:auto")
"""For a start within seconds and little memory; a city's brokers want Kafka's own flags."""

_SMALL: Final = {
    "auto.create.topics.enable": "false",  # it would choose its own partition count
    "group.initial.rebalance.delay.ms": "0",
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.num.partitions": "1",
    "log.cleaner.dedupe.buffer.size": str(4 * 1024 * 1024),
    "log.index.size.max.bytes": str(1024 * 1024),
    "num.network.threads": "2",
    "num.io.threads": "4",
    "controlled.shutdown.enable": "true",
    "broker.session.timeout.ms": "6000",
    "broker.heartbeat.interval.ms": "1000",
    "replica.lag.time.max.ms": "10000",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Secured:
    """A second listener with TLS and SASL, and rights by access list on every topic.

    Whoever comes over the plain listener may do everything, so that the cluster can be set up.
    """

    certificate: Path
    """The node's certificate and unencrypted key in one PEM file."""
    authority: Path
    """The certificates, in PEM, by which clients that show one are known."""
    users: Mapping[str, str]
    """Passwords by user, for SCRAM-SHA-512 and PLAIN alike."""


@dataclass(slots=True)
class Brokers:
    """A cluster of Kafka in a directory of its own; ports stay over all its lives."""

    folder: Path
    nodes_count: int = 1
    libraries: Path = LIBRARIES
    heap_mb: int = HEAP_MB
    secured: Secured | None = None
    extra: Mapping[str, str] = field(default_factory=dict)
    """Kafka's own properties, over ours."""
    ports: Sequence[int] = ()
    """For clients, one a node; drawn when not given."""

    nodes: list[Member] = field(default_factory=list, init=False)
    secured_ports: list[int] = field(default_factory=list, init=False)
    _controllers: list[int] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        count = self.nodes_count
        drawn = free_ports(3 * count, self.ports)
        self.ports = list(self.ports) or drawn[:count]
        self._controllers = drawn[count : 2 * count]
        self.secured_ports = drawn[2 * count :]

    @property
    def bootstrap(self) -> str:
        """Where clients begin."""
        return ",".join(f"{HOST}:{port}" for port in self.ports)

    @property
    def secured_bootstrap(self) -> str:
        """Where clients with TLS and SASL begin."""
        return ",".join(f"{HOST}:{port}" for port in self.secured_ports)

    def start(self) -> None:
        """Format what is new, start every node, wait until all of them answer."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.nodes:
            java = _java(self.libraries, self.heap_mb)
            self.nodes = [self._node(number, java) for number in range(1, self.nodes_count + 1)]
        for node in self.nodes:
            if not node.alive:
                node.start()
        for node in self.nodes:
            node.wait_until_ready()

    def stop(self) -> None:
        """End every node, by force where it does not go."""
        stop_all(self.nodes)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """End it at once: who borrows a cluster for a moment has no use for what it wrote."""
        for node in self.nodes:
            node.kill()

    def _node(self, number: int, java: Sequence[str]) -> Member:
        properties = self.folder / f"node-{number}.properties"
        data = self.folder / f"node-{number}"
        lines = [f"{name}={value}\n" for name, value in self._properties(number, data).items()]
        properties.touch(mode=0o600)  # it may hold passwords
        properties.write_text("".join(lines), encoding="utf-8")
        if not (data / "meta.properties").exists():
            self._format(properties, java)
        program = Program(
            name=f"kafka {number}",
            arguments=[*java, "kafka.Kafka", str(properties)],
            log=self.folder / f"node-{number}.log",
            environment=os.environ,  # noqa: TID251 - handed through to Java, never read
        )
        return Member(program, lambda logged: _READY in logged)

    def _format(self, properties: Path, java: Sequence[str]) -> None:
        """Give a data directory its identity: once, or the node would be another one."""
        scram = [
            part
            for user, password in (self.secured.users if self.secured else {}).items()
            for part in ("--add-scram", f"SCRAM-SHA-512=[name={user},password={password}]")
        ]
        command = [*java, "kafka.tools.StorageTool", "format", "--ignore-formatted", *scram]
        command += ["--cluster-id", self._cluster_id(), "--config", str(properties)]
        done = subprocess.run(  # noqa: S603 - Java, with our own arguments
            command,
            capture_output=True,
            check=False,
            text=True,
        )
        if done.returncode:
            raise MemberFailed(f"formatting failed: {done.stdout[-2000:]}{done.stderr[-2000:]}")

    def _cluster_id(self) -> str:
        kept = self.folder / "cluster.id"
        if not kept.exists():
            made = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
            kept.write_text(made.replace("-", "A", 1), encoding="ascii")
        return kept.read_text(encoding="ascii")

    def _properties(self, number: int, data: Path) -> dict[str, str]:
        index = number - 1
        voters = [f"{n}@{HOST}:{port}" for n, port in enumerate(self._controllers, start=1)]
        clients = f"PLAINTEXT://{HOST}:{self.ports[index]}"
        replicas = min(self.nodes_count, _REPLICAS_MAX)
        in_sync = min(self.nodes_count, _IN_SYNC_MIN)
        properties = {
            "process.roles": "broker,controller",
            "node.id": str(number),
            "controller.quorum.voters": ",".join(voters),
            "listeners": f"{clients},CONTROLLER://{HOST}:{self._controllers[index]}",
            "advertised.listeners": clients,
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": str(data.resolve()),
            "default.replication.factor": str(replicas),
            "min.insync.replicas": str(in_sync),
            "offsets.topic.replication.factor": str(replicas),
            "transaction.state.log.replication.factor": str(replicas),
            "transaction.state.log.min.isr": str(in_sync),
            "share.coordinator.state.topic.replication.factor": str(replicas),
            "share.coordinator.state.topic.min.isr": str(in_sync),
            **_SMALL,
        }
        if self.secured:
            _secure(properties, self.secured, self.secured_ports[index])
        return {**properties, **self.extra}


def _secure(properties: dict[str, str], secured: Secured, port: int) -> None:
    """Open the second listener; rights come from access lists from now on."""
    address = f"SASL_SSL://{HOST}:{port}"
    users = " ".join(f'user_{name}="{secret}"' for name, secret in secured.users.items())
    properties["listeners"] += f",{address}"
    properties["advertised.listeners"] += f",{address}"
    properties["listener.security.protocol.map"] += ",SASL_SSL:SASL_SSL"
    mechanisms = "listener.name.sasl_ssl."
    login = "org.apache.kafka.common.security"
    properties |= {
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": "User:ANONYMOUS",
        "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-512",
        f"{mechanisms}plain.sasl.jaas.config": f"{login}.plain.PlainLoginModule required {users};",
        f"{mechanisms}scram-sha-512.sasl.jaas.config": (
            f"{login}.scram.ScramLoginModule required;"
        ),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(secured.certificate.resolve()),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": str(secured.authority.resolve()),
        "ssl.client.auth": "requested",
    }


def _java(libraries: Path, heap_mb: int) -> list[str]:
    """Give the command up to the class that is started."""
    java = shutil.which("java")
    if java is None:
        raise MemberFailed("Java is missing: install Java 17 (Debian: openjdk-17-jre-headless)")
    if not (libraries / ".ready").exists():
        raise MemberFailed(f"Kafka's class path is missing in {libraries}: run make .kafka/.ready")
    # Sorted, because the archive of classes is made for one order of the class path only.
    jars = sorted(str(jar.resolve()) for jar in (libraries / "jars").glob("*.jar"))
    archive = (libraries / "classes.jsa").resolve()
    shared = [f"-XX:SharedArchiveFile={archive}"] if archive.exists() else []
    heap = [f"-Xmx{heap_mb}m", f"-Xms{heap_mb // 4}m"]
    logging = f"-Dlog4j2.configurationFile={_LOGGING}"
    return [java, *heap, *_QUICK, *shared, logging, "-cp", os.pathsep.join(jars)]
