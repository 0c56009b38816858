"""组织机构: the rules of `department/<code>`, and of both kinds of streams of the organisation.

Whether a parent or a department exists is asked of the directory in the situation. A retired
department is never re-opened: its code stays with its history, and a successor gets a new one.
"""

from typing import assert_never

from hotline.facts import Fact
from hotline.people.appointments import decide_staff, evolve_staff
from hotline.people.commands import (
    AcceptInvitation,
    AddDepartment,
    AppointStaff,
    ChangeDepartment,
    ChangeDutyPhone,
    DepartmentCommand,
    DepartmentLevel,
    DisableStaff,
    DismissStaff,
    EnableStaff,
    InviteStaff,
    OrganisationCommand,
    RetireDepartment,
)
from hotline.people.events import (
    DepartmentAdded,
    DepartmentChanged,
    DepartmentRetired,
    DutyPhoneChanged,
    OrganisationEvent,
)
from hotline.people.state import Department, Organisation, Staff
from hotline.refusal import Refusal
from hotline.situation import Decision, Directory, Situation
from hotline.values import replace


def decide(
    command: OrganisationCommand, state: Organisation | None, situation: Situation
) -> Decision[OrganisationEvent]:
    """Say what follows from the command, or why nothing does."""
    match command:
        case AddDepartment() | ChangeDepartment() | RetireDepartment():
            if isinstance(state, Staff):
                return Refusal("wrong-stream", {"expected": "department"})
            return _decide_department(command, state, situation)
        case ChangeDutyPhone(given=given):
            if state is None:
                return Refusal("unknown-recipient")
            return (DutyPhoneChanged(given=given),) if given or state.duty_phone else ()
        case (
            AppointStaff()
            | DismissStaff()
            | InviteStaff()
            | AcceptInvitation()
            | DisableStaff()
            | EnableStaff()
        ):
            if isinstance(state, Department):
                return Refusal("wrong-stream", {"expected": "staff"})
            return decide_staff(command, state, situation)
        case _ as never:
            assert_never(never)


def evolve(state: Organisation | None, fact: Fact[OrganisationEvent]) -> Organisation:
    """Fold one fact. No rules: it has already happened."""
    event = fact.event
    match state, event:
        case None, DepartmentAdded():
            return _stands(event)
        case Department(), DepartmentChanged():
            return replace(_stands(event), duty_phone=state.duty_phone)
        case Department(), DepartmentRetired():
            return replace(state, retired=True)
        case ((Department() | Staff()), DutyPhoneChanged(given=given)):
            return replace(state, duty_phone=given)
        case ((None | Staff()), _) if (staff := evolve_staff(state, event)) is not None:
            return staff
        case _:
            raise CorruptOrganisationError(state, event)


class CorruptOrganisationError(Exception):
    """历史不一致: an event that `decide` could not have written in this state."""

    def __init__(self, state: Organisation | None, event: OrganisationEvent) -> None:
        super().__init__(f"{type(event).__name__} cannot follow {type(state).__name__}")


def _decide_department(
    command: DepartmentCommand, state: Department | None, situation: Situation
) -> Decision[OrganisationEvent]:
    match command:
        case AddDepartment():
            return _add(command, state, situation.directory)
        case ChangeDepartment():
            return _change(command, state, situation)
        case RetireDepartment():
            return _retire(command, state)


def _stands(
    said: AddDepartment | ChangeDepartment | DepartmentAdded | DepartmentChanged,
) -> Department:
    return Department(
        name=said.name,
        name_en=said.name_en,
        level=said.level,
        parent=said.parent,
        region=said.region,
    )


def _add(
    command: AddDepartment, state: Department | None, directory: Directory
) -> Decision[OrganisationEvent]:
    if state:
        return _add_again(command, state)
    if problem := _problem(command, directory):
        return problem
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
    same = _stands(command) == replace(state, duty_phone=False)
    return () if same else Refusal("department-exists")


def _change(
    command: ChangeDepartment, state: Department | None, situation: Situation
) -> Decision[OrganisationEvent]:
    directory, code = situation.directory, situation.subject
    if state is None:
        return Refusal("unknown-department")
    if state.retired:
        return Refusal("department-retired")
    if problem := _problem(command, directory):
        return problem
    if command.parent and directory.in_line(code, command.parent):
        return Refusal("parent-below", {"department": command.parent})
    if _stands(command) == replace(state, duty_phone=False):
        return ()
    return (
        DepartmentChanged(
            name=command.name,
            name_en=command.name_en,
            level=command.level,
            parent=command.parent,
            region=command.region,
        ),
    )


def _problem(command: AddDepartment | ChangeDepartment, directory: Directory) -> Refusal | None:
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
    return None


def _retire(command: RetireDepartment, state: Department | None) -> Decision[OrganisationEvent]:
    if state is None:
        return Refusal("unknown-department")
    if state.retired:
        return Refusal("department-retired")
    if not command.reason.strip():
        return Refusal("reason-missing")
    return (DepartmentRetired(reason=command.reason),)
