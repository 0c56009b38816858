"""Bad input over HTTP on a real store: status, code, what to do, and nothing half done."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import URL

from hotline.people.actors import Role
from streams.database.engine import reading
from streams.log import store
from tests.contract.test_faces import REPORT, Site, opened_site

NUMBER = "5118002026112001000001"
SERVICE = {
    "project_no": "P1",
    "service_number": "1",
    "region": "511800",
    "department": "roads",
    "item_code": "i1",
    "item_name": "用水报装",
    "node": "finished",
    "object": "item",
    "served_at": "2999-01-01T10:00:00+08:00",
}
CHECKED = {"type": "complaint", "category": "04"}
ADDITION = {"channel": "01", "text": "补充"}
HAMLET = {
    "name": "某村",
    "name_en": "x",
    "level": "village",
    "parent": "nowhere",
    "region": "511800",
}
LONG = json.dumps({**REPORT, "text": "长" * 1_100_000}).encode()
OLD_ENCODING = json.dumps(REPORT, ensure_ascii=False).encode("gb18030")
OPERATOR, ADMINISTRATOR = Role.OPERATOR, Role.SYSTEM_ADMINISTRATOR


@pytest.fixture
def site(address: URL, tmp_path: Path) -> Iterator[Site]:
    with opened_site(address, tmp_path) as site:
        yield site


def log_of(site: Site) -> dict[int, int]:
    with reading(site.house.engine) as connection:
        return dict(store.heads(connection))


def refused(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()["texts"]
    for texts in (said["zh"], said["en"]):
        for text in (texts["title"], texts["detail"]):
            assert text.strip()
            assert not {"…", "{"} & set(text)  # every blank is filled in
        assert texts["title"] != texts["detail"]
    assert said["zh"] != said["en"]


@pytest.mark.parametrize(
    ("role", "path", "body", "status", "code"),
    [
        (OPERATOR, "tickets", {**REPORT, "category": "99"}, 422, "unknown-category"),
        (Role.PEER_SYSTEM, "services", SERVICE, 422, "in-the-future"),
        (OPERATOR, "tickets", LONG, 413, "body-too-large"),
        (OPERATOR, "tickets", {**REPORT, "text": "长" * 8001}, 422, "input-invalid"),
        (OPERATOR, "tickets", b'{"type":', 422, "not-json"),
        (OPERATOR, "tickets", OLD_ENCODING, 422, "not-utf-8"),
        (OPERATOR, f"tickets/{NUMBER}/append-addition", ADDITION, 404, "no-such-ticket"),
        (Role.OBSERVER, "tickets", REPORT, 403, "role-not-permitted"),
        (ADMINISTRATOR, "departments/x/add-department", HAMLET, 422, "unknown-parent"),
    ],
)
def test_it_is_refused_in_words_and_leaves_no_trace(
    site: Site, role: Role, path: str, *, body: Any, status: int, code: str
) -> None:
    before = log_of(site)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = site.client(role).post(
        f"/api/v1/{path}", content=content, headers={"content-type": "application/json"}
    )
    refused(answer, status, code)
    assert log_of(site) == before


def test_nobody_and_an_unknown_ticket(site: Site) -> None:
    operator = site.client(Role.OPERATOR)
    refused(operator.get(f"/api/v1/tickets/{NUMBER}"), 404, "unknown-ticket")
    refused(operator.get("/api/v1/nothing"), 404, "unknown-page")
    refused(operator.delete("/api/v1/tickets"), 405, "method-not-allowed")
    del operator.headers["authorization"]
    refused(operator.get("/api/v1/tickets"), 401, "not-logged-in")


LISTS = (
    *("tickets", "inbox", "revisits", "deadlines", "returns", "evaluations", "audit", "texts"),
    "kpis/solved/numerator",
)
NEVER_GIVEN = ("x", "WyJ4Il0", "W10", "\N{GRINNING FACE}", "W251bGxd" * 40)


def test_a_cursor_that_was_never_given(site: Site) -> None:
    client = site.client(Role.SHIFT_LEAD, Role.INSPECTOR, Role.EVALUATION_OFFICER)
    span = {"since": "2026-01-01T00:00:00+08:00", "until": "2030-01-01T00:00:00+08:00"}
    for path, cursor in product(LISTS, NEVER_GIVEN):
        params = {"cursor": cursor} | (span if "kpis" in path else {})
        answer = client.get(f"/api/v1/{path}", params=params)
        refused(answer, 422, "input-invalid")
        assert answer.json()["violations"] == [{"field": "cursor", "code": "cursor-invalid"}]


def registered(site: Site) -> str:
    body = {**REPORT, "title": "其他事项", "text": "其他事项"}
    return str(site.client(Role.OPERATOR).post("/api/v1/tickets", json=body).json()["number"])


def test_an_illegal_transition(site: Site) -> None:
    number = registered(site)
    before = log_of(site)
    leader = site.client(Role.SHIFT_LEAD)
    answer = leader.post(f"/api/v1/tickets/{number}/archive-ticket", json={})
    refused(answer, 409, "wrong-stage")
    assert "“已登记”" in answer.json()["texts"]["zh"]["detail"]  # the stage, as people call it
    assert log_of(site) == before


def test_a_stale_form(site: Site) -> None:
    number = registered(site)
    officer, path = site.client(Role.ASSIGNMENT_OFFICER), f"/api/v1/tickets/{number}"
    seen = officer.get(path).headers["etag"]
    assert officer.post(f"{path}/precheck-ticket", json=CHECKED).is_success
    before = log_of(site)
    late = officer.post(
        f"{path}/correct-ticket", json={"reason": "核对", "title": "新"}, headers={"If-Match": seen}
    )
    refused(late, 409, "stale-form")
    assert log_of(site) == before


def test_two_people_at_once(site: Site) -> None:
    """One of them wins; the others are told, and the ticket has moved once."""
    number = registered(site)
    path = f"/api/v1/tickets/{number}"
    seen = site.client(Role.ASSIGNMENT_OFFICER).get(path).headers["etag"]
    officers = [site.client(Role.ASSIGNMENT_OFFICER, department=f"hotline-{n}") for n in range(6)]

    def check(n: int) -> Any:
        headers = {"If-Match": seen} if n % 2 else {}
        return officers[n].post(f"{path}/precheck-ticket", json=CHECKED, headers=headers)

    with ThreadPoolExecutor(len(officers)) as pool:
        answers = list(pool.map(check, range(len(officers))))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
    for n, answer in enumerate(answers):
        if not answer.is_success:
            refused(answer, 409, "stale-form" if n % 2 else "wrong-stage")
    timeline = site.client(Role.SHIFT_LEAD).get(path).json()["timeline"]
    assert [fact["type"] for fact in timeline].count("TicketPrechecked") == 1
