"""订阅: feeds the log to whoever reads it, in order, each position once.

The bookmark moves in the transaction of the reader's rows, so a crash between any two steps feeds
a page again or not at all; a page that comes twice is skipped by its positions.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final, TypeAlias

from sqlalchemy import Connection, Engine

from projections.apply import SUBSCRIPTIONS, apply_page
from projections.bookmarks import bookmarks
from projections.log import LogPage
from streams.engine import reading, writing
from streams.store import PAGE_LINES_MAX, as_written, heads, page

Apply: TypeAlias = Callable[[Connection, LogPage], None]
Positions: TypeAlias = dict[int, int]


@dataclass(frozen=True, slots=True)
class Subscription:
    """订阅: `names` are the bookmarks that `apply` moves; they stand together."""

    names: tuple[str, ...]
    apply: Apply


_PARTITION: Final = itemgetter(0)
_PLACE: Final = itemgetter(0, 1)  # partition, position
READ_MODELS: Final = Subscription(SUBSCRIPTIONS, apply_page)


def read_positions(connection: Connection, subscription: Subscription) -> Positions:
    """Give the position, by partition, that all bookmarks of a subscription have reached."""
    found = [bookmarks(connection, name) for name in subscription.names]
    partitions = {partition for one in found for partition in one}
    return {partition: min(one.get(partition, 0) for one in found) for partition in partitions}


def feed(engine: Engine, subscription: Subscription, page_lines: int = PAGE_LINES_MAX) -> Positions:
    """Feed everything that is in the log now, a page a transaction; give the new positions."""
    with reading(engine) as connection:
        read = read_positions(connection, subscription)
        ends = heads(connection)
    for partition, end in sorted(ends.items()):
        while read.get(partition, 0) < end:
            with writing(engine) as connection:
                lines = page(connection, partition, read.get(partition, 0), page_lines)
                if not lines.lines:
                    break
                subscription.apply(connection, lines)
            read[partition] = lines.lines[-1].position
    return read


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
    engine: Engine, page_lines: int = PAGE_LINES_MAX
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
