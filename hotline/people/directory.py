"""组织机构 as a question: who exists, who stands above whom, what it is called.

Immutable and built from the departments' states; made anew when one changes.
"""

from collections.abc import Mapping
from typing import Final, Literal

from hotline.people.commands import DepartmentLevel
from hotline.people.state import Department

GRASSROOTS: Final = frozenset({DepartmentLevel.TOWN, DepartmentLevel.VILLAGE})
"""基层: 街道/乡镇 and 村/社区, to whom duties of departments may not be handed (66号)."""


class DepartmentDirectory:
    """机构名录: the `Directory` of the departments, by code."""

    __slots__ = ("_children", "_departments")

    def __init__(self, departments: Mapping[str, Department]) -> None:
        self._departments: Final = dict(departments)
        children: dict[str, list[str]] = {}
        for code in sorted(self._departments):
            children.setdefault(self._departments[code].parent, []).append(code)
        self._children: Final = {parent: tuple(codes) for parent, codes in children.items()}

    def knows(self, department: str) -> bool:
        """Tell whether the department exists and may be given work."""
        found = self._departments.get(department)
        return found is not None and not found.retired

    def is_grassroots(self, department: str) -> bool:
        """Tell whether it is a town, street, village or community (街道/村)."""
        return self.level(department) in GRASSROOTS

    def in_line(self, department: str, other: str) -> bool:
        """Tell whether one is the other or stands above it."""
        return department in self._departments and department in self.chain(other)

    def level(self, department: str) -> DepartmentLevel | None:
        """Give the level of a department that exists, retired or not."""
        found = self._departments.get(department)
        return found.level if found else None

    def chain(self, department: str) -> tuple[str, ...]:
        """List the department and those above it, nearest first; nothing for an unknown one."""
        found: list[str] = []
        while department in self._departments and department not in found:
            found.append(department)
            department = self._departments[department].parent
        return tuple(found)

    def children(self, department: str) -> tuple[str, ...]:
        """List the departments directly below, by code; retired ones included."""
        return self._children.get(department, ())

    def get(self, department: str) -> Department | None:
        """Give all that is kept of a department."""
        return self._departments.get(department)

    def name(self, department: str, language: Literal["zh", "en"] = "zh") -> str:
        """Give its name; the Chinese one where it has no English one, the code when unknown."""
        found = self._departments.get(department)
        if found is None:
            return department
        return (found.name_en or found.name) if language == "en" else found.name

    def codes(self, *levels: DepartmentLevel) -> tuple[str, ...]:
        """List the codes of departments that may be given work, of these levels or of all."""
        return tuple(
            code
            for code, department in sorted(self._departments.items())
            if not department.retired and (not levels or department.level in levels)
        )
