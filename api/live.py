"""Live 实时: tells open pages that tickets moved, by the bookmarks of the read models.

One look for all open pages of a process, a few times a second while there are any: the bookmarks
stand in the database, so every API process sees what any process wrote, and sees it only once the
lists show it. A page hears of what its reader may see, and never the content.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

import structlog

from api import reading
from api.ports import Faces
from api.security import in_thread
from hotline.people.actors import Actor
from hotline.people.sight import EVERYTHING, listed_for
from hotline.tickets.vocabulary import Kind, Secrecy, Stage
from projections.audit import queries as audit
from projections.audit.rows import SUBSCRIPTION
from projections.bookmarks import bookmarks
from projections.calls.rows import PREFIX as CALL_PREFIX
from projections.tickets import queries as tickets
from projections.tickets.keys import PREFIX
from projections.tickets.line import TicketLine

LOOK_SECONDS: Final = 0.3
"""Between two looks; a change is seen within a second (our default)."""
STREAM_SECONDS_MAX: Final = 25.0
"""How long one stream lasts; the page asks anew, so an ended session is noticed (our default)."""
STREAMS_LOOKED_AT: Final = 200

Concerns = Callable[[TicketLine], bool]

_QUEUE: Final = frozenset(
    {
        *(Stage.REGISTERED, Stage.AWAITING_PRECHECK, Stage.AWAITING_ASSIGNMENT, Stage.MERGED),
        *(Stage.AWAITING_ACKNOWLEDGEMENT, Stage.DIRECTLY_ANSWERED, Stage.REFUSED),
    }
)
_log: Final = structlog.get_logger("bihuan.live")


@dataclass(frozen=True, slots=True)
class News:
    """动态: which tickets moved, and how far the read models have come."""

    place: int
    lines: tuple[TicketLine, ...] = ()
    calls_moved: bool = False


Moved = tuple[Sequence[TicketLine], bool]
"""Which tickets moved, and whether any call did."""
Look = Callable[[Mapping[int, int] | None], tuple[Mapping[int, int], Moved]]


def looking(house: Faces) -> Look:
    """Make the look at the read models: where they stand, and what moved since."""

    def ask(read: Mapping[int, int] | None, connection: Any) -> tuple[Mapping[int, int], Moved]:
        now = bookmarks(connection, SUBSCRIPTION)
        if read is None or now == read:
            return now, ((), False)
        moved = {part: read.get(part, 0) for part, end in now.items() if end > read.get(part, 0)}
        streams = audit.streams_after(connection, moved, limit=STREAMS_LOOKED_AT)
        numbers = [one[len(PREFIX) :] for one in streams if one.startswith(PREFIX)]
        lines = tickets.by_numbers(connection, numbers, sight=EVERYTHING) if numbers else ()
        return now, (lines, any(one.startswith(CALL_PREFIX) for one in streams))

    def look(
        read: Mapping[int, int] | None,
    ) -> tuple[Mapping[int, int], Moved]:
        found: tuple[Mapping[int, int], Moved] = reading.ask(house, partial(ask, read))
        return found

    return look


@dataclass(slots=True)
class Watch:
    """守望: the one look of a process, and the pages that listen."""

    look: Look
    pause: float = LOOK_SECONDS
    place: int = 0
    _listeners: set[asyncio.Queue[News]] = field(default_factory=set)
    _task: asyncio.Task[None] | None = None

    async def listen(self, seconds: float = STREAM_SECONDS_MAX) -> AsyncIterator[News]:
        """Give the news as it comes, for a while; first where things stand."""
        queue: asyncio.Queue[News] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            if self._task is None or self._task.done():
                read, _ = await in_thread(partial(self.look, None))
                self.place = sum(read.values())
                if self._task is None or self._task.done():
                    self._task = asyncio.create_task(self._watch(read))
            yield News(self.place)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while True:
                        yield await queue.get()
        finally:
            self._listeners.discard(queue)

    async def _watch(self, read: Mapping[int, int]) -> None:
        while self._listeners:
            await asyncio.sleep(self.pause)
            try:
                read, (lines, calls_moved) = await in_thread(partial(self.look, read))
            except Exception as error:  # noqa: BLE001 (a database that is away comes back; pages wait)
                _log.warning("look failed", kind=type(error).__name__)
                continue
            self.place = sum(read.values())
            if lines or calls_moved:
                news = News(self.place, tuple(lines), calls_moved)
                for queue in self._listeners:
                    queue.put_nowait(news)


def concerns(actor: Actor, topic: str) -> Concerns:
    """Tell which moves a list of this reader is about."""
    sight = listed_for(actor)

    def visible(line: TicketLine) -> bool:
        within = sight.covers(
            lead=line.lead,
            assists=line.assists.split(",") if line.assists else (),
            caller=line.caller,
            secrecy=Secrecy(line.secrecy),
            kind=Kind(line.kind) if line.kind else Kind.HOTLINE,
        )
        return within or bool(sight.department and sight.department in line.departments.split(","))

    if topic == "calls":
        return lambda _line: False  # a page that waits for calls alone
    if topic == "dispatch":
        return lambda line: line.stage in _QUEUE and visible(line)
    return visible
