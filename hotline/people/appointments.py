"""任用: the rules of `staff/<id>`: who holds which roles, who may log in, and on whose word.

Whoever looks after accounts never acts on the own one: not to take a role, not to open it again
(三权分立, GB/T 22239-2019, MLPS level 3). A second person in that role does.
"""

from dataclasses import replace
from typing import Final

from hotline.people.actors import Role
from hotline.people.commands import (
    AcceptInvitation,
    AppointStaff,
    DepartmentLevel,
    DisableStaff,
    DismissStaff,
    EnableStaff,
    InviteStaff,
    StaffCommand,
)
from hotline.people.events import (
    InvitationAccepted,
    OrganisationEvent,
    StaffAppointed,
    StaffDisabled,
    StaffDismissed,
    StaffEnabled,
    StaffInvited,
)
from hotline.people.scopes import MACHINES
from hotline.people.state import Staff
from hotline.refusal import Refusal
from hotline.situation import Decision, Directory, Situation

SEPARATED_POWERS: Final = frozenset(
    {Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR}
)
"""三权分立: one person holds at most one (GB/T 22239-2019, MLPS level 3)."""

HOTLINE_ROLES: Final = frozenset(
    {
        Role.OPERATOR,
        Role.ASSIGNMENT_OFFICER,
        Role.REVISITOR,
        Role.SHIFT_LEAD,
        Role.KNOWLEDGE_EDITOR,
    }
)
"""热线岗位: held in a hotline department only, so that whoever revisits never handled."""

HANDLING_ROLES: Final = frozenset(
    {Role.HANDLER, Role.DEPARTMENT_ADMINISTRATOR, Role.DEPARTMENT_LEADER}
)
"""承办岗位: may stand beside each other, but not beside a hotline role."""

SOLITARY_ROLES: Final = frozenset({Role.INSPECTOR, Role.PEER_SYSTEM, *SEPARATED_POWERS})
"""An inspector never writes to a ticket, a machine acts as itself, and who administers the house
works on none of its cases: no second role."""

UNAPPOINTED_ROLES: Final = frozenset({Role.CALLER, Role.EVALUATOR, Role.CLOCK, Role.SYSTEM})
"""Nobody is appointed a citizen, a timer or a policy."""


def decide_staff(
    command: StaffCommand, state: Staff | None, situation: Situation
) -> Decision[OrganisationEvent]:
    """Say what follows for a member of staff, or why nothing does."""
    actor = situation.actor
    if actor.role not in MACHINES and actor.person == situation.subject:
        return Refusal("own-account")
    if isinstance(command, AppointStaff):
        return _appoint(command, state, situation.directory)
    if state is None:
        return Refusal("unknown-staff")
    match command:
        case DismissStaff(reason=reason):
            return _dismiss(state, reason)
        case InviteStaff():
            if not state.may_enter:
                return Refusal("account-closed")
            return (StaffInvited(count=state.invitations_count + 1),)
        case AcceptInvitation():
            if not state.is_invited or not state.may_enter:
                return Refusal("not-invited")
            return (InvitationAccepted(count=state.invitations_count),)
        case DisableStaff(reason=reason):
            if problem := _reason_problem(state, reason):
                return problem
            return () if state.disabled else (StaffDisabled(reason=reason),)
        case EnableStaff(reason=reason):
            if problem := _reason_problem(state, reason):
                return problem
            return (StaffEnabled(reason=reason),) if state.disabled else ()


def evolve_staff(state: Staff | None, event: OrganisationEvent) -> Staff | None:
    """Fold one fact of a member of staff; None where it is no such fact."""
    match event:
        case StaffAppointed(department=department, roles=roles):
            if state is None:
                return Staff(department=department, roles=roles)
            return replace(state, department=department, roles=roles, dismissed=False)
        case StaffDismissed() if state is not None:
            return replace(state, roles=(), dismissed=True)
        case StaffInvited(count=count) if state is not None:
            return replace(state, invitations_count=count)
        case InvitationAccepted(count=count) if state is not None:
            return replace(state, accepted_count=count)
        case StaffDisabled() if state is not None:
            return replace(state, disabled=True)
        case StaffEnabled() if state is not None:
            return replace(state, disabled=False)
        case _:
            return None


def _appoint(
    command: AppointStaff, state: Staff | None, directory: Directory
) -> Decision[OrganisationEvent]:
    roles = tuple(dict.fromkeys(command.roles))
    if not directory.knows(command.department):
        return Refusal("unknown-department", {"department": command.department})
    if problem := _roles_problem(frozenset(roles), directory.level(command.department)):
        return problem
    if (
        state
        and not state.dismissed
        and (state.department, state.roles)
        == (
            command.department,
            roles,
        )
    ):
        return ()
    return (StaffAppointed(department=command.department, roles=roles),)


def _dismiss(state: Staff, reason: str) -> Decision[OrganisationEvent]:
    if state.dismissed:
        return Refusal("already-dismissed")
    if not reason.strip():
        return Refusal("reason-missing")
    return (StaffDismissed(reason=reason),)


def _reason_problem(state: Staff, reason: str) -> Refusal | None:
    if state.dismissed:
        return Refusal("already-dismissed")
    return None if reason.strip() else Refusal("reason-missing")


def _roles_problem(roles: frozenset[Role], level: DepartmentLevel | None) -> Refusal | None:
    if not roles:
        return Refusal("roles-missing")
    if unfit := roles & UNAPPOINTED_ROLES:
        return Refusal("role-not-appointable", {"roles": _listed(unfit)})
    if len(powers := roles & SEPARATED_POWERS) > 1:
        return Refusal("powers-not-separated", {"roles": _listed(powers)})
    if len(roles) > 1 and (alone := roles & SOLITARY_ROLES):
        return Refusal("role-stands-alone", {"roles": _listed(alone)})
    if (hotline := roles & HOTLINE_ROLES) and level is not DepartmentLevel.HOTLINE:
        return Refusal("role-of-the-hotline", {"roles": _listed(hotline)})
    if hotline and roles & HANDLING_ROLES:
        return Refusal("duties-not-separated", {"roles": _listed(roles)})
    return None


def _listed(roles: frozenset[Role]) -> str:
    return ", ".join(sorted(roles))
