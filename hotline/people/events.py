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
class DepartmentChanged:
    """变更单位: how it stands from now on."""

    name: str
    name_en: str
    level: DepartmentLevel
    parent: str
    region: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyPhoneChanged:
    """变更值班电话; whether there is one, never which."""

    given: bool


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffInvited:
    """邀请, the `count`-th of this person; whatever an earlier one opened is void."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationAccepted:
    """激活账号."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffDisabled:
    """停用账号."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffEnabled:
    """启用账号."""

    reason: str


OrganisationEvent: TypeAlias = (
    DepartmentAdded
    | DepartmentChanged
    | DepartmentRetired
    | DutyPhoneChanged
    | StaffAppointed
    | StaffDismissed
    | StaffInvited
    | InvitationAccepted
    | StaffDisabled
    | StaffEnabled
)
