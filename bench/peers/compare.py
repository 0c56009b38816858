"""Puts our figures beside the peers' of the same run and prints how many times better we are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from bench.figures import PER_SECOND, Figure


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times better ours is: more in a second, or in less time."""

    peer: Figure
    ours: Figure
    times: float


def ratios(peers: Iterable[Figure], ours: Sequence[Figure]) -> list[Ratio]:
    """Pair figures of the same work and unit."""
    return [
        Ratio(peer, our, _times(peer, our))
        for peer in peers
        for our in ours
        if (our.work, our.unit) == (peer.work, peer.unit)
    ]


def show(peers: Sequence[Figure], ours: Sequence[Figure], console: Console) -> None:
    """Print one table: each peer's figure, ours, and the ratio."""
    table = Table("work", "peer", "its figure", "ours", "our figure", "times better")
    paired = ratios(peers, ours)
    for ratio in paired:
        table.add_row(
            ratio.peer.work,
            _named(ratio.peer),
            _value(ratio.peer),
            _named(ratio.ours),
            _value(ratio.ours),
            f"{ratio.times:.1f}",
        )
    told = {ratio.peer for ratio in paired}
    for peer in peers:
        if peer not in told:
            table.add_row(peer.work, _named(peer), _value(peer), "not measured", "", "")
    console.print(table)


def _times(peer: Figure, ours: Figure) -> float:
    better, worse = (ours, peer) if peer.unit == PER_SECOND else (peer, ours)
    return better.value / worse.value if worse.value else float("inf")


def _named(figure: Figure) -> str:
    return f"{figure.subject}\n{figure.detail}" if figure.detail else figure.subject


def _value(figure: Figure) -> str:
    places = 1 if figure.value >= 10 else 3
    return f"{figure.value:,.{places}f} {figure.unit}"
