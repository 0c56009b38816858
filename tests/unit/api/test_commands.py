"""Command routes: every person's command has one, with its permission, masked and only once."""

import re

import pytest
from fastapi.routing import APIRoute

from api.bodies import body_of
from api.json.commands import command_routes, kebab
from api.security import Requires
from hotline.people.actors import Role
from hotline.people.command_table import COMMANDS
from hotline.refusal import Refusal
from hotline.tickets import commands as tickets
from tests.unit.api.conftest import House

REGISTRATION = {
    "type": "complaint",
    "channel": "01",
    "region": "511800",
    "name": "张三丰",
    "phone": "13812341234",
    "address": "雨城区某街5号",
    "title": "路灯不亮",
    "text": "我叫张三丰，雨城区某街5号门口路灯不亮，电话13812341234",
}


def _permission(route: APIRoute) -> Requires:
    found = [d.dependency for d in route.dependencies if isinstance(d.dependency, Requires)]
    assert len(found) == 1, f"{route.path} declares no permission"
    return found[0]


def _routes(house: House) -> list[APIRoute]:
    found: list[APIRoute] = []

    def walk(routes: object) -> None:
        for route in routes:  # type: ignore[attr-defined]
            if isinstance(route, APIRoute):
                found.append(route)
            inner = getattr(route, "original_router", None) or getattr(route, "router", None)
            if inner is not None:
                walk(inner.routes)

    walk(house.app.routes)
    return found


def test_every_route_declares_its_permission(house: House) -> None:
    routes = _routes(house)
    assert len(routes) > len(command_routes())
    assert all(_permission(route).permission.name for route in routes)


@pytest.mark.parametrize("role", sorted(Role))
def test_every_command_route_lets_in_exactly_the_roles_of_the_table(
    house: House, role: Role
) -> None:
    with house.as_role(role) as client:
        for route in command_routes():
            path = "/api/v1" + re.sub(r"{\w+}", "1", route.path)
            answer = client.post(path, content=b"[]", headers={"content-type": "application/json"})
            expected = 422 if role in COMMANDS[route.command] else 403
            assert answer.status_code == expected, (route.path, role)


def test_a_stranger_is_asked_to_log_in(house: House) -> None:
    answer = house.client().post("/api/v1/tickets", json=REGISTRATION)
    assert (answer.status_code, answer.json()["code"]) == (401, "not-logged-in")


def test_a_command_of_the_clock_has_no_route(house: House) -> None:
    client = house.as_role(Role.SHIFT_LEAD)
    answer = client.post("/api/v1/tickets/1/fire-timer", json={})
    assert answer.status_code == 404


def test_registration_masks_the_command_and_keeps_the_words_for_the_vault(house: House) -> None:
    answer = house.as_role(Role.OPERATOR).post("/api/v1/tickets", json=REGISTRATION)
    assert answer.status_code == 201, answer.text
    (envelope,) = house.gateway.taken
    command, (personal,) = envelope.command, envelope.personal
    assert isinstance(command, tickets.RegisterTicket)
    for word in ("张三丰", "13812341234", "雨城区某街5号"):
        assert word not in repr(command)
    assert (personal.name, personal.body) == ("张三丰", REGISTRATION["text"])
    assert (command.caller, command.narrative) == (personal.citizen, personal.narrative)
    assert envelope.at == house.time[0]
    said = answer.json()
    assert len(said["query_code"]) == 6
    assert house.accounts.code_is_right(said["number"], said["query_code"], house.time[0]) is True


def test_a_known_phone_is_the_same_citizen(house: House) -> None:
    client = house.as_role(Role.OPERATOR)
    client.post("/api/v1/tickets", json=REGISTRATION)
    (known,) = house.gateway.taken[0].personal
    house.vault.people[known.citizen] = known.__class__(
        citizen=known.citizen, phone="+8613812341234"
    )
    client.post("/api/v1/tickets", json=REGISTRATION)
    assert house.gateway.taken[1].personal[0].citizen == known.citizen


def test_an_anonymous_registration_names_no_caller(house: House) -> None:
    plain = {**REGISTRATION, "name": "", "phone": "", "address": ""}
    assert house.as_role(Role.OPERATOR).post("/api/v1/tickets", json=plain).status_code == 201
    command = house.gateway.taken[0].command
    assert isinstance(command, tickets.RegisterTicket)
    assert (command.caller, bool(command.narrative)) == ("", True)


def test_the_same_key_is_the_same_message_within_its_sender(house: House) -> None:
    first, second = house.as_role(Role.OPERATOR), house.as_role(Role.SHIFT_LEAD)
    for client in (first, first, second):
        client.post("/api/v1/tickets", json=REGISTRATION, headers={"Idempotency-Key": "k1"})
    assert len(house.gateway.taken) == 2


def test_the_version_seen_travels_with_the_command(house: House) -> None:
    client = house.as_role(Role.HANDLER, department="water")
    client.post("/api/v1/tickets/1/acknowledge-ticket", json={}, headers={"If-Match": '"7"'})
    assert house.gateway.taken[0].expected_version == 7
    assert house.gateway.taken[0].actor.department == "water"
    bad = client.post("/api/v1/tickets/1/acknowledge-ticket", json={}, headers={"If-Match": "x"})
    assert bad.json()["code"] == "version-invalid"


def test_a_member_acts_in_the_first_role_that_may(house: House) -> None:
    client = house.as_role(Role.OBSERVER, Role.SHIFT_LEAD, Role.OPERATOR)
    client.post("/api/v1/tickets", json=REGISTRATION)
    assert house.gateway.taken[0].actor.role is Role.SHIFT_LEAD


def test_a_refusal_is_a_problem_in_both_languages(house: House) -> None:
    house.gateway.refusal = Refusal("wrong-stage", {"stage": "Closed"})
    client = house.as_role(Role.HANDLER)
    answer = client.post(
        "/api/v1/tickets/1/acknowledge-ticket", json={}, headers={"Accept-Language": "en"}
    )
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["code"] == "wrong-stage"
    assert said["texts"]["zh"]["title"] == "当前状态不能进行此操作"
    assert said["title"] == said["texts"]["en"]["title"] == "Not possible in this stage"


def test_many_tickets_get_one_receipt_each(house: House) -> None:
    client = house.as_role(Role.HANDLER)
    answer = client.post(
        "/api/v1/tickets/bulk",
        json={"command": "acknowledge-ticket", "tickets": ["1", "2", "1"], "versions": {"2": 5}},
    )
    assert (answer.status_code, answer.json()["done"]) == (207, 2)
    assert [envelope.expected_version for envelope in house.gateway.taken] == [None, 5]


def test_a_bulk_command_needs_the_permission_of_the_command(house: House) -> None:
    answer = house.as_role(Role.OBSERVER).post(
        "/api/v1/tickets/bulk", json={"command": "acknowledge-ticket", "tickets": ["1"]}
    )
    assert answer.status_code == 403


def test_no_body_takes_a_time_of_record_or_a_reference_of_a_person() -> None:
    for route in command_routes():
        fields = set(body_of(route.command).__struct_fields__)
        assert not fields & {"at", "occurred_at", "recorded_at", "caller", "narrative", "citizen"}


def test_paths_say_the_name_of_the_command() -> None:
    assert kebab(tickets.ProposeExplainedClosure) == "propose-explained-closure"
