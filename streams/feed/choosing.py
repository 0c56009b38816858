"""挑选: follows the log for the few kinds of facts that somebody waits for; decodes nothing else.

The bookmark moves in the transaction of the follower's rows, as with any subscription, so a crash
between any two steps feeds a fact again or not at all.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, TypeAlias

from sqlalchemy import ColumnElement, Connection, Engine

from projections.apply import Write
from projections.bookmarks import BookmarkMovedError, Move, all_bookmarks, move_bookmarks
from projections.log import LogLine
from streams.database.engine import reading, writing
from streams.database.tables import events
from streams.feed.subscriptions import next_round
from streams.log.store import chosen, heads

ROUND_LINES_MAX: Final = 5000
"""Positions a round (our default): most of them are passed over without being read whole."""

Taken: TypeAlias = Callable[[Connection, Sequence[LogLine]], Write]


def of_types(*types: type) -> ColumnElement[bool]:
    """Want the facts of these types."""
    return events.c.type.in_([one.__name__ for one in types])


def follow_chosen(
    engine: Engine,
    name: str,
    wanted: ColumnElement[bool],
    take: Taken,
    count: int = ROUND_LINES_MAX,
) -> None:
    """Feed what is in the log now and wanted to `take`, a round a transaction."""
    ends: dict[int, int] | None = None
    while True:
        with reading(engine) as connection:
            read = all_bookmarks(connection).get(name, {})
            ends = heads(connection) if ends is None else ends
            fresh = next_round(read, ends, count)
            if not fresh:
                return
            lines = [line for span in fresh for line in chosen(connection, span, wanted)]
            write = take(connection, lines)
        moves = [Move(name, part, read.get(part, 0), last) for part, _, last in fresh]
        with suppress(BookmarkMovedError), writing(engine) as connection:
            move_bookmarks(connection, moves)
            write(connection)
