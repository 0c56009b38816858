"""Commands to the organisation: `department/<code>` and `staff/<id>`; names of staff stay out."""

from enum import StrEnum
from typing import TypeAlias

from hotline.people.actors import Role
from hotline.values import dataclass


class DepartmentLevel(StrEnum):
    """层级: the ranking groups of the bulletin."""

    CITY = "city"
    DISTRICT = "district"
    DEPARTMENT = "department"  # 职能部门
    TOWN = "town"  # 乡镇/街道
    VILLAGE = "village"  # 村/社区
    UTILITY = "utility"
    HOTLINE = "hotline"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddDepartment:
    """设立 a department."""

    name: str
    name_en: str
    level: DepartmentLevel
    parent: str = ""
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireDepartment:
    """撤销 a department: it gets no new work."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointStaff:
    """任用: roles in a department. Name and password are kept elsewhere."""

    department: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissStaff:
    """离任."""

    reason: str


OrganisationCommand: TypeAlias = AddDepartment | RetireDepartment | AppointStaff | DismissStaff
