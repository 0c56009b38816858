"""轮次: SQLite has one writer, so the threads of a process take turns, in the order of asking.

SQLite itself knows no queue: who finds the file taken sleeps, ever longer, and may be overtaken.
Other processes are still kept out by SQLite's own lock.
"""

import sqlite3
from collections import deque
from threading import Lock
from types import TracebackType
from typing import Final


class Turns:
    """轮次 of one database file. Not for a thread that has the turn already."""

    __slots__ = ("_guard", "_taken", "_waiting")

    def __init__(self) -> None:
        self._guard: Final = Lock()
        self._taken = False
        self._waiting: Final[deque[Lock]] = deque()

    def take(self, seconds_max: float = -1) -> bool:
        """Wait for one's turn; False when it did not come in time."""
        with self._guard:
            if not self._taken:
                self._taken = True
                return True
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=seconds_max):  # released by whoever has the turn before
            return True
        with self._guard:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        return True  # handed over at the last moment

    def give(self) -> None:
        """Hand the turn to who has waited longest."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False

    def __enter__(self) -> None:
        self.take()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.give()


class PoliteConnection(sqlite3.Connection):
    """有序连接: keeps the turn from the begin of a writing transaction to its end."""

    _turns: Turns | None = None

    def begin_writing(self, turns: Turns, seconds_max: float) -> bool:
        """Wait for the turn, which ends with the transaction; False when it did not come."""
        if self._turns is None and turns.take(seconds_max):
            self._turns = turns
        return self._turns is not None

    def commit(self) -> None:
        """Commit; whoever fails here rolls back, and has the turn until then."""
        super().commit()
        self._end()

    def rollback(self) -> None:
        """Roll back."""
        try:
            super().rollback()
        finally:
            self._end()

    def close(self) -> None:
        """Close, whatever was open."""
        try:
            super().close()
        finally:
            self._end()

    def _end(self) -> None:
        turns, self._turns = self._turns, None
        if turns is not None:
            turns.give()
