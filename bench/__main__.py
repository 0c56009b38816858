"""`python -m bench`: speed and memory of the product, printed as one table.

Figures are the best and the median of several runs: on a machine that does other work besides, the
best run is the nearest to the truth. Every row can be run alone (`--only batch-sqlite`). The rows
`list`, `memory`, `pages` and `growth` need a big store; it is made once, in the folder of
`--store`. A row that breaks is told, and the others go on.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from rich.console import Console

from bench import (
    batches,
    beside_peers,
    firing,
    growing,
    pages,
    rating,
    reading_models,
    serving,
    texting,
)
from bench.table import FOLDER, Measured, keep, keep_figures, show
from streams.processes import process

PROGRESS: Final = Console(stderr=True)


def _big(chosen: argparse.Namespace) -> Path:
    folder: Path = chosen.store / str(chosen.tickets)
    return folder


def _say(text: str) -> None:
    PROGRESS.print(f"  {text}")


def _peers(chosen: argparse.Namespace) -> Iterator[Measured]:
    figures = list(beside_peers.figures(chosen.share))
    keep_figures(figures)
    for figure in figures:
        _say(figure.line())
    yield from ()


ROWS: Final[dict[str, Callable[[argparse.Namespace], Iterator[Measured]]]] = {
    "batch-sqlite": lambda chosen: batches.on_sqlite(chosen.runs, chosen.share),
    "batch-postgresql": lambda chosen: batches.on_postgresql(chosen.runs, chosen.share),
    "http": lambda chosen: serving.staff_commands(chosen.runs, chosen.share),
    "texts": lambda chosen: texting.through_the_outbox(chosen.runs, chosen.share),
    "ratings": lambda chosen: rating.through_the_api(chosen.runs, chosen.share),
    "rebuild": lambda chosen: reading_models.rebuilding(chosen.runs, chosen.share),
    "timers": lambda chosen: firing.due_timers(chosen.runs, chosen.share),
    "peers": _peers,
    "list": lambda chosen: reading_models.listing(_big(chosen), chosen.tickets, chosen.runs, _say),
    "memory": lambda chosen: growing.memory(_big(chosen), chosen.tickets, _say),
    "pages": lambda chosen: pages.pages(_big(chosen), chosen.tickets, chosen.runs, _say),
    "growth": lambda chosen: growing.growth(
        chosen.store / str(growing.FEW), _big(chosen), chosen.tickets, chosen.runs, _say
    ),
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=ROWS, help="this row, may be repeated")
    parser.add_argument("--runs", type=int, default=0, help="how often each figure is measured")
    parser.add_argument("--quick", action="store_true", help="one run of a fifth of the size")
    parser.add_argument("--store", type=Path, default=FOLDER / "stores", help="the big stores")
    parser.add_argument("--tickets", type=int, default=0, help="tickets in the big store")
    chosen = parser.parse_args(arguments)
    chosen.share = 0.2 if chosen.quick else 1.0
    chosen.runs = chosen.runs or (1 if chosen.quick else 3)
    chosen.tickets = chosen.tickets or (20_000 if chosen.quick else reading_models.MANY)
    process.settle()  # as the product does when it is up
    rows: list[Measured] = []
    broken: list[str] = []
    began, names = time.monotonic(), list(chosen.only or ROWS)
    for number, name in enumerate(names, start=1):
        gone = timedelta(seconds=round(time.monotonic() - began))
        PROGRESS.print(f"{gone}  {number} of {len(names)}: {name} ...", highlight=False)
        try:
            for measured in ROWS[name](chosen):
                _say(f"{measured.work}: {measured.best:,.1f} {measured.target.unit}")
                rows.append(measured)
                keep([measured])
        except Exception:  # noqa: BLE001 - a row that breaks must not take the others with it
            PROGRESS.print_exception()
            broken.append(name)
    if rows:
        show(rows, Console(width=None if sys.stdout.isatty() else 160))
    gone = timedelta(seconds=round(time.monotonic() - began))
    PROGRESS.print(f"{gone} in all", highlight=False)
    if broken:
        sys.exit(f"broken: {', '.join(broken)}")


if __name__ == "__main__":
    main()
