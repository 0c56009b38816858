"""闸门: what lets work begin, waits for a database that is gone, and ends a process with a defect.

Nothing is acknowledged before it is committed. So a process may end at any moment: whatever it had
in hand comes again, and the inbox turns away what had been committed already.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Final, TypeVar

import structlog

from streams.database.engine import DatabaseUnavailable
from streams.letters.defects import reason_of

EXIT_DEFECT: Final = 70
"""The exit code of a process that met a defect: EX_SOFTWARE of sysexits.h."""

_PAUSE_SECONDS_FIRST: Final = 0.1
_PAUSE_SECONDS_MAX: Final = 5.0

_log: Final = structlog.get_logger(__name__)
_ResultT = TypeVar("_ResultT")


def end_process(code: int) -> None:
    """Leave at once: no clean stop, which would commit offsets of what was never handled."""
    os._exit(code)


def pauses() -> Iterator[float]:
    """Give ever longer pauses, without an end."""
    pause = _PAUSE_SECONDS_FIRST
    while True:
        yield pause
        pause = min(pause * 2, _PAUSE_SECONDS_MAX)


class Gate:
    """闸门 of one process: open while it works, closed once it is to end."""

    def __init__(self, end: Callable[[int], None] = end_process) -> None:
        self._end: Final = end
        self._closed = False
        self._inside = 0
        self._empty: Final = asyncio.Event()
        self._empty.set()

    @asynccontextmanager
    async def work(self) -> AsyncIterator[None]:
        """Let a batch begin, or hold it for ever when the process is to end."""
        if self._closed:
            await asyncio.get_running_loop().create_future()  # until the agent is cancelled
        self._inside += 1
        self._empty.clear()
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._empty.set()

    async def close(self, seconds: float) -> bool:
        """Let nothing new begin; tell whether what had begun came to its end in time."""
        self._closed = True
        try:
            await asyncio.wait_for(self._empty.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def until_committed(self, work: Callable[[], _ResultT]) -> _ResultT:
        """Run in a thread until the database takes it; a defect ends the process."""
        for pause in pauses():
            try:
                return await asyncio.to_thread(work)
            except DatabaseUnavailable as error:
                _log.warning("database-unavailable", kind=str(error), pause_seconds=pause)
                await asyncio.sleep(pause)  # nothing is acknowledged: Kafka keeps it
            except Exception as error:
                _log.error("stopped-by-defect", reason=reason_of(error))
                self._end(EXIT_DEFECT)
                raise
        raise AssertionError("the pauses have no end")

    async def until_done(self, work: Callable[[], _ResultT]) -> _ResultT:
        """Run in a thread until it succeeds; a defect is told, and tried again."""
        for pause in pauses():
            try:
                return await asyncio.to_thread(work)
            except Exception as error:  # noqa: BLE001 (what follows the log waits for its mending)
                _log.error("runner-failed", reason=reason_of(error), pause_seconds=pause)
                await asyncio.sleep(pause)
        raise AssertionError("the pauses have no end")
