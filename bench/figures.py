"""One measured figure, and the JSON line that carries it from a run to a comparison."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

PER_SECOND: Final = "per second"
SECONDS: Final = "seconds"


@dataclass(frozen=True, slots=True)
class Figure:
    """`work` names what was done and is the same word for everybody who did it.

    `create`: tickets registered, each durable on its own; `three_events`: tickets with three events
    each; `replay`: events read back as objects; `list_page`: first page of 25 tickets.
    """

    subject: str
    work: str
    value: float
    unit: str
    detail: str = ""

    def line(self) -> str:
        """Write the JSON line."""
        return json.dumps(asdict(self), ensure_ascii=False)


def read(lines: Iterable[str]) -> list[Figure]:
    """Read the figures among the lines; what is no figure is skipped."""
    figures = []
    for line in lines:
        if not line.startswith("{"):
            continue
        found = json.loads(line)
        if {"subject", "work", "value", "unit"} <= found.keys():
            figures.append(
                Figure(
                    str(found["subject"]),
                    str(found["work"]),
                    float(found["value"]),
                    str(found["unit"]),
                    str(found.get("detail", "")),
                )
            )
    return figures


def read_file(path: Path) -> list[Figure]:
    """Read the figures of a file of JSON lines."""
    return read(path.read_text(encoding="utf-8").splitlines())
