"""Rows and bookmark are one step on SQLite and PostgreSQL, wherever a crash falls between.

The folds know what they have seen by the version of a ticket, so a page fed twice would mostly go
unnoticed; here the bookmark is watched itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from handlers.outcome import Recorded
from projections.apply import apply_page
from projections.apply import prepare as prepare_models
from projections.bookmarks import BookmarkMovedError, bookmarks
from projections.comparison import vocabulary
from projections.search.index import TABLE
from streams.database.engine import reading, writing
from streams.feed.subscriptions import READ_MODELS, feed
from streams.log.append import append
from streams.log.store import heads, page
from tests.unit.projections.story import START, Log, ServiceStory, city

KEPT = (
    "ticket_lines",
    "assignment_lines",
    "evaluation_lines",
    "call_lines",
    "event_lines",
    "subscriptions",
)
WRITES = ("INSERT", "UPDATE", "DELETE")


class CrashError(Exception):
    """The process is gone."""


@contextmanager
def crash_before(engine: Engine, step: int) -> Iterator[list[str]]:
    """Crash before the statement or commit of this number; gives the steps that were begun."""
    begun: list[str] = []

    def on(name: str) -> None:
        begun.append(name)
        if len(begun) > step:
            raise CrashError(name)

    def on_statement(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(WRITES):
            on(statement.partition("(")[0])

    def on_commit(_: object) -> None:
        on("COMMIT")

    event.listen(engine, "before_cursor_execute", on_statement)
    event.listen(engine, "commit", on_commit)
    try:
        yield begun
    finally:
        event.remove(engine, "before_cursor_execute", on_statement)
        event.remove(engine, "commit", on_commit)


def write_log(engine: Engine, log: Log, since: int) -> None:
    """Put the facts into the real log."""
    recorded = [
        Recorded(line.stream, line.version, line.fact, "c", "", line.message_id)
        for line in log.lines[since:]
    ]
    with writing(engine) as connection:
        append(connection, recorded, {}, START)


def stored(engine: Engine) -> dict[str, Any]:
    """Give everything that the read models hold."""
    with reading(engine) as connection:
        rows: dict[str, Any] = {
            name: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {name}")))  # noqa: S608
            for name in KEPT
        }
        return rows | {TABLE: vocabulary(connection, TABLE)}


@pytest.fixture
def log(engine: Engine) -> Log:
    """Feed half of a log; the other half waits."""
    told = city(Log(), 12)
    write_log(engine, told, 0)
    feed(engine, READ_MODELS)
    half = len(told.lines)
    city(told, 12, seed=2)
    ServiceStory(told, "P1/1").serve().rate(2)
    write_log(engine, told, half)
    return told


def test_a_crash_anywhere_leaves_rows_and_bookmarks_as_they_were(engine: Engine, log: Log) -> None:
    before, step, steps = stored(engine), 0, list[str]()
    while True:
        with crash_before(engine, step) as begun:
            try:
                feed(engine, READ_MODELS, round_lines=len(log.lines))
            except CrashError:
                assert stored(engine) == before, begun
                step += 1
                continue
            steps = begun
            break
    assert steps[-1] == "COMMIT"
    assert len([name for name in steps if name.startswith(WRITES)]) >= len(KEPT) + 1
    with reading(engine) as connection:
        ends = heads(connection)
        for name in READ_MODELS.names:
            assert bookmarks(connection, name) == {part: end for part, end in ends.items() if end}


def test_a_page_that_comes_twice_is_not_looked_at(engine: Engine, log: Log) -> None:
    feed(engine, READ_MODELS)
    with writing(engine) as connection:
        connection.exec_driver_sql("UPDATE ticket_lines SET version = 0, returns_count = 77")
        for table in ("assignment_lines", "evaluation_lines", "call_lines", "event_lines"):
            connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608
    spoilt = stored(engine)
    with writing(engine) as connection:
        for partition, end in heads(connection).items():
            if end:
                apply_page(connection, page(connection, partition, 0))
    assert stored(engine) == spoilt
    assert log.lines


def test_what_was_folded_from_an_old_state_is_never_written(engine: Engine, log: Log) -> None:
    with reading(engine) as connection:
        pages = [page(connection, partition, 0) for partition in heads(connection)]
        late = prepare_models(connection, pages)
    feed(engine, READ_MODELS)
    before = stored(engine)
    with pytest.raises(BookmarkMovedError), writing(engine) as connection:
        late(connection)
    assert stored(engine) == before
    assert log.lines
