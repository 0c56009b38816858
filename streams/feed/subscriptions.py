"""订阅: feeds the log to whoever reads it, in order, each position once.

The bookmark moves in the transaction of the reader's rows, so a crash between any two steps feeds
a page again or not at all; a page that comes twice is skipped by its positions. A round takes what
is new in all partitions; it is folded beside the writers and written in one short transaction.
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final, TypeAlias

from sqlalchemy import Connection, Engine

from projections.apply import SUBSCRIPTIONS, Write, prepare
from projections.bookmarks import BookmarkMovedError, all_bookmarks
from projections.log import LogPage
from streams.database.engine import reading, writing
from streams.log.store import Span, as_written, heads, page, spans

Prepare: TypeAlias = Callable[[Connection, Sequence[LogPage]], Write]
Positions: TypeAlias = dict[int, int]

WALK_LINES_MAX: Final = 5000
"""Lines read at once where the whole log is walked: it is cut into a page for each partition."""
ROUND_LINES_MAX: Final = 500
"""Lines a round (our default): more keeps the one writer of SQLite longer from the commands."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """订阅: `prepare` reads and folds pages and gives what writes them and moves the bookmarks.

    `names` are those bookmarks; they stand together.
    """

    names: tuple[str, ...]
    prepare: Prepare


class FeedStalledError(Exception):
    """订阅停滞: a round brought its reader no further, and no other round would either.

    Either the log lacks lines that its counters know of (`bihuan verify` names the place), or a
    reader does not move its bookmark. Going on would ask the same question for ever.
    """

    code: Final = "feed-stalled"

    def __init__(self, partition: int, position: int) -> None:
        super().__init__(f"{self.code}: partition {partition} stays at position {position}")
        self.partition: Final = partition
        self.position: Final = position


RACES_MAX: Final = 100
"""Rounds in a row that may be lost to somebody who was faster (our default)."""

_PARTITION: Final = itemgetter(0)
_PLACE: Final = itemgetter(0, 1)  # partition, position
READ_MODELS: Final = Subscription(SUBSCRIPTIONS, prepare)


def read_positions(connection: Connection, subscription: Subscription) -> Positions:
    """Give the position, by partition, that all bookmarks of a subscription have reached."""
    every = all_bookmarks(connection)
    found = [every.get(name, {}) for name in subscription.names]
    partitions = {partition for one in found for partition in one}
    return {partition: min(one.get(partition, 0) for one in found) for partition in partitions}


def feed(
    engine: Engine, subscription: Subscription, round_lines: int = ROUND_LINES_MAX
) -> Positions:
    """Feed everything that is in the log now, a round a transaction; give the new positions."""
    ends: Positions | None = None
    before: Positions | None = None
    lost_count = 0
    while True:
        with reading(engine) as connection:
            read = read_positions(connection, subscription)
            ends = heads(connection) if ends is None else ends
            wanted = next_round(read, ends, round_lines)
            if not wanted:
                return read
            if read == before and not 0 < lost_count <= RACES_MAX:
                raise FeedStalledError(wanted[0][0], wanted[0][1] - 1)
            write = subscription.prepare(connection, lines_of(connection, wanted))
        before = read
        try:
            with writing(engine) as connection:
                write(connection)
            lost_count = 0
        except BookmarkMovedError:
            lost_count += 1


def lines_of(connection: Connection, wanted: Sequence[Span]) -> list[LogPage]:
    """Give the lines of a round; positions are dense, so that each of them must be there."""
    pages = spans(connection, wanted)
    found = {page.partition: page for page in pages}
    for partition, first, last in wanted:
        lines = found[partition].lines if partition in found else ()
        if len(lines) != last - first + 1:
            raise FeedStalledError(partition, first - 1)
    return pages


def next_round(read: Positions, ends: Positions, count: int) -> list[Span]:
    """Choose the next lines of each partition that is behind; positions are dense."""
    chosen: list[Span] = []
    for partition, end in sorted(ends.items()):
        after = read.get(partition, 0)
        if after < end and count > 0:
            last = min(end, after + count)
            chosen.append((partition, after + 1, last))
            count -= last - after
    return chosen


def _pages_as_written(engine: Engine, page_lines: int) -> Generator[LogPage, None, dict[int, int]]:
    """Read the log once from end to end; give how far each partition was read in order."""
    read: Positions = {}
    after = 0
    while True:
        with reading(engine) as connection:
            lines, after = as_written(connection, after, page_lines)
        if not lines:
            return read
        for partition, found in groupby(sorted(lines, key=_PLACE), _PARTITION):
            part = tuple(found)
            first, last = read.get(partition, 0) + 1, part[-1].position
            if part[0].position != first or last - first + 1 != len(part):
                return read  # not as one writer left it: the rest is read by position
            yield LogPage(partition, part)
            read[partition] = last


def whole_log(
    engine: Engine, page_lines: int = WALK_LINES_MAX
) -> Callable[[Mapping[int, int]], Iterator[LogPage]]:
    """Give the source of a rebuild: all pages behind the positions it names."""

    def pages(after: Mapping[int, int]) -> Iterator[LogPage]:
        with reading(engine) as connection:
            ends = heads(connection)
        if not after and engine.dialect.name == "sqlite":
            after = yield from _pages_as_written(engine, page_lines)
        for partition, end in sorted(ends.items()):
            position = after.get(partition, 0)
            while position < end:
                with reading(engine) as connection:
                    lines = page(connection, partition, position, page_lines)
                if not lines.lines:
                    break
                yield lines
                position = lines.lines[-1].position

    return pages
