"""Events of the organisation."""

from typing import TypeAlias

from hotline.people.actors import Role
from hotline.people.commands import DepartmentLevel
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentAdded:
    """设立."""

    name: str
    name_en: str
    level: DepartmentLevel
    parent: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRetired:
    """撤销."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAppointed:
    """任用; a second appointment replaces the first."""

    department: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDismissed:
    """离任."""

    reason: str


OrganisationEvent: TypeAlias = DepartmentAdded | DepartmentRetired | StaffAppointed | StaffDismissed
