"""`python -m bench`: speed and memory of the product, printed as one table.

Figures are the best and the median of several runs: on a machine that does other work besides, the
best run is the nearest to the truth. Every row can be run alone (`--only batch-sqlite`).
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console

from bench import batches, serving
from bench.table import Measured, keep, show

Row = Callable[[argparse.Namespace], Iterator[Measured]]

ROWS: Final[dict[str, Row]] = {
    "batch-sqlite": lambda chosen: batches.on_sqlite(chosen.runs, chosen.share),
    "batch-postgresql": lambda chosen: batches.on_postgresql(chosen.runs, chosen.share),
    "http": lambda chosen: serving.staff_commands(chosen.runs, chosen.share),
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=ROWS, help="this row, may be repeated")
    parser.add_argument("--runs", type=int, default=3, help="how often each figure is measured")
    parser.add_argument("--quick", action="store_true", help="one run of a fifth of the size")
    parser.add_argument("--store", type=Path, default=Path("data-bench"), help="the big store")
    chosen = parser.parse_args(arguments)
    chosen.share = 0.2 if chosen.quick else 1.0
    chosen.runs = 1 if chosen.quick else chosen.runs
    progress = Console(stderr=True)
    rows: list[Measured] = []
    for name in chosen.only or ROWS:
        progress.print(f"{name} ...")
        for measured in ROWS[name](chosen):
            progress.print(f"  {measured.work}: {measured.best:,.1f} {measured.target.unit}")
            rows.append(measured)
            keep([measured])
    show(rows, Console(width=None if sys.stdout.isatty() else 160))


if __name__ == "__main__":
    main()
