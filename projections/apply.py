"""更新: feed pages of the log to every read model: read and fold first, then write all in one go.

The two halves may be two transactions, so that the one writer of a database is kept busy only while
rows are written. The bookmarks move in the second, each from where the first one found it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final, TypeAlias

from sqlalchemy import Connection

from projections.assignments import rows as assignments
from projections.audit import rows as audit
from projections.bookmarks import Move, all_bookmarks, move_bookmarks
from projections.calls import rows as calls
from projections.evaluations import rows as evaluations
from projections.log import LogLine, LogPage
from projections.tickets import rows as tickets

Write: TypeAlias = Callable[[Connection], None]
Prepare: TypeAlias = Callable[[Connection, Sequence[LogLine]], Write]

MODELS: Final[Mapping[str, Prepare]] = {
    tickets.SUBSCRIPTION: tickets.prepare,
    assignments.SUBSCRIPTION: assignments.prepare,
    evaluations.SUBSCRIPTION: evaluations.prepare,
    calls.SUBSCRIPTION: calls.prepare,
    audit.SUBSCRIPTION: audit.prepare,
}
"""By the names of the bookmarks, which always stand together."""
SUBSCRIPTIONS: Final = tuple(MODELS)


def prepare(connection: Connection, pages: Sequence[LogPage]) -> Write:
    """Fold pages, reading only; what a model has seen already it skips. Gives what writes it.

    The writer raises `BookmarkMovedError` where somebody else was faster; its transaction is lost.
    """
    found = all_bookmarks(connection)
    moves: list[Move] = []
    writes: list[Write] = []
    for name, model in MODELS.items():
        before = found.get(name, {})
        after: dict[int, int] = {}
        fresh: list[LogLine] = []
        for page in pages:
            at = after.get(page.partition) or before.get(page.partition, 0)
            if lines := page.after(at):
                fresh += lines
                after[page.partition] = lines[-1].position
        moves += [Move(name, part, before.get(part, 0), last) for part, last in after.items()]
        if fresh:
            writes.append(model(connection, fresh))
    return partial(_write, moves, writes)


def _write(moves: Sequence[Move], writes: Sequence[Write], connection: Connection) -> None:
    move_bookmarks(connection, moves)
    for write in writes:
        write(connection)


def apply_page(connection: Connection, page: LogPage) -> None:
    """Move all read models by one page, in the caller's transaction."""
    prepare(connection, (page,))(connection)
