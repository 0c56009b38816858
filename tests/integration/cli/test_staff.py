"""Staff accounts and keys: what was given out opens the door, what is wrong says so."""

from pathlib import Path

import pytest

from hotline.people.actors import Role
from streams.engine import reading
from streams.opening import open_store
from streams.settings import Settings
from streams.store import stream_names
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
