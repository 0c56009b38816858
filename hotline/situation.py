"""What a rule is told beside the command and the state: who, when, and by which settings.

`decide` reads nothing else. Everything here is handed in by the shell, so a year runs in minutes.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, TypeAlias, TypeVar

from hotline.clocks.due import Clocks
from hotline.people.actors import Actor
from hotline.people.commands import DepartmentLevel
from hotline.refusal import Refusal
from hotline.routing.route import Routing
from hotline.values import dataclass


class Directory(Protocol):
    """组织机构: what rules may ask about departments."""

    def knows(self, department: str) -> bool:
        """Tell whether the department exists and may be given work."""
        ...

    def is_grassroots(self, department: str) -> bool:
        """Tell whether it is a town, street, village or community (街道/村)."""
        ...

    def in_line(self, department: str, other: str) -> bool:
        """Tell whether one is the other or stands above it."""
        ...

    def level(self, department: str) -> DepartmentLevel | None:
        """Give the level of a department that exists, retired or not."""
        ...


class IndicatorTable(Protocol):
    """评价指标: structured indicators as versioned data."""

    @property
    def version(self) -> str:
        """Name the version that is in force."""
        ...

    def codes(self, level: int) -> frozenset[str]:
        """List the indicator codes offered for a level."""
        ...


@dataclass(frozen=True, slots=True)
class Situation:
    """处境: handed to `decide` with each command."""

    actor: Actor
    at: datetime
    clocks: Clocks
    directory: Directory
    routing: Routing
    indicators: IndicatorTable
    number: str = ""  # the ticket number to be used by a registration
    subject: str = ""  # what the stream is about: the code, person or text behind its first part


EventT = TypeVar("EventT")
Decision: TypeAlias = tuple[EventT, ...] | Refusal
Details: TypeAlias = Mapping[str, str]
