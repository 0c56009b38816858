"""Databases for the contract of the store: SQLite in a file, PostgreSQL in a cluster of its own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL

from streams.engine import DATABASE_FILE, database_url, make_engine
from streams.schema import upgrade

SQLITE_ONLY = os.environ.get("BIHUAN_TEST_SQLITE_ONLY") == "1"
DATABASES = [
    "sqlite",
    *([] if SQLITE_ONLY else [pytest.param("postgresql", marks=pytest.mark.postgresql)]),
]


def _binaries() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    config = shutil.which("pg_config")
    if config:
        bindir = Path(subprocess.check_output([config, "--bindir"], text=True).strip())
        if (bindir / "initdb").exists():
            return bindir
    initdb = shutil.which("initdb")
    if initdb:
        return Path(initdb).resolve().parent
    raise RuntimeError(
        "PostgreSQL's programs are missing: install postgresql, "
        "or set BIHUAN_TEST_SQLITE_ONLY=1 to test on SQLite alone"
    )


def _unprivileged() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return ["runuser", "-u", name, "--"]
    raise RuntimeError("running as root, and there is no user to start PostgreSQL as")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[URL]:
    """Start a private cluster on a Unix socket; it goes away with the session."""
    binaries, user = _binaries(), _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="bihuan-pg-"))
    folder.chmod(0o777)
    cluster = folder / "cluster"
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}

    def run(program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*user, str(binaries / program), *arguments],
            env=environment,
            cwd="/",
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stdout}")

    run("initdb", "-D", str(cluster), "-U", "bihuan", "-A", "trust", "--encoding=UTF8")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c shared_buffers=32MB"
    log = folder / "server.log"
    run("pg_ctl", "-D", str(cluster), "-o", options, "-l", str(log), "-w", "start")
    try:
        yield URL.create(
            "postgresql+psycopg",
            username="bihuan",
            database="postgres",
            query={"host": str(folder)},
        )
    finally:
        run("pg_ctl", "-D", str(cluster), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the newest form once; each test gets a copy."""
    folder = tmp_path_factory.mktemp("template")
    made = make_engine(database_url(folder))
    upgrade(made)
    made.dispose()
    return folder / DATABASE_FILE


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: URL) -> URL:
    """Make the newest form once; each test gets a copy."""
    address = postgresql_server.set(database="template_of_tests")
    _administrate(postgresql_server, "CREATE DATABASE template_of_tests")
    made = make_engine(address)
    upgrade(made)
    made.dispose()
    return address


def _administrate(server: URL, statement: str) -> None:
    administration = create_engine(server, isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text(statement))
    administration.dispose()


@pytest.fixture(params=DATABASES)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """Give the address of a database without a line in it."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / DATABASE_FILE)
        yield database_url(tmp_path)
        return
    yield request.getfixturevalue("postgresql_address")


@pytest.fixture
def postgresql_address(postgresql_server: URL, postgresql_template: URL) -> Iterator[URL]:
    """Give the address of a database without a line in it, on PostgreSQL."""
    name = f"test_{uuid4().hex}"
    template = postgresql_template.database
    _administrate(postgresql_server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield postgresql_server.set(database=name)
    _administrate(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def engine(address: URL) -> Iterator[Engine]:
    """Give a database in its newest form."""
    made = make_engine(address)
    yield made
    made.dispose()
