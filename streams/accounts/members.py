"""Members of accounts 账号与任职: an account's row, and what the log says of its holder.

The log is the truth of roles and department; the row holds the name and the secrets.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from sqlalchemy import Connection

from hotline.people.actors import Role
from hotline.people.staff import StaffMember
from hotline.people.state import Staff
from streams.accounts.tables import staff_accounts

Standing: TypeAlias = Callable[[Connection, Sequence[str]], Mapping[str, Staff]]
"""任职: what the log says of members of staff, by id; one it does not know is not in the answer."""

MEMBER: Final = (
    staff_accounts.c.id,
    staff_accounts.c.username,
    staff_accounts.c.display_name,
    staff_accounts.c.roles,
    staff_accounts.c.department,
)


def member_of(row: Iterable[str]) -> StaffMember:
    """Read the row of an account."""
    person, username, display_name, roles, department, *_ = row
    return StaffMember(
        person=person,
        username=username,
        display_name=display_name,
        roles=roles_of(roles),
        department=department,
    )


def stood(member: StaffMember, known: Staff | None) -> StaffMember:
    """Let what the log says stand in place of what the account says."""
    if known is None:
        return member
    roles = known.roles if known.may_enter else ()
    return replace(member, roles=roles, department=known.department)


def roles_of(stored: str) -> tuple[Role, ...]:
    """Read the roles as an account keeps them."""
    return tuple(Role(role) for role in json.loads(stored))
