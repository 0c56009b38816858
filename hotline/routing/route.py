"""派单建议: what a routing decision says, and what rules may ask of a catalogue."""

from typing import Protocol

from hotline.tickets.vocabulary import TicketType, Urgency
from hotline.values import dataclass


@dataclass(frozen=True, slots=True)
class Route:
    """派单建议: an empty `lead` asks a person to decide; `reasons` are coded, strongest first.

    `category` and `urgency` are those of the entry that won; empty where it names none.
    """

    lead: str
    assists: tuple[str, ...]
    entry: str
    reasons: tuple[str, ...]
    category: str = ""
    urgency: Urgency | None = None


class Routing(Protocol):
    """派单目录 as rules and policies see it."""

    def route(self, *, region: str, category: str, type_: TicketType, text: str) -> Route:
        """Pick the lead and assisting departments and say why."""
        ...

    def is_department_duty(self, region: str, category: str) -> bool:
        """Tell whether only a functional department may have it, and not 街道/村 (66号)."""
        ...

    def knows_category(self, region: str, category: str) -> bool:
        """Tell whether the category stands in a table in force there, or none was published."""
        ...
