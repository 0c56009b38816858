"""Bad input: each gets a coded answer with the right status, and nothing of it comes back."""

import json

import pytest

from api.ports import Unavailable
from hotline.people.actors import Role
from tests.unit.api.conftest import House
from tests.unit.api.test_commands import REGISTRATION

SECRET = "13812349999"


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        (b"{", "application/json", 422, "not-json"),
        ('{"text": "路灯"}'.encode("gb18030"), "application/json", 422, "not-utf-8"),
        (b"{}", "text/plain", 415, "media-type-not-supported"),
        (b"[1]", "application/json", 422, "input-invalid"),
        (b'{"type": "' + SECRET.encode() + b'"}', "application/json", 422, "input-invalid"),
        (b'{"\xff": 1}', "application/json", 422, "not-utf-8"),
        (b"x" * 1_100_000, "application/json", 413, "body-too-large"),
    ],
)
def test_unreadable_bodies(
    house: House, body: bytes, media_type: str, status: int, code: str
) -> None:
    client = house.as_role(Role.OPERATOR)
    answer = client.post("/api/v1/tickets", content=body, headers={"content-type": media_type})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert SECRET not in answer.text
    assert not house.gateway.taken


@pytest.mark.parametrize(
    ("change", "field", "rule"),
    [
        ({"type": "quarrel"}, "type", "unknown-word"),
        ({"title": "x" * 8001}, "title", "too-long"),
        ({"region": "r" * 201}, "region", "too-long"),
        ({"surprise": SECRET}, "surprise", "unknown-field"),
        ({"text": "a\u0000b"}, "text", "control-character"),
        ({"phone": "call me"}, "phone", "no-phone"),
        ({"level": -1}, "level", "wrong-type"),
        ({"registered_at": "2020-01-01T00:00:00Z"}, "registered_at", "unknown-field"),
    ],
)
def test_a_wrong_field_is_named(
    house: House, change: dict[str, object], field: str, rule: str
) -> None:
    body = json.dumps({**REGISTRATION, **change})
    answer = house.as_role(Role.OPERATOR).post(
        "/api/v1/tickets", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 422, answer.text
    assert answer.json()["violations"] == [{"field": field, "code": rule}]
    assert SECRET not in answer.text


def test_a_missing_field_is_named(house: House) -> None:
    body = {key: value for key, value in REGISTRATION.items() if key != "region"}
    answer = house.as_role(Role.OPERATOR).post("/api/v1/tickets", json=body)
    assert answer.json()["violations"] == [{"field": "region", "code": "missing"}]


def test_a_naive_time_is_refused(house: House) -> None:
    client = house.as_role(Role.DEPARTMENT_LEADER)
    body = {"ground": "judicial", "evidence": "x", "until": "2026-12-01T00:00:00"}
    answer = client.post("/api/v1/tickets/1/request-suspension", json=body)
    assert answer.json()["violations"][0]["field"] == "until"


def test_a_path_that_is_no_reference_is_unknown(house: House) -> None:
    client = house.as_role(Role.HANDLER)
    answer = client.post("/api/v1/tickets/%E5%BC%A0/acknowledge-ticket", json={})
    assert answer.status_code == 404


def test_a_defect_says_nothing_of_what_was_sent(house: House) -> None:
    house.gateway.fault = RuntimeError(SECRET)
    answer = house.as_role(Role.OPERATOR).post("/api/v1/tickets", json=REGISTRATION)
    assert (answer.status_code, answer.json()["code"]) == (500, "defect")
    assert SECRET not in answer.text


def test_an_absent_store_asks_to_come_again(house: House) -> None:
    house.gateway.fault = Unavailable()
    answer = house.as_role(Role.OPERATOR).post("/api/v1/tickets", json=REGISTRATION)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
