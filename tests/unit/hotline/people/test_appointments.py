"""Accounts as facts: invited, accepted, disabled, enabled; and never by the holder."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hotline.facts import Fact
from hotline.people.actors import SYSTEM, Actor, Role
from hotline.people.commands import (
    AcceptInvitation,
    AppointStaff,
    ChangeDepartment,
    ChangeDutyPhone,
    DepartmentLevel,
    DisableStaff,
    DismissStaff,
    EnableStaff,
    InviteStaff,
    OrganisationCommand,
    StaffCommand,
)
from hotline.people.events import DepartmentAdded, DutyPhoneChanged, OrganisationEvent
from hotline.people.organisation import decide, evolve
from hotline.people.state import Department, Organisation, Staff
from hotline.refusal import Refusal
from hotline.situation import Situation

APPOINT = AppointStaff(department="water", roles=(Role.HANDLER,))
WATER = DepartmentAdded(
    name="水务", name_en="Water", level=DepartmentLevel.UTILITY, parent="city", region="341100"
)
SECURITY = Actor("sun", Role.SECURITY_ADMINISTRATOR)


@pytest.fixture
def about_li(situation: Situation) -> Situation:
    return replace(situation, actor=SECURITY, subject="li")


def after(situation: Situation, *commands: OrganisationCommand) -> Organisation | None:
    state: Organisation | None = None
    for command in commands:
        decision = decide(command, state, situation)
        assert not isinstance(decision, Refusal), decision
        for event in decision:
            state = evolve(state, Fact(event, SYSTEM, datetime(2026, 3, 2, tzinfo=UTC)))
    return state


def refused(command: OrganisationCommand, state: Organisation | None, situation: Situation) -> str:
    decision = decide(command, state, situation)
    assert isinstance(decision, Refusal), decision
    return decision.code


def test_an_invitation_is_accepted_once_and_replaced_by_the_next(about_li: Situation) -> None:
    state = after(about_li, APPOINT, InviteStaff())
    assert isinstance(state, Staff)
    assert state.is_invited
    state = after(about_li, APPOINT, InviteStaff(), AcceptInvitation())
    assert isinstance(state, Staff)
    assert not state.is_invited
    assert refused(AcceptInvitation(), state, about_li) == "not-invited"
    state = after(about_li, APPOINT, InviteStaff(), AcceptInvitation(), InviteStaff())
    assert isinstance(state, Staff)
    assert (state.invitations_count, state.accepted_count) == (2, 1)


def test_a_disabled_account_keeps_its_roles_and_opens_nothing(about_li: Situation) -> None:
    state = after(about_li, APPOINT, InviteStaff(), DisableStaff(reason="借调"))
    assert isinstance(state, Staff)
    assert (state.roles, state.may_enter) == ((Role.HANDLER,), False)
    assert refused(InviteStaff(), state, about_li) == "account-closed"
    assert refused(AcceptInvitation(), state, about_li) == "not-invited"
    assert decide(DisableStaff(reason="借调"), state, about_li) == ()
    state = after(about_li, APPOINT, DisableStaff(reason="借调"), EnableStaff(reason="回来"))
    assert isinstance(state, Staff)
    assert state.may_enter
    assert decide(EnableStaff(reason="回来"), state, about_li) == ()


def test_another_appointment_keeps_the_password_and_the_phone(about_li: Situation) -> None:
    moved = AppointStaff(department="roads", roles=(Role.DEPARTMENT_LEADER,))
    given = ChangeDutyPhone(given=True)
    state = after(about_li, APPOINT, InviteStaff(), AcceptInvitation(), given, moved)
    assert state == Staff(
        department="roads",
        roles=(Role.DEPARTMENT_LEADER,),
        duty_phone=True,
        invitations_count=1,
        accepted_count=1,
    )


def test_who_left_comes_back_by_an_appointment(about_li: Situation) -> None:
    left = DismissStaff(reason="离职")
    state = after(about_li, APPOINT, left)
    assert refused(DisableStaff(reason="x"), state, about_li) == "already-dismissed"
    state = after(about_li, APPOINT, left, APPOINT)
    assert isinstance(state, Staff)
    assert state.may_enter


@pytest.mark.parametrize(
    "command",
    [
        AppointStaff(department="water", roles=(Role.SHIFT_LEAD,)),
        DismissStaff(reason="x"),
        InviteStaff(),
        DisableStaff(reason="x"),
        EnableStaff(reason="x"),
    ],
)
def test_nobody_acts_on_the_own_account(command: StaffCommand, about_li: Situation) -> None:
    state = after(about_li, APPOINT)
    own = replace(about_li, actor=Actor("li", Role.SECURITY_ADMINISTRATOR))
    assert refused(command, state, own) == "own-account"


@pytest.mark.parametrize("command", [InviteStaff(), DisableStaff(reason="x"), AcceptInvitation()])
def test_nobody_is_unknown(command: StaffCommand, about_li: Situation) -> None:
    assert refused(command, None, about_li) == "unknown-staff"


@pytest.mark.parametrize(
    "power", [Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR]
)
def test_who_administers_the_house_works_on_none_of_its_cases(
    power: Role, about_li: Situation
) -> None:
    both = AppointStaff(department="hotline", roles=(power, Role.SHIFT_LEAD))
    assert refused(both, None, about_li) == "role-stands-alone"


def test_a_department_moves_but_never_below_itself(situation: Situation) -> None:
    state = evolve(None, Fact(WATER, SYSTEM, datetime(2026, 3, 2, tzinfo=UTC)))
    about = replace(situation, subject="district")
    moved = ChangeDepartment(
        name="新区", name_en="", level=DepartmentLevel.DISTRICT, parent="city", region="341102"
    )
    (event,) = _events(moved, state, about)
    assert evolve(state, Fact(event, SYSTEM, datetime(2026, 3, 2, tzinfo=UTC))) == Department(
        name="新区", name_en="", level=DepartmentLevel.DISTRICT, parent="city", region="341102"
    )
    assert refused(replace(moved, parent="town"), state, about) == "parent-below"
    assert refused(replace(moved, parent="district"), state, about) == "parent-below"
    assert refused(replace(moved, name=" "), state, about) == "department-nameless"
    assert refused(moved, None, about) == "unknown-department"


def test_a_changed_department_keeps_its_duty_phone(situation: Situation) -> None:
    about = replace(situation, subject="water")
    moment = datetime(2026, 3, 2, tzinfo=UTC)
    state = evolve(None, Fact(WATER, SYSTEM, moment))
    state = evolve(state, Fact(DutyPhoneChanged(given=True), SYSTEM, moment))
    same = ChangeDepartment(
        name="水务", name_en="Water", level=DepartmentLevel.UTILITY, parent="city", region="341100"
    )
    assert decide(same, state, about) == ()
    (event,) = _events(replace(same, name="水务集团"), state, about)
    state = evolve(state, Fact(event, SYSTEM, moment))
    assert isinstance(state, Department)
    assert (state.name, state.duty_phone) == ("水务集团", True)


def test_a_phone_belongs_to_somebody_who_exists(situation: Situation) -> None:
    assert refused(ChangeDutyPhone(given=True), None, situation) == "unknown-recipient"
    state = evolve(None, Fact(WATER, SYSTEM, datetime(2026, 3, 2, tzinfo=UTC)))
    assert decide(ChangeDutyPhone(given=False), state, situation) == ()


def _events(
    command: OrganisationCommand, state: Organisation | None, situation: Situation
) -> tuple[OrganisationEvent, ...]:
    decision = decide(command, state, situation)
    assert not isinstance(decision, Refusal), decision
    return decision
