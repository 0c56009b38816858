"""Databases for the contract of the store: SQLite in a file, PostgreSQL in a cluster of its own."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL

from streams.cluster.member import MemberFailed
from streams.cluster.postgresql import throw_away
from streams.database.engine import DATABASE_FILE, database_url, make_engine
from streams.database.schema import upgrade

SQLITE_ONLY = os.environ.get("BIHUAN_TEST_SQLITE_ONLY") == "1"
DATABASES = [
    "sqlite",
    *([] if SQLITE_ONLY else [pytest.param("postgresql", marks=pytest.mark.postgresql)]),
]


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[URL]:
    """Start a private server on a Unix socket; it goes away with the session."""
    try:
        with throw_away(shared_buffers="32MB") as server:
            yield server.url()
    except MemberFailed as failed:
        raise RuntimeError(f"{failed}; BIHUAN_TEST_SQLITE_ONLY=1 tests on SQLite alone") from failed


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
