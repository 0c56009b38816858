"""范围: how far a permission reaches, and the groups of roles that the tables speak of."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeAlias

from hotline.people.actors import Role
from hotline.tickets.vocabulary import Kind


class Scope(StrEnum):
    """范围: how far a permission reaches."""

    ANY = "any"
    OWN_DEPARTMENT = "own_department"
    OWN_TICKET = "own_ticket"  # as its caller


Row: TypeAlias = Mapping[Role, Scope]

MACHINES: Final = frozenset({Role.CLOCK, Role.SYSTEM})
CITIZENS: Final = frozenset({Role.CALLER, Role.EVALUATOR})
DEPARTMENT_ROLES: Final = frozenset(
    {Role.HANDLER, Role.DEPARTMENT_ADMINISTRATOR, Role.DEPARTMENT_LEADER}
)
HOTLINE_ROLES: Final = frozenset(
    {Role.OPERATOR, Role.ASSIGNMENT_OFFICER, Role.REVISITOR, Role.SHIFT_LEAD}
)
ADMINISTRATORS: Final = frozenset(
    {Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR}
)

KINDS_OF_ROLE: Final[Mapping[Role, frozenset[Kind]]] = MappingProxyType(
    {
        Role.WINDOW_CLERK: frozenset({Kind.MATTER}),
        Role.MATTER_OFFICER: frozenset({Kind.MATTER}),
        Role.EVALUATION_OFFICER: frozenset({Kind.POOR_EVALUATION}),
    }
)
"""Roles that exist for one loop only; every other role works on all three kinds."""
