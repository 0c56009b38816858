"""`python -m bench.cluster`: the distributed product on this machine, measured and printed.

Three brokers, PostgreSQL, API and workers are started for it and are gone afterwards. Each part
runs alone with `--part`; `make bench-cluster PART=intake` does so.
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from rich.console import Console

from bench.cluster import house, loops, moving, parts
from bench.cluster.house import House
from bench.cluster.parts import Size
from bench.table import Measured, keep, show
from streams.cluster.member import Member

PROFILED: Final = 24
PROGRESS: Final = Console(stderr=True, highlight=False)
QUICK: Final = Size(tickets=8_000, ratings=10_000, seconds=20, events=40_000)
WHOLE: Final = Size(tickets=60_000, ratings=60_000, seconds=120, events=400_000)

Part = Callable[[House, Size, argparse.Namespace], Iterator[Measured]]
PARTS: Final[dict[str, Part]] = {
    "intake": lambda house, size, chosen: parts.intake(house, size, chosen.workers),
    "latency": lambda house, size, chosen: parts.latency(house, size, chosen.workers),
    "ratings": lambda house, size, chosen: parts.ratings(house, size, chosen.workers),
    "loops": lambda house, size, chosen: loops.loops(
        house, 60 * chosen.minutes or size.seconds, chosen.workers
    ),
    "relay": lambda house, size, chosen: moving.relay(house, size, chosen.workers),
    "deadlines": lambda house, size, chosen: moving.deadlines(house, size, chosen.workers),
    "workers": lambda house, size, _: parts.scaling(house, size),
    "raw": lambda house, size, _: moving.raw(house, size),
}


def profile(house: House, members: Sequence[Member]) -> Iterator[str]:
    """Say what dominates the CPU of processes since they were started."""
    sums = house.profile(members)
    whole = sum(sums["own"].values())
    if whole:
        for title, name in (("itself", "own"), ("with what it calls", "below")):
            found = sums[name].most_common(PROFILED)
            yield f"{title}: " + ", ".join(f"{one} {sec / whole:.0%}" for one, sec in found)


def ratios(best: Mapping[str, float]) -> Iterator[str]:
    """Set what the house does beside what Kafka and PostgreSQL do at the least."""
    for row, bare, words in (
        ("cluster-intake", "cluster-raw-kafka", "a ticket costs as many bare reads from Kafka"),
        ("cluster-intake", "cluster-raw-postgresql", "a ticket costs as many bare inserts"),
        ("cluster-ratings", "cluster-raw-kafka", "a rating costs as many bare reads from Kafka"),
        ("cluster-ratings", "cluster-raw-postgresql", "a rating costs as many bare inserts"),
    ):
        if row in best and bare in best:
            yield f"{words}: {best[bare] / best[row]:,.1f}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="bench.cluster", description=__doc__)
    parser.add_argument("--part", action="append", choices=PARTS, help="this part, may be repeated")
    parser.add_argument("--quick", action="store_true", help="small sizes: all in ten minutes")
    parser.add_argument("--seed", type=int, default=1, help="of everything that is drawn")
    parser.add_argument("--brokers", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=0.0, help="of the whole loops")
    parser.add_argument("--scale", type=float, default=1.0, help="of everything that is counted")
    chosen = parser.parse_args(arguments)
    size = (QUICK if chosen.quick else WHOLE).scaled(chosen.scale)
    began = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whatever was started ends with us

    def say(text: str) -> None:
        PROGRESS.print(f"{time.monotonic() - began:6.0f} s  {text}", markup=False)

    rows: list[Measured] = []
    broken: list[str] = []
    with house.running(
        brokers=chosen.brokers, workers=max(4, chosen.workers), apis=2, seed=chosen.seed, say=say
    ) as running:
        for name in chosen.part or PARTS:
            say(f"-- {name}")
            try:
                for measured in PARTS[name](running, size, chosen):
                    say(f"{measured.work}: {measured.best:,.1f} {measured.target.unit}")
                    say(f"    {measured.detail}")
                    rows.append(measured)
                    keep([measured])
            except Exception:  # noqa: BLE001 - a part that breaks must not take the others with it
                PROGRESS.print_exception()
                broken.append(name)
            for kind, members in (
                ("workers", running.cluster.workers),
                ("API", running.cluster.apis),
            ):
                for line in profile(running, members):
                    say(f"    {kind}: {line}")
    show(rows, Console(width=None if sys.stdout.isatty() else 160))
    for ratio in ratios({row.row: row.best for row in rows}):
        say(ratio)
    say("in all")
    if broken:
        sys.exit(f"broken: {', '.join(broken)}")


if __name__ == "__main__":
    main()
