"""The monkey: by seed, it kills, freezes, stops and starts what the cluster consists of."""

import random
import time
from collections.abc import Callable
from typing import Final, TypeAlias

from streams.cluster.cluster import Cluster
from streams.cluster.member import STOP_SECONDS_MAX, Member, MemberFailed

FREEZE_SECONDS: Final = (8.0, 14.0)
"""Past the session time-out of 6 seconds: others take over, then the frozen one comes back."""

DARK_SECONDS: Final = 30.0
"""How long all brokers are down together."""

DATABASE_SECONDS: Final = (3.0, 6.0)
"""How long the database is away: longer than Faust waits between two commits of offsets."""

READY_SECONDS_MAX: Final = 600
"""The end of a wait that a slow machine may need, and only a broken product comes to."""

KINDS_COUNT: Final = 10
"""Disturbances until each kind has come once."""

Disturbance: TypeAlias = Callable[[], None]


class Monkey:
    """猴子. One disturbance at a time, but what it disturbed may still be coming back."""

    def __init__(
        self,
        cluster: Cluster,
        seed: int,
        say: Callable[[str], object],
        stop_seconds_max: float = STOP_SECONDS_MAX,
    ) -> None:
        self._cluster: Final = cluster
        self._draw: Final = random.Random(seed)
        self._say: Final = say
        self._stop_seconds_max: Final = stop_seconds_max
        self._count = 0
        self._deck: list[Disturbance] = []
        """Every kind of disturbance comes once before any comes again."""
        self.done: Final[list[str]] = []
        self.never_stopped: Final[list[str]] = []
        """Whom SIGTERM did not end in time."""
        self.slowest_stop_seconds = 0.0

    def play(self, seconds: float, disturbances_min: int = 0) -> None:
        """Disturb until the time is over and it was often enough, then bring everything back.

        How often is counted, because a slow machine gets through less in the same time.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end or self._count < disturbances_min:
            time.sleep(self._draw.uniform(1.0, 4.0))
            self._act()
            self._cluster.revive()
        self.restore()

    def restore(self) -> None:
        """Thaw and start everything, and wait until it works."""
        cluster = self._cluster
        for member in cluster.members:
            if member.frozen:
                member.thaw()
        if not cluster.postgresql.member.alive:
            cluster.postgresql.start()
        cluster.brokers.start()
        deadline = time.monotonic() + READY_SECONDS_MAX
        while not all(one.alive and one.is_ready(one.logged()) for one in cluster.product):
            cluster.revive()
            if time.monotonic() > deadline:
                tired = [one.name for one in cluster.product if not one.is_ready(one.logged())]
                raise MemberFailed(f"not ready again: {tired}")
            time.sleep(0.5)

    def _act(self) -> None:
        if not self._deck:
            self._deck = self._new_deck()
            self._draw.shuffle(self._deck)
        self._count += 1
        self._deck.pop()()

    def _new_deck(self) -> list[Disturbance]:
        """Give every kind once; all brokers together go down once in a run."""
        cluster, draw = self._cluster, self._draw
        once = [] if self._count else [self._all_brokers_down]
        return [
            *once,
            lambda: self._kill(draw.choice(cluster.workers)),
            lambda: self._stop(draw.choice(cluster.product)),
            lambda: self._freeze(draw.choice(cluster.workers)),
            lambda: self._without_database(self._stop),
            lambda: self._without_database(self._kill),
            lambda: self._without_database(None),
            lambda: self._kill(draw.choice(cluster.apis)),
            lambda: self._kill(draw.choice(cluster.brokers.nodes)),
            lambda: self._freeze(draw.choice(cluster.brokers.nodes)),
        ]

    def _kill(self, member: Member) -> None:
        self._note(f"kill {member.name}")
        member.kill()
        time.sleep(self._draw.uniform(0.0, 2.0))
        member.start()

    def _stop(self, member: Member) -> None:
        """Ask it to end with a batch in hand, and start it again: a rebalance each."""
        self._note(f"stop {member.name}")
        asked_at = time.monotonic()
        if not member.stop(self._stop_seconds_max):
            self.never_stopped.append(member.name)
        self.slowest_stop_seconds = max(self.slowest_stop_seconds, time.monotonic() - asked_at)
        member.start()

    def _freeze(self, member: Member) -> None:
        seconds = self._draw.uniform(*FREEZE_SECONDS)
        if not member.alive:
            return
        self._note(f"freeze {member.name} for {seconds:.0f} s")
        member.freeze()
        time.sleep(seconds)
        if member.alive:
            member.thaw()

    def _without_database(self, fate: Callable[[Member], None] | None) -> None:
        """Kill the database, long enough for offsets to be committed; others may end meanwhile."""
        self._note("kill postgresql")
        self._cluster.postgresql.kill()
        time.sleep(self._draw.uniform(*DATABASE_SECONDS))
        if fate is not None:
            for member in self._cluster.product:
                fate(member)
        self._cluster.postgresql.start()

    def _all_brokers_down(self) -> None:
        self._note(f"all brokers down for {DARK_SECONDS:.0f} s")
        for node in self._cluster.brokers.nodes:
            node.kill()
        time.sleep(DARK_SECONDS)
        for node in self._cluster.brokers.nodes:
            node.start()

    def _note(self, what: str) -> None:
        self.done.append(what)
        self._say(what)
