"""Answers 回音: what the committing thread answers, brought to the event loop many at a time.

A thread that does nothing but wait costs more than the rest of a request; so nobody waits here but
the loop, which is woken once for all answers of a commit.
"""

import asyncio
from collections import deque
from concurrent.futures import Future
from typing import Final

from starlette.requests import Request

from handlers.receipt import Receipt


class Answers:
    """回音 for one event loop."""

    __slots__ = ("_arrived", "_is_called", "loop")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop: Final = loop
        self._arrived: Final[deque[tuple[Future[Receipt], asyncio.Future[Receipt]]]] = deque()
        self._is_called = False

    def of(self, handed_in: "Future[Receipt]") -> "asyncio.Future[Receipt]":
        """Give what can be awaited for an envelope that was handed in."""
        waiting: asyncio.Future[Receipt] = self.loop.create_future()
        handed_in.add_done_callback(lambda done: self._arrive(done, waiting))
        return waiting

    def _arrive(self, done: "Future[Receipt]", waiting: "asyncio.Future[Receipt]") -> None:
        """Take an answer, in whatever thread it was given."""
        self._arrived.append((done, waiting))
        if not self._is_called:
            self._is_called = True
            self.loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        self._is_called = False  # first: what arrives from here on calls again
        while self._arrived:
            done, waiting = self._arrived.popleft()
            if waiting.done():
                continue  # who asked has gone
            error = done.exception()
            if error is None:
                waiting.set_result(done.result())
            else:
                waiting.set_exception(error)


def answers(request: Request) -> Answers:
    """Give the answers of the running loop."""
    loop = asyncio.get_running_loop()
    found: Answers | None = getattr(request.app.state, "answers", None)
    if found is None or found.loop is not loop:
        found = request.app.state.answers = Answers(loop)
    return found
