"""Doors: log-in, sessions, keys, query codes, and the throttle in front of each."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from api.ports import Unavailable
from api.security import AWAY_SECONDS_MAX, REMEMBERED_SECONDS
from hotline.people.actors import Actor, Role
from hotline.people.staff import StaffMember
from streams.accounts.accounts import WeakPasswordError
from tests.unit.api.conftest import PASSWORD, House

LIN = StaffMember(
    person="s-lin", username="lin", display_name="林", roles=(Role.OPERATOR,), department="hotline"
)
NUMBER = "5118002026112002000001"


def _log_in(house: House, password: str = PASSWORD) -> TestClient:
    client = house.client()
    client.last = client.post("/api/v1/session", json={"username": "lin", "password": password})
    return client


def test_a_session_needs_its_token_for_a_change(house: House) -> None:
    house.accounts.add_staff(LIN, PASSWORD)
    client = _log_in(house)
    cookie = client.last.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    path = "/api/v1/tickets/1/urge-ticket"
    assert client.post(path, json={"reason": "x"}).json()["code"] == "csrf-token-wrong"
    token = client.get("/api/v1/session").json()["csrf_token"]
    sent = client.post(path, json={"reason": "x"}, headers={"X-CSRF-Token": token})
    assert sent.status_code == 200


def test_a_session_ends_by_log_out_and_by_idleness(house: House) -> None:
    house.accounts.add_staff(LIN, PASSWORD)
    client = _log_in(house)
    token = client.get("/api/v1/session").json()["csrf_token"]
    house.pass_time(minutes=61)
    assert client.get("/api/v1/session").status_code == 401
    client = _log_in(house)
    token = client.get("/api/v1/session").json()["csrf_token"]
    assert client.delete("/api/v1/session", headers={"X-CSRF-Token": token}).status_code == 204
    assert client.get("/api/v1/session").status_code == 401


def test_five_wrong_passwords_close_the_door_for_a_while(house: House) -> None:
    house.accounts.add_staff(LIN, PASSWORD)
    for _ in range(5):
        assert _log_in(house, "wrong").last.status_code == 401
    closed = _log_in(house).last
    assert (closed.status_code, closed.headers["retry-after"]) == (429, "900")
    house.pass_time(minutes=16)
    assert _log_in(house).last.status_code == 200


def test_a_revoked_key_opens_nothing(house: House) -> None:
    system = StaffMember(person="p-1", display_name="12315", roles=(Role.PEER_SYSTEM,))
    key = house.accounts.issue_key(system, house.time[0])
    assert house.accounts.system(key) == system
    house.accounts.revoke_key("p-1", house.time[0])
    assert house.accounts.system(key) is None


def test_an_unknown_number_and_a_wrong_code_look_the_same(house: House) -> None:
    client = house.client()
    code = house.accounts.query_code(NUMBER)
    right_code_no_ticket = client.get(
        f"/api/v1/citizen/tickets/{NUMBER}", headers={"X-Query-Code": code}
    )
    wrong_code = client.get(f"/api/v1/citizen/tickets/{NUMBER}", headers={"X-Query-Code": "0"})
    same = ("status", "code", "title", "detail", "texts", "type")
    assert [right_code_no_ticket.json()[k] for k in same] == [wrong_code.json()[k] for k in same]


def test_five_wrong_codes_close_the_door_for_the_right_one_too(house: House) -> None:
    for _ in range(5):
        assert house.accounts.code_is_right(NUMBER, "x", house.time[0]) is False
    code = house.accounts.query_code(NUMBER)
    assert house.accounts.code_is_right(NUMBER, code, house.time[0]) is not True
    house.pass_time(minutes=16)
    assert house.accounts.code_is_right(NUMBER, code, house.time[0]) is True


def test_a_renewed_code_makes_the_old_one_worthless(house: House) -> None:
    old = house.accounts.query_code(NUMBER)
    new = house.accounts.renew_query_code(NUMBER)
    assert house.accounts.query_code(NUMBER) == new != old


def test_personal_data_stays_open_for_half_an_hour(house: House) -> None:
    actor, now = Actor("s-lin", Role.OPERATOR), house.time[0]
    house.accounts.open_access(actor, "ticket/1", "核对", now)
    assert house.accounts.access_open_until("s-lin", "ticket/1", now) is not None
    assert house.accounts.access_open_until("s-other", "ticket/1", now) is None
    house.pass_time(minutes=31)
    assert house.accounts.access_open_until("s-lin", "ticket/1", house.time[0]) is None


def test_a_short_password_is_refused(house: House) -> None:
    with pytest.raises(WeakPasswordError):
        house.accounts.add_staff(LIN, "short")


def test_the_document_describes_every_command(house: House) -> None:
    document = house.client().get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    body = document["paths"]["/api/v1/tickets"]["post"]["requestBody"]
    name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert "phone" in document["components"]["schemas"][name]["properties"]


class Away:
    """Accounts of a store that does not answer."""

    def system(self, _key: str) -> StaffMember | None:
        raise Unavailable

    session = system


def test_whoever_was_just_known_stays_known_while_the_store_is_away(house: House) -> None:
    systems = [
        StaffMember(person=name, display_name=name, roles=(Role.PEER_SYSTEM,))
        for name in ("p-1", "p-2")
    ]
    keys = [house.accounts.issue_key(system, house.time[0]) for system in systems]
    known, unknown = house.client(), house.client()
    known.headers["authorization"] = f"Bearer {keys[0]}"
    unknown.headers["authorization"] = f"Bearer {keys[1]}"
    call = {"type": "complaint", "channel": "01", "region": "1", "title": "x", "text": "x"}
    assert known.post("/api/v1/tickets", json=call).status_code == 201

    faces = house.app.state.faces
    house.app.state.faces = replace(faces, accounts=Away())
    house.gateway.keeps = True
    house.pass_time(seconds=AWAY_SECONDS_MAX)

    assert known.post("/api/v1/tickets", json=call).status_code == 202
    assert unknown.post("/api/v1/tickets", json=call).status_code == 503
    house.pass_time(seconds=REMEMBERED_SECONDS + 1)
    assert known.post("/api/v1/tickets", json=call).status_code == 503
    house.app.state.faces = faces
    house.gateway.keeps = False
    house.accounts.revoke_key("p-1", house.time[0])
    assert known.post("/api/v1/tickets", json=call).status_code == 401
