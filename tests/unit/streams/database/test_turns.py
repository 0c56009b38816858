from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from streams.accounts.accounts import CODE_DIGITS
from streams.database.engine import _TURNS, database_url, make_engine, reading, writing
from streams.database.turns import Turns
from streams.processes.opening import open_store
from streams.settings import Settings


def test_turns_are_taken_in_the_order_of_asking() -> None:
    turns, order = Turns(), list[int]()

    def take(number: int) -> None:
        with turns:
            order.append(number)

    threads = [Thread(target=take, args=(number,)) for number in range(5)]
    with turns:
        for waiting, thread in enumerate(threads, start=1):
            thread.start()
            while len(turns._waiting) < waiting:
                pass
        assert order == []
    for thread in threads:
        thread.join()
    assert order == [0, 1, 2, 3, 4]


def test_a_turn_ends_with_an_error_too() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="broken"), turns:
        raise ValueError("broken")
    with turns:
        assert turns._taken
    assert not turns._taken


def test_a_turn_that_does_not_come_in_time_is_not_waited_for_any_more() -> None:
    turns = Turns()
    with turns:
        assert not turns.take(0.001)
    with turns:
        assert not turns._waiting


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = make_engine(database_url(tmp_path))
    with writing(made) as connection:
        connection.exec_driver_sql("CREATE TABLE told (word TEXT)")
    yield made
    made.dispose()


def test_every_writing_transaction_of_an_engine_waits_for_its_turn(engine: Engine) -> None:
    turns = _TURNS[str(engine.url.database)]

    def tell() -> None:
        with engine.begin() as connection:  # as rooms do that know nothing of turns
            connection.exec_driver_sql("INSERT INTO told VALUES ('second')")

    second = Thread(target=tell)
    with writing(engine) as connection:
        second.start()
        while second.is_alive() and not turns._waiting:
            pass
        connection.exec_driver_sql("INSERT INTO told VALUES ('first')")
    second.join()
    with reading(engine) as connection:
        told = connection.exec_driver_sql("SELECT word FROM told ORDER BY rowid").scalars().all()
    assert told == ["first", "second"]
    assert not turns._taken


def test_a_transaction_that_fails_gives_its_turn_away(engine: Engine) -> None:
    with pytest.raises(OperationalError), engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")
    with engine.connect() as connection:
        connection.exec_driver_sql("INSERT INTO told VALUES ('given up')")
    assert not _TURNS[str(engine.url.database)]._taken


def test_who_only_reads_an_account_does_not_wait_for_the_writer(tmp_path: Path) -> None:
    store = open_store(Settings(data=tmp_path))
    with writing(store.engine):
        assert store.accounts.session("nobody's", datetime(2026, 3, 2, tzinfo=UTC)) is None
        assert len(store.accounts.query_code("5118012026030201000001")) == CODE_DIGITS
    store.engine.dispose()
