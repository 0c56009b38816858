"""What the database says while the cluster works: how far it has come, and when."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from bench.cluster.house import House
from streams.database.engine import reading
from streams.feed.subscriptions import READ_MODELS, read_positions
from streams.intake.handled import published_positions
from streams.log.store import heads

LOOK_SECONDS: Final = 0.1
STILL_SECONDS_MAX: Final = 90.0


def count(house: House, query: str, **values: object) -> int:
    """Ask for one number."""
    with reading(house.store.engine) as connection:
        return int(connection.scalar(text(query), values) or 0)


def events(house: House) -> int:
    """Give the length of the log."""
    with reading(house.store.engine) as connection:
        return sum(heads(connection).values())


def visible(house: House) -> bool:
    """Tell whether the read models show the whole log."""
    with reading(house.store.engine) as connection:
        read = read_positions(connection, READ_MODELS)
        return all(read.get(part, 0) >= end for part, end in heads(connection).items())


def published(house: House) -> bool:
    """Tell whether the whole log is on its topic."""
    with reading(house.store.engine) as connection:
        return all(at >= last for at, last in published_positions(connection).values())


def settle(house: House) -> None:
    """Wait until nothing is left of a part before: nothing to read, publish or send."""
    until(house, lambda: 0 if visible(house) and published(house) else 1, "settling", left=True)
    quiet = 0
    before = house.cpu()
    for _ in range(60):
        time.sleep(1.0)
        now = house.cpu()
        used = sum(now.values()) - sum(before.values())
        before, quiet = now, quiet + 1 if used < 0.5 else 0
        if quiet == 2:
            return


def until(
    house: House, look: Callable[[], int], what: str, *, wanted: int = 0, left: bool = False
) -> float:
    """Look until the number is reached (or nothing is left); tell the moment. It must move."""
    best, moved_at, told_at = None, time.monotonic(), time.monotonic()
    while True:
        found = look()
        if (left and found <= 0) or (not left and found >= wanted):
            return time.time()
        now = time.monotonic()
        if found != best:
            best, moved_at = found, now
        elif now - moved_at > STILL_SECONDS_MAX:
            raise RuntimeError(f"{what} stands still at {found:,}; logs in {house.cluster.folder}")
        if now - told_at > 5:
            told_at = now
            house.say(f"{what}: {found:,}" + ("" if left else f" of {wanted:,}"))
        time.sleep(LOOK_SECONDS)


@dataclass(slots=True)
class Meter:
    """CPU from here on, by kind of process, for each piece of work."""

    house: House
    before: dict[str, float]
    began: float

    @classmethod
    def started(cls, house: House) -> "Meter":
        return cls(house, house.cpu(), time.time())

    def each(self, pieces: int) -> str:
        """Say what a piece cost."""
        now = self.house.cpu()
        seconds = time.time() - self.began
        used = {name: now[name] - self.before[name] for name in now}
        parts = [f"{name} {spent / pieces * 1e6:,.0f}" for name, spent in used.items() if spent]
        busy = sum(used.values()) / seconds
        return f"µs of CPU each: {', '.join(parts)}; {busy:.1f} cores busy"
