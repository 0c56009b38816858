"""重建: read models built anew from the log beside the live ones, compared, then swapped.

The live tables answer until the swap and are not touched if the comparison finds a difference that
nobody accepted. The last steps (catch up, compare, swap) are one transaction: a crash leaves the
old tables as they were, and side tables that the next attempt drops.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Engine, text

from hotline.values import dataclass
from projections.apply import SUBSCRIPTIONS, apply_page
from projections.assignments import rows as assignments
from projections.audit import rows as audit
from projections.bookmarks import Move, bookmarks, forget_bookmarks, move_bookmarks
from projections.builder import Builder
from projections.calls import rows as calls
from projections.comparison import Difference, compare_search, compare_tables
from projections.create import create_tables
from projections.evaluations import rows as evaluations
from projections.hurry import in_a_hurry, without_collector
from projections.line_tables import LineTable
from projections.log import LogPage
from projections.search.index import TABLE, drop_search, rename_search
from projections.tickets import rows as tickets

Source: TypeAlias = Callable[[Mapping[int, int]], Iterable[LogPage]]
"""Read the log: all pages after these positions, partition by partition, each in order."""
Progress: TypeAlias = Callable[[str, int], None]
"""Hear of progress: the step (`fold`, `words`, `compare`, `swap`) and the facts folded so far."""

SUFFIX: Final = "_new"
_LIVE: Final[tuple[LineTable[Any], ...]] = (
    tickets.LIVE,
    assignments.LIVE,
    evaluations.LIVE,
    calls.LIVE,
    audit.LIVE,
)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """重建报告: `compared` is false where there was nothing to compare with."""

    events_count: int
    compared: bool
    differences: tuple[Difference, ...]
    swapped: bool


def _silent(_step: str, _events: int) -> None:
    """Tell nobody."""


def rebuild(
    engine: Engine,
    source: Source,
    *,
    accept_differences: bool = False,
    progress: Progress = _silent,
) -> Rebuilt:
    """Rebuild all read models from the log. Subscriptions may go on meanwhile."""
    with without_collector():
        return _rebuilt(engine, source, accept_differences=accept_differences, progress=progress)


def _rebuilt(
    engine: Engine, source: Source, *, accept_differences: bool, progress: Progress
) -> Rebuilt:
    positions: dict[int, int] = {}
    with engine.begin() as connection:
        create_tables(connection)
        builder = Builder(connection, SUFFIX)
        builder.begin()
    with engine.connect() as connection, in_a_hurry(connection):
        builder = Builder(connection, SUFFIX)
        for page in source({}):
            if builder.feed((page,)):
                connection.commit()  # lets other writers in
            progress("fold", builder.events_count)
        builder.finish()
        connection.commit()
        positions.update(builder.positions)
    with engine.begin() as connection, in_a_hurry(connection):
        _lock(connection)
        final = Builder(connection, SUFFIX)
        final.positions.update(positions)
        final.events_count = builder.events_count
        return _end(final, source, accept_differences=accept_differences, progress=progress)


def _end(
    builder: Builder, source: Source, *, accept_differences: bool, progress: Progress
) -> Rebuilt:
    """Catch up, compare and swap, in the transaction of the builder's connection."""
    connection = builder.connection
    seen = _seen(connection)
    if seen:
        for page in source(seen):
            apply_page(connection, page)
        seen = _seen(connection)
    builder.feed(source(builder.positions), seen or None)
    builder.finish()
    progress("words", builder.events_count)
    builder.save_words()
    progress("compare", builder.events_count)
    differences = _differences(builder) if seen else ()
    swapped = not differences or accept_differences
    if swapped:
        progress("swap", builder.events_count)
        _swap(builder)
    else:
        builder.drop()
    return Rebuilt(builder.events_count, bool(seen), differences, swapped)


def compare(
    connection: Connection, source: Source, progress: Progress = _silent
) -> tuple[Difference, ...]:
    """Tell where the live read models differ from the log, as far as they have read it.

    Side tables are made and dropped on this connection; roll back to leave no trace at all.
    """
    builder = Builder(connection, "_check")
    builder.begin()
    seen = _seen(connection)
    for page in source({}):
        builder.feed((page,), seen)
        progress("fold", builder.events_count)
    builder.finish()
    builder.save_words()
    progress("compare", builder.events_count)
    differences = _differences(builder)
    builder.drop()
    return differences


def _seen(connection: Connection) -> dict[int, int]:
    """Give how far the live tables have read; they always stand together."""
    return bookmarks(connection, SUBSCRIPTIONS[0])


def _lock(connection: Connection) -> None:
    """Keep subscriptions from writing until the end; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE subscriptions IN EXCLUSIVE MODE"))


def _differences(builder: Builder) -> tuple[Difference, ...]:
    connection = builder.connection
    sides: tuple[LineTable[Any], ...] = (
        builder.tickets,
        builder.assignments,
        builder.evaluations,
        builder.calls,
        builder.events,
    )
    found = [
        compare_tables(connection, live.table, side.table)
        for live, side in zip(_LIVE, sides, strict=True)
    ]
    found.append(compare_search(connection, TABLE, builder.search))
    return tuple(difference for difference in found if difference is not None)


def _swap(builder: Builder) -> None:
    """Put the side tables in the place of the live ones, with indexes and bookmarks."""
    connection = builder.connection
    for live, side in zip(_LIVE, builder.kept, strict=True):
        name = live.table.name
        live.table.drop(connection)
        connection.exec_driver_sql(f"ALTER TABLE {side} RENAME TO {name}")
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"ALTER INDEX {side}_pkey RENAME TO {name}_pkey")
        for index in live.table.indexes:
            index.create(connection)
    drop_search(connection, TABLE)
    rename_search(connection, builder.search, TABLE)
    for name in SUBSCRIPTIONS:
        forget_bookmarks(connection, name)
    read = builder.positions.items()
    moves = [Move(name, part, 0, position) for name in SUBSCRIPTIONS for part, position in read]
    move_bookmarks(connection, moves)
