"""A store that was made by an older program gets what the lines of tickets have come to hold.

The migrations leave read models to `create_tables`, which makes missing tables and adds no column
to one that is there: whoever gives a line a field writes a migration for it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from alembic import command
from sqlalchemy import Column, Engine, MetaData, Table, insert, inspect, select, text
from sqlalchemy.engine import URL

from projections.tickets.rows import ticket_lines
from streams.database.engine import database_url, make_engine, reading
from streams.database.schema import alembic_config, is_current, upgrade

OLD: Final = "0005"
NEWER: Final = {"stage_overdue_at", "doubts"}
"""Fields that lines have got since, each by a migration."""

FIELDS_THEN_COUNT: Final = 118


@pytest.fixture
def old(address: URL, tmp_path: Path) -> Iterator[Engine]:
    """Give a store of that time, with one ticket in its list."""
    is_file = address.get_backend_name() == "sqlite"
    folder = tmp_path / "old"
    folder.mkdir()
    made = make_engine(database_url(folder) if is_file else address)
    now = ticket_lines.to_metadata(MetaData()).columns
    columns = [
        Column(one.name, one.type, nullable=one.nullable) for one in now if one.name not in NEWER
    ]
    assert len(columns) == FIELDS_THEN_COUNT, "a new field of a line needs a migration: see NEWER"
    then = Table(ticket_lines.name, MetaData(), *columns)
    with made.begin() as connection:
        if not is_file:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        command.upgrade(alembic_config(connection), OLD)
        then.create(connection)
        filled = {
            column.name: column.type.python_type(0) if column.type.python_type is not str else ""
            for column in columns
            if not column.nullable
        }
        connection.execute(insert(then).values(**filled))
    yield made
    made.dispose()


def test_an_old_store_gets_the_columns_of_the_lines_and_keeps_the_lines(old: Engine) -> None:
    upgrade(old)

    with reading(old) as connection:
        assert is_current(connection)
        (line,) = connection.execute(select(*ticket_lines.columns)).all()
    assert (line.doubts, line.stage_overdue_at) == ("", None)


def test_an_old_store_gets_the_indexes_that_the_newer_fields_need(old: Engine) -> None:
    upgrade(old)

    with reading(old) as connection:
        catalogue = (
            "SELECT name FROM sqlite_master WHERE type = 'index'"
            if old.dialect.name == "sqlite"
            else "SELECT indexname FROM pg_indexes"
        )
        there = set(connection.execute(text(catalogue)).scalars())
    needed = {f"ix_ticket_lines_{name}" for name in ("doubts", "stage_due", "revisit", "loop")}
    assert needed <= there
    assert inspect(old).has_table("ticket_accesses")
