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
    duty_phone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """工作人员: roles in one department; none after dismissal.

    A password counts only if it was set upon the latest invitation: `invitations_count` names it.
    """

    department: str
    roles: tuple[Role, ...]
    dismissed: bool = False
    disabled: bool = False
    duty_phone: bool = False
    invitations_count: int = 0
    accepted_count: int = 0

    @property
    def may_enter(self) -> bool:
        """Whether the person may log in at all."""
        return bool(self.roles) and not self.dismissed and not self.disabled

    @property
    def is_invited(self) -> bool:
        """Whether an invitation waits for the person."""
        return self.invitations_count > self.accepted_count


Organisation: TypeAlias = Department | Staff
