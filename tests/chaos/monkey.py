"""The monkey: by seed, it kills, freezes, stops and starts what the cluster consists of."""

import random
import time
from collections.abc import Callable
from typing import Final

from streams.cluster.cluster import Cluster
from streams.cluster.member import Member, MemberFailed

FREEZE_SECONDS: Final = (8.0, 14.0)
"""Past the session time-out of 6 seconds: others take over, then the frozen one comes back."""

DARK_SECONDS: Final = 30.0
"""How long all brokers are down together."""


DATABASE_SECONDS: Final = (3.0, 6.0)
"""How long the database is away: longer than Faust waits between two commits of offsets."""


class Monkey:
    """猴子. One disturbance at a time, but what it disturbed may still be coming back."""

    def __init__(self, cluster: Cluster, seed: int, say: Callable[[str], object]) -> None:
        self._cluster: Final = cluster
        self._draw: Final = random.Random(seed)
        self._say: Final = say
        self._dark_once = False
        self._deck: list[Callable[[float], None]] = []
        """Every kind of disturbance comes once before any comes again."""
        self.done: Final[list[str]] = []

    def play(self, seconds: float) -> None:
        """Disturb until the time is over, then bring everything back."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            time.sleep(min(left, self._draw.uniform(1.0, 4.0)))
            self._act(end - time.monotonic())
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
        deadline = time.monotonic() + 120
        while not all(one.alive and one.is_ready(one.logged()) for one in cluster.product):
            cluster.revive()
            if time.monotonic() > deadline:
                tired = [one.name for one in cluster.product if not one.is_ready(one.logged())]
                raise MemberFailed(f"not ready again: {tired}")
            time.sleep(0.5)

    def _act(self, left: float) -> None:
        cluster, draw = self._cluster, self._draw
        if not self._dark_once and left > DARK_SECONDS and draw.random() < 0.1:
            self._dark_once = True
            self._all_brokers_down()
            return
        if not self._deck:
            self._deck = [
                lambda _: self._kill(draw.choice(cluster.workers)),
                lambda _: self._stop(draw.choice(cluster.workers)),
                lambda left: self._freeze(draw.choice(cluster.workers), left),
                lambda _: self._without_database(self._stop),
                lambda _: self._without_database(self._kill),
                lambda _: self._without_database(None),
                lambda _: self._kill(draw.choice(cluster.apis)),
                lambda _: self._kill(draw.choice(cluster.brokers.nodes)),
                lambda left: self._freeze(draw.choice(cluster.brokers.nodes), left),
            ]
            draw.shuffle(self._deck)
        self._deck.pop()(left)

    def _kill(self, member: Member) -> None:
        self._note(f"kill {member.name}")
        member.kill()
        time.sleep(self._draw.uniform(0.0, 2.0))
        member.start()

    def _stop(self, member: Member) -> None:
        """Ask it to end with a batch in hand, and start it again: a rebalance each."""
        self._note(f"stop {member.name}")
        if not member.stop():
            self._note(f"stop {member.name} took longer than its grace")
        member.start()

    def _freeze(self, member: Member, left: float) -> None:
        seconds = min(self._draw.uniform(*FREEZE_SECONDS), max(left, 1.0))
        if not member.alive:
            return
        self._note(f"freeze {member.name} for {seconds:.0f} s")
        member.freeze()
        time.sleep(seconds)
        if member.alive:
            member.thaw()

    def _without_database(self, fate: Callable[[Member], None] | None) -> None:
        """Kill the database, long enough for offsets to be committed; workers may end meanwhile."""
        self._note("kill postgresql")
        self._cluster.postgresql.kill()
        time.sleep(self._draw.uniform(*DATABASE_SECONDS))
        if fate is not None:
            for worker in self._cluster.workers:
                fate(worker)
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
