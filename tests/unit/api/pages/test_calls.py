"""Who may be calling: several people of one number, masked; their own tickets take more."""

import pytest

from api.calls import callers, chosen, title_of, token_of
from api.ports import Faces
from handlers.envelope import Personal
from hotline.people.actors import Actor, Role
from tests.unit.api.conftest import House

OPERATOR = Actor("s-lin", Role.OPERATOR, "hotline")
PHONE = "13812341234"


@pytest.fixture
def faces(house: House) -> Faces:
    for citizen, name in (("c-1", "张三丰"), ("c-2", "李四")):
        house.vault.people[citizen] = Personal(
            citizen=citizen, name=name, phone=PHONE, address="雨城区青江街道5号"
        )
    found: Faces = house.app.state.faces
    return found


def test_everybody_of_a_number_is_named_masked_and_by_no_reference(faces: Faces) -> None:
    found = callers(faces, OPERATOR, PHONE)

    assert [(one.name, one.address) for one in found] == [
        ("张**", "雨城区青江街道***"),
        ("李**", "雨城区青江街道***"),
    ]
    assert not any(one.token in ("c-1", "c-2") for one in found)


def test_the_caller_who_was_chosen_must_have_given_that_number(faces: Faces) -> None:
    token = token_of(faces, "c-2")

    assert chosen(faces, PHONE, token) == "c-2"
    assert chosen(faces, "13900000000", token) == ""
    assert chosen(faces, PHONE, "") == ""


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("路灯不亮。已经三天了", "路灯不亮"),
        ("是，路灯不亮，三天了", "是，路灯不亮"),
        ("很" * 40, "很" * 30),
        ("", ""),
    ],
)
def test_the_first_clause_is_the_title_where_nobody_wrote_one(text: str, title: str) -> None:
    assert title_of(text) == title


def test_the_ticket_of_somebody_else_takes_no_addition(pages: House) -> None:
    client = pages.as_role(Role.OPERATOR)
    form = {"phone": PHONE, "caller": "x", "text": "又不亮了", "join": "1", "csrf": ""}

    answer = client.post("/tickets/new/join", data=form)

    assert answer.status_code == 404
    assert pages.gateway.taken == []
    assert "又不亮了" in answer.text
