"""A full disk at the database: nothing is stored, nothing is lost, and room is all it takes."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select, text

from handlers.outcome import Context
from handlers.receipt import ReceiptStatus
from streams.batches.commit import commit_batch
from streams.batches.context import load_context
from streams.database import tables
from streams.database.engine import DatabaseUnavailable, reading, writing
from streams.intake.taking import take_in
from streams.messages.raw import RawMessage
from tests.contract import toy
from tests.contract.test_intake import NOW, WIRING
from tests.unit.streams.messages import post

Full = Callable[[], AbstractContextManager[None]]

_FULL = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
END $$
"""


@contextmanager
def _sqlite_full(engine: Engine) -> Iterator[None]:
    """Let the file grow no further."""

    def limit(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")  # which means: as many as there are

    def unlimit(connection: Any, _record: object, _proxy: object) -> None:
        connection.execute("PRAGMA max_page_count = 1073741823")

    event.listen(engine, "checkout", limit)
    yield
    event.remove(engine, "checkout", limit)
    event.listen(engine, "checkout", unlimit)


@contextmanager
def _postgresql_full(engine: Engine) -> Iterator[None]:
    """Let the server answer each line of the log as it answers where the disk is full."""
    with writing(engine) as connection:
        connection.execute(text(_FULL))
        connection.execute(
            text("CREATE TRIGGER no_room BEFORE INSERT ON events EXECUTE FUNCTION no_room()")
        )
    yield
    with writing(engine) as connection:
        connection.execute(text("DROP FUNCTION no_room CASCADE"))


@pytest.fixture
def full(engine: Engine) -> Full:
    """Give what fills the disk for a while."""
    fill = _sqlite_full if engine.dialect.name == "sqlite" else _postgresql_full
    return lambda: fill(engine)


@pytest.fixture
def context(engine: Engine) -> Context:
    with reading(engine) as connection:
        return load_context(connection, WIRING)


def counts(engine: Engine) -> tuple[int, ...]:
    asked = (tables.events, tables.inbox, tables.dead_letters)
    with reading(engine) as connection:
        return tuple(
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in asked
        )


def calls(number: int) -> list[RawMessage]:
    return [post.call(offset, text="很长的话。" * 500) for offset in range(number)]


def test_intake_waits_for_room_and_is_acknowledged_to_nobody(
    engine: Engine, context: Context, full: Full
) -> None:
    before = counts(engine)
    with full(), pytest.raises(DatabaseUnavailable):
        take_in(engine, calls(200), context, WIRING, NOW)
    after = counts(engine)

    receipts = take_in(engine, calls(200), context, WIRING, NOW)

    assert before == after
    assert {receipt.status for receipt in receipts} == {ReceiptStatus.DONE}
    assert counts(engine)[1:] == (200, 0)


def test_a_command_is_told_that_the_store_is_away(
    engine: Engine, context: Context, full: Full
) -> None:
    envelopes = [toy.register(f"m{number}", actor=toy.OPERATOR) for number in range(300)]
    with full(), pytest.raises(DatabaseUnavailable):
        commit_batch(engine, envelopes, context, WIRING, NOW)
    assert counts(engine) == (0, 0, 0)

    receipts = commit_batch(engine, envelopes, context, WIRING, NOW)

    assert {receipt.status for receipt in receipts} == {ReceiptStatus.DONE}
