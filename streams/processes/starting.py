"""启动: a start that waits for database and Kafka, and says meanwhile what it is waiting for.

Whoever starts a whole house at once, or brings it back after a power cut, cannot say in which order
its parts come up. What only a person can mend, such as a wrong password, is not waited for.
"""

import time
from collections.abc import Callable
from typing import Final, TypeVar

import structlog

from streams.agents.gate import pauses
from streams.processes.watch import Watch

_ResultT = TypeVar("_ResultT")

_log: Final = structlog.get_logger(__name__)


class Absent(Exception):  # noqa: N818 (a state of the world, named as one says it)
    """不在: something that a start needs does not answer; `trouble` is a stable word for it."""

    def __init__(self, trouble: str, reason: str = "") -> None:
        super().__init__(trouble)
        self.trouble: Final = trouble
        self.reason: Final = reason


def until_there(
    attempt: Callable[[], _ResultT],
    *,
    seconds_max: float,
    place: tuple[str, int] | None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> _ResultT:
    """Try until nothing is absent any more, and raise `Absent` once the time is over.

    Meanwhile `place`, host and port, answers that the process lives and what it waits for.
    """
    end = clock() + seconds_max
    troubles: list[str] = []
    watch: Watch | None = None
    try:
        for pause in pauses():
            try:
                return attempt()
            except Absent as absent:
                if clock() + pause > end:
                    raise
                _log.warning("start-waits", trouble=absent.trouble, pause_seconds=pause)
                troubles[:] = [absent.trouble]
            if watch is None and place is not None:
                watch = Watch(*place, lambda: troubles, lambda: None, alone=True)
                watch.start()
            sleep(pause)
        raise AssertionError("the pauses have no end")
    finally:
        if watch is not None:
            watch.stop()
