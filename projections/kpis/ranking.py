"""排名: fair comparison of rates: Wilson lower bound, small groups apart, ties share a rank."""

from collections.abc import Mapping
from math import sqrt
from typing import Final

from hotline.values import dataclass
from projections.kpis.queries import Kpi

RANKED_MIN: Final = 30
"""Groups with fewer rows are listed apart (domain handbook, section 6; our default)."""
_Z: Final = 1.959963984540054
"""Two-sided 95 %."""
REPORT_WEIGHTS: Final = {"response": 0.3, "solved": 0.4, "satisfied": 0.3}
"""综合得分: response, solved, satisfied; the official weights are not known (our default)."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """名次: `rank` is None for a group listed apart."""

    name: str
    kpi: Kpi
    lower_bound: float | None
    rank: int | None


def wilson_lower_bound(numerator: int, denominator: int) -> float | None:
    """Give the lower end of the Wilson 95 % interval; None when nothing was counted."""
    if denominator <= 0:
        return None
    share = numerator / denominator
    spread = _Z * sqrt((share * (1 - share) + _Z * _Z / (4 * denominator)) / denominator)
    return (share + _Z * _Z / (2 * denominator) - spread) / (1 + _Z * _Z / denominator)


def rank(figures: Mapping[str, Kpi], *, ranked_min: int = RANKED_MIN) -> tuple[Ranked, ...]:
    """Rank groups of one kind by the lower bound, best first; small ones follow without a rank."""
    bounded = [
        (wilson_lower_bound(kpi.numerator, kpi.denominator) or 0.0, name, kpi)
        for name, kpi in figures.items()
        if kpi.denominator >= ranked_min
    ]
    bounded.sort(key=lambda each: (-each[0], each[1]))
    ranked: list[Ranked] = []
    for place, (bound, name, kpi) in enumerate(bounded, 1):
        tied = ranked and ranked[-1].lower_bound == bound
        ranked.append(Ranked(name, kpi, bound, ranked[-1].rank if tied else place))
    apart = sorted(name for name, kpi in figures.items() if kpi.denominator < ranked_min)
    for name in apart:
        kpi = figures[name]
        bound_apart = wilson_lower_bound(kpi.numerator, kpi.denominator)
        ranked.append(Ranked(name, kpi, bound_apart, None))
    return tuple(ranked)


def score(
    figures: Mapping[str, Kpi], weights: Mapping[str, float] = REPORT_WEIGHTS
) -> float | None:
    """综合得分 from 0 to 100; None unless every weighted figure has rows."""
    total = 0.0
    for code, weight in weights.items():
        rate = figures[code].rate if code in figures else None
        if rate is None:
            return None
        total += weight * rate
    return 100 * total / sum(weights.values())
