"""What an account may do follows the log at once, and its secrets stay out of it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from handlers.envelope import Command, Envelope, Personal
from handlers.receipt import ReceiptStatus
from hotline.evaluations.indicators import NATIONAL, Indicator
from hotline.house.commands import PublishIndicators
from hotline.people.actors import SYSTEM, Actor, Role
from hotline.people.commands import (
    AcceptInvitation,
    AddDepartment,
    AppointStaff,
    ChangeDutyPhone,
    DepartmentLevel,
    DisableStaff,
    DismissStaff,
    EnableStaff,
    InviteStaff,
)
from hotline.people.staff import StaffMember
from streams.batches.commit import commit_batch
from streams.database.engine import reading
from streams.log.store import history
from streams.processes.opening import Store, open_store
from streams.settings import Settings

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SECURITY = Actor("sun", Role.SECURITY_ADMINISTRATOR)
PASSWORD = "correct horse battery"
LI = StaffMember(person="li", username="li", display_name="李", roles=(), department="")


@pytest.fixture
def house(address: URL, tmp_path: Path) -> Iterator[Store]:
    url = address.render_as_string(hide_password=False)
    opened = open_store(Settings(data=tmp_path / "data", database_url=url))
    for code, level in (("city", "city"), ("water", "department"), ("hotline", "hotline")):
        added = AddDepartment(
            name=code,
            name_en=code,
            level=DepartmentLevel(level),
            parent="" if code == "city" else "city",
            region="511800",
        )
        done(opened, f"department/{code}", added, SYSTEM)
    yield opened
    opened.engine.dispose()


def done(
    house: Store,
    stream: str,
    command: Command,
    actor: Actor = SECURITY,
    personal: tuple[Personal, ...] = (),
) -> None:
    context = house.contexts.refreshed()
    with reading(house.engine) as connection:
        count = len(history(connection, stream))
    envelope = Envelope(
        message_id=f"{stream}/{count}/{type(command).__name__}",
        stream=stream,
        command=command,
        actor=actor,
        at=NOW,
        personal=personal,
    )
    (receipt,) = commit_batch(house.engine, [envelope], context, house.wiring, NOW)
    assert receipt.status is ReceiptStatus.DONE, receipt.refusal


def enter(house: Store, password: str = PASSWORD) -> str:
    found = house.accounts.log_in("li", password, NOW)
    assert isinstance(found, tuple), found
    return found[1]


def appointed(house: Store) -> None:
    done(house, "staff/li", AppointStaff(department="water", roles=(Role.HANDLER,)))
    house.accounts.add_staff(LI, PASSWORD)


def test_roles_and_department_are_those_of_the_log(house: Store) -> None:
    appointed(house)
    token = enter(house)
    member = house.accounts.session(token, NOW)
    assert member is not None
    assert (member.roles, member.department) == ((Role.HANDLER,), "water")
    done(house, "staff/li", AppointStaff(department="hotline", roles=(Role.OPERATOR,)))
    member = house.accounts.session(token, NOW)
    assert member is not None
    assert (member.roles, member.department) == ((Role.OPERATOR,), "hotline")
    assert [(one.username, one.roles) for one in house.accounts.staff()] == [
        ("li", (Role.OPERATOR,))
    ]


def test_a_disabled_or_dismissed_person_is_out_with_the_very_event(house: Store) -> None:
    appointed(house)
    token = enter(house)
    done(house, "staff/li", DisableStaff(reason="借调"))
    assert house.accounts.session(token, NOW) is None
    assert house.accounts.log_in("li", PASSWORD, NOW) is None
    assert house.accounts.staff() == ()
    done(house, "staff/li", EnableStaff(reason="回来"))
    assert house.accounts.session(token, NOW) is not None
    done(house, "staff/li", DismissStaff(reason="离职"))
    assert house.accounts.session(token, NOW) is None
    assert [one.username for one in house.accounts.known()] == ["li"]


def test_an_invitation_voids_the_password_and_serves_once(house: Store) -> None:
    appointed(house)
    token = enter(house)
    done(house, "staff/li", InviteStaff())
    assert house.accounts.session(token, NOW) is None
    assert house.accounts.log_in("li", PASSWORD, NOW) is None
    done(house, "staff/li", AcceptInvitation(), Actor("li", Role.SYSTEM))
    assert house.accounts.set_password("li", "another long one", 1)
    assert not house.accounts.set_password("li", "a third long one", 1)
    assert house.accounts.log_in("li", PASSWORD, NOW) is None
    enter(house, "another long one")


def test_an_account_without_a_password_opens_for_none(house: Store) -> None:
    done(house, "staff/li", AppointStaff(department="water", roles=(Role.HANDLER,)))
    house.accounts.add_staff(LI, None)
    assert house.accounts.log_in("li", "", NOW) is None
    assert house.accounts.log_in("li", "nobody", NOW) is None


def test_a_duty_phone_is_in_the_vault_and_never_in_the_log(house: Store) -> None:
    number = "+8613812341234"
    told = (Personal(citizen="department/water", phone=number),)
    done(house, "department/water", ChangeDutyPhone(given=True), SYSTEM, told)
    with reading(house.engine) as connection:
        kept = house.vault.person(connection, "department/water")
        assert kept is not None
        assert kept.phone == number
        assert house.vault.citizens_by_phone(connection, number) == ()
        assert number[3:] not in str(history(connection, "department/water"))
    gone = (Personal(citizen="department/water"),)
    done(house, "department/water", ChangeDutyPhone(given=False), SYSTEM, gone)
    with reading(house.engine) as connection:
        assert house.vault.person(connection, "department/water") is None


def test_published_indicators_are_the_ones_that_rules_ask(house: Store) -> None:
    assert house.contexts.refreshed().indicators.version == NATIONAL.version
    new = Indicator("L1-09", 1, "要求到指定中介办理", "Sent to an agency")
    published = PublishIndicators(version="2027", sentences=(*NATIONAL.sentences, new))
    done(house, "indicators/", published, SYSTEM)
    indicators = house.contexts.refreshed().indicators
    assert indicators.version == "2027"
    assert "L1-09" in indicators.codes(1)
