"""Strangers share no name: keys do not cross between them, and wrong tries count where they sit."""

import pytest

from api.json.citizens import identity_of
from tests.unit.api.conftest import House
from tests.unit.api.test_commands import REGISTRATION

KEY = {"Idempotency-Key": "1"}
NUMBERS = [f"51180020261120020{n:05}" for n in range(40)]


def register(house: House, title: str, key: dict[str, str] | None = None) -> dict[str, str]:
    body = {**REGISTRATION, "title": title}
    answer = house.client().post("/api/v1/citizen/tickets", json=body, headers=key or KEY)
    assert answer.status_code == 201, answer.text
    said: dict[str, str] = answer.json()
    return said


def test_two_strangers_with_the_same_key_get_a_ticket_each(house: House) -> None:
    mine, yours = register(house, "路灯不亮"), register(house, "停水")
    assert mine["number"] != yours["number"]
    assert len(house.gateway.taken) == 2


def test_the_same_message_again_gets_its_first_answer(house: House) -> None:
    assert register(house, "路灯不亮") == register(house, "路灯不亮")
    assert len(house.gateway.taken) == 1
    register(house, "路灯不亮", {"Idempotency-Key": "2"})
    assert len(house.gateway.taken) == 2


def test_the_parts_of_an_identity_do_not_run_into_each_other(house: House) -> None:
    faces = house.app.state.faces
    assert identity_of(faces, "a", "bc", b"d") != identity_of(faces, "ab", "c", b"d")
    assert identity_of(faces, "", "bc", b"d") != identity_of(faces, "", "bc", b"d")


def test_a_malformed_key_is_refused(house: House) -> None:
    answer = house.client().post(
        "/api/v1/citizen/tickets", json=REGISTRATION, headers={"Idempotency-Key": "a b"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-invalid")


def tried(house: House, number: str, forwarded: str = "") -> int:
    headers = {"X-Query-Code": "x"} | ({"X-Forwarded-For": forwarded} if forwarded else {})
    answer = house.client().get(f"/api/v1/citizen/tickets/{number}", headers=headers)
    return int(answer.status_code)


def test_who_tries_many_numbers_is_stopped_by_the_address(house: House) -> None:
    assert [tried(house, number) for number in NUMBERS[:22]] == [404] * 20 + [429] * 2
    code = house.accounts.query_code(NUMBERS[-1])
    path = f"/api/v1/citizen/tickets/{NUMBERS[-1]}"
    closed = house.client().get(path, headers={"X-Query-Code": code})
    assert (closed.status_code, closed.json()["code"]) == (429, "too-many-tries")
    house.pass_time(minutes=16)
    assert tried(house, NUMBERS[0]) == 404


def test_a_client_does_not_choose_its_address(house: House) -> None:
    statuses = [tried(house, number, f"10.0.0.{n}") for n, number in enumerate(NUMBERS[:21])]
    assert statuses == [404] * 20 + [429]


@pytest.mark.parametrize(
    ("forwarded", "status"),
    [("203.0.113.9", 404), ("203.0.113.8", 429), ("203.0.113.9, 203.0.113.8", 429)],
)
def test_behind_a_proxy_the_last_address_outside_counts(
    house: House, forwarded: str, status: int
) -> None:
    object.__setattr__(house.app.state.faces, "trusted_proxies", frozenset({"testclient"}))
    assert {tried(house, number, "203.0.113.8") for number in NUMBERS[:20]} == {404}
    assert tried(house, NUMBERS[-1], forwarded) == status
