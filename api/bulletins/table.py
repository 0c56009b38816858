"""Table 通报表: the columns of the bulletin, and what stands in each for a department."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from projections.kpis.queries import Kpi

Figures = Mapping[str, Kpi]


@dataclass(frozen=True, slots=True)
class Column:
    """列: a number that opens its tickets, or a share with the numbers it is made of."""

    name: str
    code: str
    side: str  # numerator, denominator; rate shows a share of both

    def value(self, figures: Figures) -> float | int | None:
        """Give the number; None where nothing was counted, never 100 %."""
        kpi = figures[self.code]
        if self.side == "rate":
            return kpi.rate
        return kpi.numerator if self.side == "numerator" else kpi.denominator

    @property
    def is_share(self) -> bool:
        """Tell whether it is shown as a percentage."""
        return self.side == "rate"

    @property
    def opens(self) -> str:
        """Name the side of the figure that its link opens."""
        return "denominator" if self.side == "rate" else self.side

    def told(self, figures: Figures) -> str:
        """Write the number as people read it."""
        found = self.value(figures)
        if found is None:
            return "–"
        return f"{100 * found:.1f}%" if self.is_share else str(found)


COLUMNS: Final = (
    Column("total", "bulletin_closed", "denominator"),
    Column("on_time", "bulletin_on_time", "numerator"),
    Column("late", "bulletin_late", "numerator"),
    Column("open", "bulletin_open", "numerator"),
    Column("closed_rate", "bulletin_closed", "rate"),
    Column("on_time_rate", "bulletin_on_time", "rate"),
    Column("dissatisfied", "bulletin_dissatisfied", "numerator"),
    Column("dissatisfied_rate", "bulletin_dissatisfied", "rate"),
    Column("n", "bulletin_dissatisfied", "denominator"),
    Column("returned", "returned", "numerator"),
    Column("redone", "redone", "numerator"),
    Column("repeated", "repeated", "numerator"),
    Column("solved_rate", "solved", "rate"),
    Column("active_rate", "active_rating", "rate"),
    Column("rectified_rate", "rectified", "rate"),
    Column("excluded", "excluded", "numerator"),
)
"""单位 stands before them; the first eight are the press's, the rest ours (handbook, section 6)."""

Say = Callable[..., str]


def headings(say: Say) -> list[str]:
    """Name the columns."""
    return [say("page.department"), *(say(f"bulletin.{column.name}") for column in COLUMNS)]
