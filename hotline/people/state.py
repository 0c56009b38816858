"""What is kept of a department and of a member of staff; no name of a person among it."""

from typing import TypeAlias

from hotline.people.actors import Role
from hotline.people.commands import DepartmentLevel
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """承办单位: who may be given work."""

    name: str
    name_en: str
    level: DepartmentLevel
    parent: str
    region: str
    retired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """工作人员: roles in one department; none after dismissal."""

    department: str
    roles: tuple[Role, ...]
    dismissed: bool = False


Organisation: TypeAlias = Department | Staff
