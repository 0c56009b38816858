"""轮次: SQLite has one writer, so the threads of a process take turns, in the order of asking.

SQLite itself knows no queue: who finds the file taken sleeps, ever longer, and may be overtaken.
Other processes are still kept out by SQLite's own lock.
"""

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

    def __enter__(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()  # released by whoever has the turn before

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
