"""Staff accounts and keys: what was given out opens the door, what is wrong says so."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from handlers.envelope import Envelope
from handlers.receipt import ReceiptStatus
from hotline.people.actors import SYSTEM, Role
from hotline.people.commands import AppointStaff
from streams.accounts import tables as account_tables
from streams.batches.commit import commit_batch
from streams.database.engine import DATABASE_FILE, reading
from streams.log.store import history, stream_names
from streams.processes.opening import open_store, phonebook_of
from streams.settings import Settings
from tests.bihuan import Bihuan
from tests.simulation import small_city


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("staff")
    store = open_store(Settings(data=folder), durable=False)
    small_city.found(store)
    store.engine.dispose()
    return folder


def test_somebody_appointed_can_log_in(data: Path, bihuan: Bihuan) -> None:
    options = ("--username", "wang", "--department", "housing", "--role", "handler")

    answer = bihuan("staff", "add", "--data", data, *options)

    assert answer.code == 0
    store = open_store(Settings(data=data))
    opened = store.accounts.log_in("wang", answer.document["password"], small_city.START)
    assert isinstance(opened, tuple)
    assert (opened[0].department, opened[0].roles) == ("housing", (Role.HANDLER,))
    listed = bihuan("staff", "list", "--data", data).document["staff"]
    assert {"username": "wang", "department": "housing", "roles": ["handler"]} in listed


def test_an_unknown_department_is_refused(data: Path, bihuan: Bihuan) -> None:
    options = ("--username", "li", "--department", "nowhere", "--role", "handler")

    answer = bihuan("staff", "add", "--data", data, *options)

    assert (answer.code, answer.document["error"]["code"]) == (2, "unknown-department")
    assert "li" not in str(bihuan("staff", "list", "--data", data).document)


def test_a_weak_password_appoints_nobody(data: Path, bihuan: Bihuan) -> None:
    options = ("--username", "zhao", "--department", "housing", "--role", "handler")

    answer = bihuan("staff", "add", "--data", data, *options, "--password-stdin", typed="short\n")

    assert (answer.code, answer.document["error"]["code"]) == (2, "password-weak")
    store = open_store(Settings(data=data))
    with reading(store.engine) as connection:
        assert "staff/zhao" not in set(stream_names(connection, "staff/"))


def test_a_key_opens_for_its_system(data: Path, bihuan: Bihuan) -> None:
    answer = bihuan("staff", "key", "--data", data, "--system", "call-centre")

    store = open_store(Settings(data=data))
    member = store.accounts.system(answer.document["key"])
    assert member is not None
    assert (member.person, member.roles) == ("call-centre", (Role.PEER_SYSTEM,))


def contact(data: Path, recipient: str) -> str:
    found = phonebook_of(open_store(Settings(data=data)), lambda: datetime.now(UTC)).contact(
        recipient
    )
    assert found is not None
    return found.phone


def test_an_appointment_that_was_cut_short_is_repeated(data: Path, bihuan: Bihuan) -> None:
    """The process ended between the appointment in the log and the account."""
    store = open_store(Settings(data=data))
    envelope = Envelope(
        message_id="cut-short",
        stream="staff/sun",
        command=AppointStaff(department="housing", roles=(Role.HANDLER,)),
        actor=SYSTEM,
        at=small_city.START,
    )
    context = store.contexts.refreshed()
    (receipt,) = commit_batch(store.engine, [envelope], context, store.wiring, small_city.START)
    assert receipt.status is ReceiptStatus.DONE
    options = ("--username", "sun", "--department", "housing", "--role", "handler")

    first, second = (bihuan("staff", "add", "--data", data, *options) for _ in range(2))

    assert (first.code, second.code) == (0, 0)
    opened = store.accounts.log_in("sun", second.document["password"], small_city.START)
    assert isinstance(opened, tuple)
    with reading(store.engine) as connection:
        assert len(history(connection, "staff/sun")) == 1


def test_a_department_is_told_at_its_duty_phone_or_at_that_of_who_runs_it(
    data: Path, bihuan: Bihuan
) -> None:
    assert contact(data, "department/housing") == ""
    options = ("--department", "housing", "--role", "department_leader")
    given = ("--username", "zhou", "--phone", "138 0013 8111")
    assert bihuan("staff", "add", "--data", data, *given, *options).code == 0
    assert contact(data, "staff/zhou") == "+8613800138111"
    assert contact(data, "department/housing") == "+8613800138111"

    where = ("--department", "housing", "--data", data)
    assert bihuan("staff", "phone", "0835-2220000", *where).document["kept"] is True
    assert contact(data, "department/housing") == "+868352220000"
    assert bihuan("staff", "phone", "", *where).document["kept"] is False
    assert contact(data, "department/housing") == "+8613800138111"


@pytest.mark.parametrize(
    ("number", "options", "code"),
    [
        ("12", ("--department", "housing"), "phone-malformed"),
        ("13800138111", ("--department", "nowhere"), "unknown-recipient"),
        ("13800138111", (), "unknown-recipient"),
    ],
)
def test_a_number_or_recipient_that_is_none_is_refused(
    data: Path, bihuan: Bihuan, number: str, options: tuple[str, ...], code: str
) -> None:
    answer = bihuan("staff", "phone", number, *options, "--data", data)
    assert (answer.code, answer.document["error"]["code"]) == (2, code)


def test_a_store_of_an_early_version_is_refused_in_words(tmp_path: Path, bihuan: Bihuan) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / DATABASE_FILE}")
    with engine.begin() as connection:
        account_tables.METADATA.create_all(connection)
    engine.dispose()

    answer = bihuan("staff", "list", "--data", tmp_path)

    assert (answer.code, answer.document["error"]["code"]) == (2, "store-foreign")
    assert "bihuan import" in answer.document["error"]["message_en"]
