"""A throw-away PostgreSQL cluster on loopback: started for one run, gone after it."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

USER: Final = "bihuan"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the cluster listens. Everybody on loopback is trusted: nothing in it is worth a key."""

    host: str
    port: int
    user: str = USER

    def create(self, database: str) -> str:
        """Make a database and give its address for psycopg 3."""
        _program("createdb", "-h", self.host, "-p", str(self.port), "-U", self.user, database)
        return f"postgresql+psycopg://{self.user}@{self.host}:{self.port}/{database}"


@contextmanager
def throw_away_cluster(**settings: str) -> Iterator[Cluster]:
    """Run a cluster with the defaults of PostgreSQL (durable commits) and these settings."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-bench-"))
    folder.chmod(0o777)
    data, log, port = folder / "data", folder / "server.log", _free_port()
    options = [f"-p {port}", "-h 127.0.0.1", f"-k {folder}"]
    options += [f"-c {name}={value}" for name, value in settings.items()]
    try:
        _program("initdb", "-D", str(data), "-U", USER, "-A", "trust", "--encoding=UTF8")
        _program("pg_ctl", "-D", str(data), "-l", str(log), "-w", "-o", " ".join(options), "start")
        try:
            yield Cluster("127.0.0.1", port)
        finally:
            _program("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str, *arguments: str) -> None:
    """Run a program of PostgreSQL's. A server keeps its starter's output, so that is a file."""
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [*_unprivileged(), str(_binaries() / name), *arguments],
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            cwd="/",
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{name} failed: {output.read()}")


def _binaries() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    if initdb is None:
        raise RuntimeError("PostgreSQL's programs are missing: install postgresql")
    return Path(initdb).resolve().parent


def _unprivileged() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    pwd.getpwnam("postgres")
    return ["runuser", "-u", "postgres", "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
