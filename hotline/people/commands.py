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
class ChangeDepartment:
    """变更单位: another name, level, parent or area; the code stays with its history."""

    name: str
    name_en: str
    level: DepartmentLevel
    parent: str = ""
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDutyPhone:
    """变更值班电话 of a department or a member of staff; the number itself is kept elsewhere."""

    given: bool


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


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteStaff:
    """邀请: whatever opened the account before is void, and the person sets a new password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptInvitation:
    """激活账号: the person has set a password. The password is kept elsewhere, as a hash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisableStaff:
    """停用账号 for a time; roles and department stay."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnableStaff:
    """启用账号 again."""

    reason: str


DepartmentCommand: TypeAlias = AddDepartment | ChangeDepartment | RetireDepartment
StaffCommand: TypeAlias = (
    AppointStaff | DismissStaff | InviteStaff | AcceptInvitation | DisableStaff | EnableStaff
)
OrganisationCommand: TypeAlias = DepartmentCommand | StaffCommand | ChangeDutyPhone
