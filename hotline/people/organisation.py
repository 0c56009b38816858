"""组织机构: the rules of `department/<code>` and `staff/<id>`.

Whether a parent or a department exists is asked of the directory in the situation. A retired
department is never re-opened: its code stays with its history, and a successor gets a new one.
"""

from typing import Final, assert_never

from hotline.facts import Fact
from hotline.people.actors import Role
from hotline.people.commands import (
    AddDepartment,
    AppointStaff,
    DepartmentLevel,
    DismissStaff,
    OrganisationCommand,
    RetireDepartment,
)
from hotline.people.events import (
    DepartmentAdded,
    DepartmentRetired,
    OrganisationEvent,
    StaffAppointed,
    StaffDismissed,
)
from hotline.people.state import Department, Organisation, Staff
from hotline.refusal import Refusal
from hotline.situation import Decision, Directory, Situation
from hotline.values import replace

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

SOLITARY_ROLES: Final = frozenset({Role.INSPECTOR, Role.PEER_SYSTEM})
"""An inspector never writes to a ticket and a machine acts as itself: no second role."""

UNAPPOINTED_ROLES: Final = frozenset({Role.CALLER, Role.EVALUATOR, Role.CLOCK, Role.SYSTEM})
"""Nobody is appointed a citizen, a timer or a policy."""


def decide(
    command: OrganisationCommand, state: Organisation | None, situation: Situation
) -> Decision[OrganisationEvent]:
    """Say what follows from the command, or why nothing does."""
    match command:
        case AddDepartment():
            if isinstance(state, Staff):
                return Refusal("wrong-stream", {"expected": "department"})
            return _add(command, state, situation.directory)
        case RetireDepartment():
            if isinstance(state, Staff):
                return Refusal("wrong-stream", {"expected": "department"})
            return _retire(command, state)
        case AppointStaff():
            if isinstance(state, Department):
                return Refusal("wrong-stream", {"expected": "staff"})
            return _appoint(command, state, situation.directory)
        case DismissStaff():
            if isinstance(state, Department):
                return Refusal("wrong-stream", {"expected": "staff"})
            return _dismiss(command, state)
        case _ as never:
            assert_never(never)


def evolve(state: Organisation | None, fact: Fact[OrganisationEvent]) -> Organisation:
    """Fold one fact. No rules: it has already happened."""
    match state, fact.event:
        case (
            None,
            DepartmentAdded(name=name, name_en=name_en, level=level, parent=parent, region=region),
        ):
            return Department(name=name, name_en=name_en, level=level, parent=parent, region=region)
        case Department(), DepartmentRetired():
            return replace(state, retired=True)
        case (None | Staff(), StaffAppointed(department=department, roles=roles)):
            return Staff(department=department, roles=roles)
        case Staff(), StaffDismissed():
            return replace(state, roles=(), dismissed=True)
        case _:
            raise CorruptOrganisationError(state, fact.event)


class CorruptOrganisationError(Exception):
    """历史不一致: an event that `decide` could not have written in this state."""

    def __init__(self, state: Organisation | None, event: OrganisationEvent) -> None:
        super().__init__(f"{type(event).__name__} cannot follow {type(state).__name__}")


def _add(
    command: AddDepartment, state: Department | None, directory: Directory
) -> Decision[OrganisationEvent]:
    if state:
        return _add_again(command, state)
    if not command.name.strip():
        return Refusal("department-nameless")
    if not (command.region.isascii() and command.region.isdigit()):
        return Refusal("region-malformed", {"region": command.region})
    if not command.parent:
        if command.level is not DepartmentLevel.CITY:
            return Refusal("parent-missing")
    elif not directory.knows(command.parent):
        return Refusal("unknown-parent", {"department": command.parent})
    elif directory.level(command.parent) is DepartmentLevel.VILLAGE:
        return Refusal("village-has-no-parts", {"department": command.parent})
    return (
        DepartmentAdded(
            name=command.name,
            name_en=command.name_en,
            level=command.level,
            parent=command.parent,
            region=command.region,
        ),
    )


def _add_again(command: AddDepartment, state: Department) -> Decision[OrganisationEvent]:
    if state.retired:
        return Refusal("department-retired")
    wanted = Department(
        name=command.name,
        name_en=command.name_en,
        level=command.level,
        parent=command.parent,
        region=command.region,
    )
    return () if state == wanted else Refusal("department-exists")


def _retire(command: RetireDepartment, state: Department | None) -> Decision[OrganisationEvent]:
    if state is None:
        return Refusal("unknown-department")
    if state.retired:
        return Refusal("department-retired")
    if not command.reason.strip():
        return Refusal("reason-missing")
    return (DepartmentRetired(reason=command.reason),)


def _appoint(
    command: AppointStaff, state: Staff | None, directory: Directory
) -> Decision[OrganisationEvent]:
    roles = tuple(dict.fromkeys(command.roles))
    if not directory.knows(command.department):
        return Refusal("unknown-department", {"department": command.department})
    if problem := _roles_problem(frozenset(roles), directory.level(command.department)):
        return problem
    appointed = Staff(department=command.department, roles=roles)
    if state == appointed:
        return ()
    return (StaffAppointed(department=appointed.department, roles=appointed.roles),)


def _dismiss(command: DismissStaff, state: Staff | None) -> Decision[OrganisationEvent]:
    if state is None:
        return Refusal("unknown-staff")
    if state.dismissed:
        return Refusal("already-dismissed")
    if not command.reason.strip():
        return Refusal("reason-missing")
    return (StaffDismissed(reason=command.reason),)


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
