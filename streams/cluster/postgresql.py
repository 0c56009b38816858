"""数据库节点: PostgreSQL from the Debian package, as a plain process in a directory of its own."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from sqlalchemy.engine import URL

from streams.cluster.member import Member, MemberFailed, Program
from streams.cluster.ports import HOST

USER: Final = "bihuan"

_READY: Final = "database system is ready to accept connections"
_STILL_THERE: Final = ("is still in use", "lock file")
"""What a new postmaster says while the last processes of a killed one are going."""

_START_TRIES: Final = 240
_PAUSE_SECONDS: Final = 0.25
_ENVIRONMENT: Final = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}


@dataclass(slots=True)
class PostgreSQL:
    """One server. Without a port it listens on a socket in its directory alone."""

    folder: Path
    """Readable on the way by the user that runs the server; PostgreSQL refuses to run as root."""
    port: int | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    """PostgreSQL's own settings; without any, commits are durable."""
    password: str = ""
    """Empty: everybody who reaches it is trusted."""
    member: Member = field(init=False)

    def __post_init__(self) -> None:
        self.member = Member(self._program(), lambda logged: _READY in logged)

    def start(self) -> None:
        """Make the directory where there is none, start, wait until it answers."""
        if not (self.folder / "data" / "PG_VERSION").exists():
            self._make()
        for attempt in range(_START_TRIES):
            self.member.start()
            try:
                self.member.wait_until_ready()
            except MemberFailed as failed:
                leaving = any(words in str(failed) for words in _STILL_THERE)
                if attempt + 1 == _START_TRIES or not leaving:
                    raise
                time.sleep(_PAUSE_SECONDS)
            else:
                return

    def stop(self) -> None:
        """End it; connections that are open are closed."""
        self.member.stop()

    def kill(self) -> None:
        """End it as a power cut does, as far as a program can: its processes go with it."""
        self.member.kill()

    def url(self, database: str = "postgres") -> URL:
        """Give the address of a database for psycopg 3."""
        where = {} if self.port else {"host": str(self.folder)}
        return URL.create(
            "postgresql+psycopg",
            username=USER,
            password=self.password or None,
            host=HOST if self.port else None,
            port=self.port,
            database=database,
            query=where,
        )

    def create(self, database: str) -> str:
        """Make a database and give its address."""
        place = HOST if self.port else str(self.folder)
        port = str(self.port or 5432)
        _run(["createdb", "-h", place, "-p", port, "-U", USER, database], password=self.password)
        return self.url(database).render_as_string(hide_password=False)

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _program(self) -> Program:
        settings = {
            "listen_addresses": HOST if self.port else "",
            "unix_socket_directories": str(self.folder),
            "port": str(self.port or 5432),
            **self.settings,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return Program(
            name="postgresql",
            arguments=[str(_binaries() / "postgres"), "-D", str(self.folder / "data"), *options],
            log=self.folder / "server.log",
            environment=_ENVIRONMENT,
            user=_unprivileged(),
            stop_signal=signal.SIGINT,  # SIGTERM would wait for every client to leave
        )

    def _make(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if user := _unprivileged():
            shutil.chown(self.folder, user, user)
        with tempfile.NamedTemporaryFile("w", prefix="bihuan-") as secret:
            secret.write(self.password)
            secret.flush()
            access = ["-A", "trust"]
            if self.password:
                if user:
                    shutil.chown(secret.name, user)
                access = ["-A", "scram-sha-256", f"--pwfile={secret.name}"]
            data = str(self.folder / "data")
            _run(["initdb", "-D", data, "-U", USER, "--encoding=UTF8", *access])


@contextmanager
def throw_away(port: int | None = None, **settings: str) -> Iterator[PostgreSQL]:
    """Run a server that is gone afterwards, with everything in it."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-pg-"))  # under a path that every user may walk
    folder.chmod(0o711)
    try:
        with PostgreSQL(folder, port, settings) as started:
            yield started
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: Sequence[str], password: str = "") -> None:
    program, *arguments = command
    user = _unprivileged()
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs, with our arguments
        [str(_binaries() / program), *arguments],
        env={**_ENVIRONMENT, "PGPASSWORD": password},
        cwd="/",
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        user=user,
        group=user,
        extra_groups=[] if user else None,
    )
    if done.returncode:
        raise MemberFailed(f"{program} failed: {done.stdout}")


def _binaries() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])
    )
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    if initdb is None:
        raise MemberFailed("PostgreSQL's programs are missing: install postgresql")
    return Path(initdb).resolve().parent


def _unprivileged() -> str | None:
    """Give the user to run as; PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise MemberFailed("running as root, and there is no user to start PostgreSQL as")
