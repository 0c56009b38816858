"""What a row of the table demands, what was measured, and how both are shown and kept."""

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from bench.figures import Figure

FOLDER: Final = Path(__file__).parent / "results"
SUBJECT: Final = "bihuan"


@dataclass(frozen=True, slots=True)
class Target:
    """What a row must reach: at least, or at most where `at_most` is set; 0 demands nothing."""

    value: float
    unit: str
    at_most: bool = False

    def reached_by(self, value: float) -> bool:
        return value <= self.value if self.at_most else value >= self.value


@dataclass(frozen=True, slots=True)
class Measured:
    """One row: the figure of each run. The best run is what the machine can do when left alone."""

    row: str
    work: str
    target: Target
    runs: tuple[float, ...]
    detail: str = ""

    @property
    def best(self) -> float:
        return min(self.runs) if self.target.at_most else max(self.runs)

    @property
    def median(self) -> float:
        return statistics.median(self.runs)

    @property
    def reached(self) -> bool:
        return self.target.reached_by(self.best)


def show(rows: Sequence[Measured], console: Console) -> None:
    """Print the table."""
    table = Table("row", "work", "target", "best", "median", "", "how")
    for row in rows:
        reached = "[green]reached[/]" if row.reached else "[red]missed[/]"
        sign = "≤" if row.target.at_most else "≥"
        table.add_row(
            row.row,
            row.work,
            f"{sign} {_number(row.target.value)} {row.target.unit}" if row.target.value else "–",
            _number(row.best),
            _number(row.median),
            reached if row.target.value else "",
            row.detail,
        )
    console.print(table)


def keep(rows: Iterable[Measured], folder: Path = FOLDER) -> None:
    """Add the rows to the file of each of them, as lines of JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    for row in rows:
        document = {**asdict(row), "best": row.best, "median": row.median, "reached": row.reached}
        with (folder / f"{row.row}.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(document, ensure_ascii=False) + "\n")


def keep_figures(figures: Iterable[Figure], folder: Path = FOLDER) -> None:
    """Write the figures that `bench.peers` compares, in place of those of the last run."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(f"{figure.line()}\n" for figure in figures)
    (folder / "store.jsonl").write_text(lines, encoding="utf-8")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"
