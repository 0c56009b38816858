"""A database in a file, as the embedded runtime has it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event

from projections.create import create_tables
from tests.unit.projections.story import Log


def _connected(connection: Any, _record: object) -> None:
    connection.isolation_level = None


def _begun(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = create_engine(f"sqlite:///{tmp_path / 'city.sqlite3'}")
    event.listen(made, "connect", _connected)
    event.listen(made, "begin", _begun)
    with made.begin() as connection:
        create_tables(connection)
    yield made
    made.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as made:
        yield made


@pytest.fixture
def log() -> Log:
    return Log()
