from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce

import pytest

from hotline.facts import Fact
from hotline.people.actors import SYSTEM, Role
from hotline.people.commands import (
    AddDepartment,
    AppointStaff,
    DepartmentLevel,
    DismissStaff,
    OrganisationCommand,
    RetireDepartment,
)
from hotline.people.events import OrganisationEvent, StaffDismissed
from hotline.people.organisation import CorruptOrganisationError, decide, evolve
from hotline.people.state import Department, Organisation, Staff
from hotline.refusal import Refusal
from hotline.situation import Situation

LIBRARY = AddDepartment(
    name="图书馆",
    name_en="Library",
    level=DepartmentLevel.DEPARTMENT,
    parent="city",
    region="341100",
)


def fold(*events: OrganisationEvent) -> Organisation | None:
    state: Organisation | None = None
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return reduce(lambda state, event: evolve(state, Fact(event, SYSTEM, at)), events, state)


def done(
    command: OrganisationCommand, situation: Situation, *before: OrganisationEvent
) -> tuple[OrganisationEvent, ...]:
    decision = decide(command, fold(*before), situation)
    assert not isinstance(decision, Refusal), decision
    return decision


def refused(command: OrganisationCommand, situation: Situation, *before: OrganisationEvent) -> str:
    decision = decide(command, fold(*before), situation)
    assert isinstance(decision, Refusal), decision
    return decision.code


def test_a_department_is_added_below_one_that_exists(situation: Situation) -> None:
    state = fold(*done(LIBRARY, situation))
    assert state == Department(
        name="图书馆",
        name_en="Library",
        level=DepartmentLevel.DEPARTMENT,
        parent="city",
        region="341100",
    )


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (replace(LIBRARY, parent="nowhere"), "unknown-parent"),
        (replace(LIBRARY, parent="closed"), "unknown-parent"),
        (replace(LIBRARY, parent="village"), "village-has-no-parts"),
        (replace(LIBRARY, parent=""), "parent-missing"),
        (replace(LIBRARY, name=" "), "department-nameless"),
        (replace(LIBRARY, region="34x1"), "region-malformed"),
    ],
)
def test_a_department_is_refused(command: AddDepartment, code: str, situation: Situation) -> None:
    assert refused(command, situation) == code


def test_adding_the_same_department_again_is_quiet_and_another_one_is_refused(
    situation: Situation,
) -> None:
    added = done(LIBRARY, situation)
    assert done(LIBRARY, situation, *added) == ()
    assert refused(replace(LIBRARY, name="书店"), situation, *added) == "department-exists"


def test_a_retired_department_is_neither_retired_again_nor_reopened(situation: Situation) -> None:
    history = done(LIBRARY, situation)
    history += done(RetireDepartment(reason="机构改革"), situation, *history)
    state = fold(*history)
    assert isinstance(state, Department)
    assert state.retired
    assert refused(RetireDepartment(reason="x"), situation, *history) == "department-retired"
    assert refused(LIBRARY, situation, *history) == "department-retired"


def test_retiring_needs_a_department_and_a_reason(situation: Situation) -> None:
    assert refused(RetireDepartment(reason="x"), situation) == "unknown-department"
    added = done(LIBRARY, situation)
    assert refused(RetireDepartment(reason=" "), situation, *added) == "reason-missing"


def test_staff_are_appointed_and_a_second_appointment_replaces_the_first(
    situation: Situation,
) -> None:
    first = done(AppointStaff(department="water", roles=(Role.HANDLER,)), situation)
    leader = AppointStaff(department="roads", roles=(Role.DEPARTMENT_LEADER, Role.HANDLER))
    second = done(leader, situation, *first)
    assert fold(*first, *second) == Staff(
        department="roads", roles=(Role.DEPARTMENT_LEADER, Role.HANDLER)
    )
    assert done(leader, situation, *first, *second) == ()


@pytest.mark.parametrize(
    ("department", "roles", "code"),
    [
        ("nowhere", (Role.HANDLER,), "unknown-department"),
        ("closed", (Role.HANDLER,), "unknown-department"),
        ("water", (), "roles-missing"),
        ("water", (Role.CLOCK,), "role-not-appointable"),
        ("water", (Role.CALLER, Role.HANDLER), "role-not-appointable"),
        (
            "city",
            (Role.SYSTEM_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR),
            "powers-not-separated",
        ),
        (
            "city",
            (Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR),
            "powers-not-separated",
        ),
        ("water", (Role.OPERATOR,), "role-of-the-hotline"),
        ("roads", (Role.REVISITOR,), "role-of-the-hotline"),
        ("hotline", (Role.REVISITOR, Role.HANDLER), "duties-not-separated"),
        ("roads", (Role.INSPECTOR, Role.HANDLER), "role-stands-alone"),
    ],
)
def test_an_appointment_is_refused(
    department: str, roles: tuple[Role, ...], code: str, situation: Situation
) -> None:
    assert refused(AppointStaff(department=department, roles=roles), situation) == code


def test_hotline_roles_may_be_held_together_in_the_hotline(situation: Situation) -> None:
    command = AppointStaff(department="hotline", roles=(Role.OPERATOR, Role.SHIFT_LEAD))
    assert len(done(command, situation)) == 1


def test_a_dismissed_person_holds_no_role_and_may_be_appointed_again(
    situation: Situation,
) -> None:
    handler = AppointStaff(department="water", roles=(Role.HANDLER,))
    history = done(handler, situation)
    history += done(DismissStaff(reason="离任"), situation, *history)
    assert fold(*history) == Staff(department="water", roles=(), dismissed=True)
    assert refused(DismissStaff(reason="x"), situation, *history) == "already-dismissed"
    history += done(handler, situation, *history)
    assert fold(*history) == Staff(department="water", roles=(Role.HANDLER,))


def test_dismissal_needs_a_person_and_a_reason(situation: Situation) -> None:
    assert refused(DismissStaff(reason="x"), situation) == "unknown-staff"
    history = done(AppointStaff(department="water", roles=(Role.HANDLER,)), situation)
    assert refused(DismissStaff(reason=""), situation, *history) == "reason-missing"


def test_a_command_for_the_other_kind_of_stream_is_refused(situation: Situation) -> None:
    department = done(LIBRARY, situation)
    staff = done(AppointStaff(department="water", roles=(Role.HANDLER,)), situation)
    assert refused(LIBRARY, situation, *staff) == "wrong-stream"
    assert refused(RetireDepartment(reason="x"), situation, *staff) == "wrong-stream"
    assert refused(DismissStaff(reason="x"), situation, *department) == "wrong-stream"


def test_an_impossible_history_is_a_defect() -> None:
    with pytest.raises(CorruptOrganisationError):
        fold(StaffDismissed(reason="x"))
