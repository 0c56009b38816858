"""The faces over a real store on each database: every question has an answer, nothing is lost."""

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from argon2 import PasswordHasher
from fastapi.routing import APIRoute
from sqlalchemy.engine import URL

from api.json.commands import command_routes
from api.main import House, create_app, open_house
from api.ports import Advice
from handlers.envelope import Envelope, Source
from handlers.receipt import Receipt, ReceiptStatus
from hotline.people.actors import SYSTEM, Actor, Role
from hotline.people.commands import AddDepartment, DepartmentLevel
from hotline.people.staff import StaffMember
from hotline.routing.commands import CatalogueEntry, Category, PublishCatalogue
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.vocabulary import Channel, TicketType
from streams.accounts import accounts
from streams.database.engine import reading, writing
from streams.letters.dead_letters import bury, letter_of
from streams.log import store
from streams.processes.opening import open_store
from streams.settings import Settings

with warnings.catch_warnings():
    # The client asks for its own fork of httpx; what we use of it is the same in both.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

REGION: Final = "511800"
SPAN: Final = {"since": "2026-01-01T00:00:00+08:00", "until": "2030-01-01T00:00:00+08:00"}
REPORT: Final = {
    "type": "complaint",
    "channel": "01",
    "region": REGION,
    "name": "张三丰",
    "phone": "13812341234",
    "title": "路灯不亮",
    "text": "门口路灯不亮三天",
}
"""What a caller says; the name and the number may not come back from any question."""

ANSWERED: Final[Mapping[str, frozenset[str]]] = {
    "/api/v1/tickets": frozenset({"items", "cursor"}),
    "/api/v1/tickets/{number}": frozenset({"number", "version", "ticket", "dues", "timeline"}),
    "/api/v1/tickets/{number}/history": frozenset({"items", "cursor"}),
    "/api/v1/inbox": frozenset({"items", "cursor"}),
    "/api/v1/revisits": frozenset({"items", "cursor"}),
    "/api/v1/deadlines": frozenset({"items", "cursor"}),
    "/api/v1/returns": frozenset({"items", "cursor"}),
    "/api/v1/evaluations": frozenset({"items", "cursor"}),
    "/api/v1/evaluations/statistics": frozenset({"n", "good_rate", "active_rate", "services"}),
    "/api/v1/audit": frozenset({"items", "cursor"}),
    "/api/v1/accesses": frozenset({"items"}),
    "/api/v1/catalogues/{region}": frozenset({"version", "categories", "entries", "added"}),
    "/api/v1/calendars/{region}": frozenset({"version", "days"}),
    "/api/v1/departments": frozenset({"items"}),
    "/api/v1/routing/suggestion": frozenset({"lead", "reasons", "texts", "model"}),
    "/api/v1/kpis": frozenset({"items"}),
    "/api/v1/kpis/{code}/{side}": frozenset({"items", "cursor"}),
    "/api/v1/texts": frozenset({"items", "cursor"}),
    "/api/v1/dead-letters": frozenset({"items"}),
    "/api/v1/session": frozenset({"person", "roles", "csrf_token"}),
    "/api/v1/citizen/tickets/{number}": frozenset({"number", "stage", "due", "answers"}),
    "/api/v1/citizen/tickets/{number}/data": frozenset({"person", "words", "ticket"}),
    "/api/v1/intake/{message_id:path}": frozenset({"number", "status", "message_id"}),
}
"""Every question of the JSON API, and what its answer holds at least."""

ROLES: Final = (
    *(Role.OPERATOR, Role.SHIFT_LEAD, Role.INSPECTOR, Role.REVISITOR),
    *(Role.SYSTEM_ADMINISTRATOR, Role.EVALUATION_OFFICER),
)


class Site:
    """A house with its pages, and keys for whoever is needed."""

    def __init__(self, house: House) -> None:
        self.house, self.app = house, create_app(house)

    def visitor(self) -> TestClient:
        return TestClient(self.app, raise_server_exceptions=False)

    def client(self, *roles: Role, department: str = "hotline") -> TestClient:
        hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        doors = accounts.Accounts(self.house.engine, b"", hasher=hasher)
        person = f"s-{len(roles)}-{roles[0]}-{department}"
        member = StaffMember(
            person=person,
            username=person,
            display_name="某某",
            roles=roles,
            department=department,
        )
        key = doors.issue_key(member, datetime.now(UTC))
        client = self.visitor()
        client.headers["authorization"] = f"Bearer {key}"
        return client

    def send(self, stream: str, command: Any) -> None:
        envelope = Envelope(
            message_id=f"setup/{stream}",
            stream=stream,
            command=command,
            actor=Actor("setup", SYSTEM.role),
            at=datetime.now(UTC),
        )
        receipt = self.house.runtime.submit(envelope)
        assert receipt.status is ReceiptStatus.DONE, receipt.refusal

    def shown(self) -> None:
        """Wait until the read models have seen all there is."""
        with reading(self.house.engine) as connection:
            positions = tuple(store.heads(connection).items())
        all_of_it = Receipt(
            message_id="", status=ReceiptStatus.DONE, stream="", version=0, positions=positions
        )
        assert self.house.runtime.caught_up(all_of_it, 30)


@contextmanager
def opened_site(address: URL, tmp_path: Path) -> Iterator[Site]:
    """Open a house with a small organisation and one category."""
    url = address.render_as_string(hide_password=False)
    opened = open_store(Settings(data=tmp_path / "data", database_url=url))
    site = Site(open_house(opened, region=REGION, city="示范市"))
    with TestClient(site.app):
        for code, level in (("city", "city"), ("roads", "department"), ("hotline", "hotline")):
            added = AddDepartment(
                name=f"{code}局",
                name_en=code,
                level=DepartmentLevel(level),
                parent="" if code == "city" else "city",
                region=REGION,
            )
            site.send(f"department/{code}", added)
        entry = CatalogueEntry(id="K04", lead="roads", category="04", keywords=("路灯",))
        catalogue = PublishCatalogue(
            version="1", categories=(Category(code="04", name="市政"),), entries=(entry,)
        )
        site.send("catalogue/", catalogue)
        yield site
    opened.engine.dispose()


@pytest.fixture
def site(address: URL, tmp_path: Path) -> Iterator[Site]:
    with opened_site(address, tmp_path) as site:
        yield site


def _questions(site: Site) -> list[APIRoute]:
    found: list[APIRoute] = []

    def walk(routes: Any) -> None:
        for route in routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
                found.append(route)
            inner = getattr(route, "original_router", None) or getattr(route, "router", None)
            if inner is not None:
                walk(inner.routes)

    walk(site.app.routes)
    return [route for route in found if route.include_in_schema]


def _full(path: str) -> str:
    return path if path.startswith("/api/v1") else f"/api/v1{path}"


OWN_DATA: Final = "/api/v1/citizen/tickets/{number}/data"
"""What a citizen takes home by number and query code; the one answer that is not masked."""


def test_every_question_is_answered(site: Site) -> None:
    client = site.client(*ROLES)
    registered = client.post("/api/v1/tickets", json=REPORT)
    assert registered.status_code == 201, registered.text
    number = registered.json()["number"]
    client.headers["x-query-code"] = registered.json()["query_code"]
    site.shown()
    asked = {_full(route.path) for route in _questions(site)}
    assert asked - set(ANSWERED) == set(), "a new question has no line in ANSWERED"
    parts = {"number": number, "region": "house", "code": "solved", "side": "X1"}
    parts["message_id"] = registered.json()["message_id"]
    for path, holds in ANSWERED.items():
        query = {**SPAN} if "kpis" in path or "statistics" in path else {}
        if path.endswith("suggestion"):
            query = {"type": "complaint", "text": "路灯"}
        answer = client.get(path.replace(":path", "").format_map(parts), params=query)
        if path.startswith("/api/v1/calendars"):
            assert answer.status_code == 404  # the house published none
            continue
        assert answer.status_code == 200, (path, answer.text)
        assert holds <= set(answer.json()), path
        if path == OWN_DATA:
            continue
        assert "13812341234" not in answer.text
        assert "张三丰" not in answer.text


def test_a_citizen_takes_home_what_is_kept_and_no_role_does_so_without_the_code(site: Site) -> None:
    client = site.client(*ROLES)
    registered = client.post("/api/v1/tickets", json=REPORT).json()
    site.shown()
    address = OWN_DATA.format(number=registered["number"])
    refused = client.get(address)
    assert refused.status_code in (403, 404)
    assert "13812341234" not in refused.text
    own = client.get(address, headers={"x-query-code": registered["query_code"]}).json()
    assert (own["person"]["name"], own["person"]["phone"]) == ("张三丰", "+8613812341234")


def test_the_texts_of_a_secret_ticket_tell_nothing_to_the_administrator(site: Site) -> None:
    secret = {**REPORT, "type": "report", "secrecy": 4}
    number = site.client(Role.OPERATOR).post("/api/v1/tickets", json=secret).json()["number"]
    site.shown()
    open_to = site.client(Role.SHIFT_LEAD).get("/api/v1/texts").json()["items"]
    assert {line["ticket"] for line in open_to} == {number}
    closed_to = site.client(Role.SYSTEM_ADMINISTRATOR)
    answer = closed_to.get("/api/v1/texts").json()
    assert [line["ticket"] for line in answer["items"]] == [""] * len(open_to)
    assert closed_to.get("/api/v1/texts", params={"ticket": number}).json()["items"] == []


def test_a_dead_letter_is_listed_without_its_bytes_and_taken_when_sent_again(site: Site) -> None:
    command = RegisterTicket(
        type=TicketType.COMPLAINT,
        channel=Channel.WEB,
        region=REGION,
        title="井盖松动",
        summary="井盖松动",
    )
    envelope = Envelope(
        message_id="lost",
        stream="",
        command=command,
        actor=Actor("p-1", Role.PEER_SYSTEM),
        at=datetime.now(UTC) - timedelta(minutes=1),
        source=Source("bihuan.calls.v1", 0, 7),
    )
    row = letter_of(envelope, b"1", "defect", site.house.wiring.vault, datetime.now(UTC))
    with writing(site.house.engine) as connection:
        bury(connection, [row])
    client = site.client(Role.SYSTEM_ADMINISTRATOR)
    (letter,) = client.get("/api/v1/dead-letters").json()["items"]
    assert (letter["message_id"], letter["reason"]) == ("lost", "defect")
    assert "井盖" not in str(letter)
    sent = client.post(f"/api/v1/dead-letters/{letter['id']}/resend")
    assert sent.status_code == 200, sent.text
    assert sent.json()["status"] == "done"
    assert client.get("/api/v1/dead-letters").json()["items"] == []
    again = client.post(f"/api/v1/dead-letters/{letter['id']}/resend")
    assert again.status_code == 404


def test_a_department_sees_full_pages_of_its_own_tickets(site: Site) -> None:
    """What a reader may not see is left out by the question, not cut from the page."""
    operator = site.client(Role.OPERATOR)
    numbers = []
    for step in range(6):
        secrecy = 3 if step % 2 else 2
        body = {**REPORT, "title": f"路灯{step}", "secrecy": secrecy}
        numbers.append(operator.post("/api/v1/tickets", json=body).json()["number"])
    site.shown()
    page = operator.get("/api/v1/tickets", params={"limit": 3}).json()
    assert [item["number"] for item in page["items"]] == numbers[4::-2]
    officer = site.client(Role.ASSIGNMENT_OFFICER).get("/api/v1/tickets", params={"limit": 3})
    assert [item["number"] for item in officer.json()["items"]] == numbers[:2:-1]


def test_the_models_word_stands_beside_what_a_person_chose(site: Site) -> None:
    officer = site.client(Role.ASSIGNMENT_OFFICER)
    body = {**REPORT, "title": "其他事项", "text": "其他事项"}
    number = site.client(Role.OPERATOR).post("/api/v1/tickets", json=body).json()["number"]
    checked = {"type": "complaint", "category": "04"}
    assert officer.post(f"/api/v1/tickets/{number}/precheck-ticket", json=checked).is_success
    faces = site.app.state.faces
    said = Advice(label="城乡建设", categories=("01", "04"), confidence=0.62)
    object.__setattr__(faces, "adviser", lambda _route, _text: said)
    form = {"lead": "roads", "reason": "市政职责", "suggested": "99", "confidence": "1"}
    answer = officer.post(f"/tickets/{number}/assign-ticket", data=form, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    timeline = officer.get(f"/api/v1/tickets/{number}").json()["timeline"]
    assigned = next(fact for fact in timeline if fact["type"] == "TicketAssigned")["details"]
    assert (assigned["lead"], assigned["suggested"], assigned["confidence"]) == (
        "roads",
        "01",
        0.62,
    )


def test_the_catalogues_entry_is_sent_with_its_department_and_only_with_it(site: Site) -> None:
    officer, operator = site.client(Role.ASSIGNMENT_OFFICER), site.client(Role.OPERATOR)
    for lead, entry in (("roads", "K04"), ("city", "")):
        body = {**REPORT, "type": "report"}
        number = operator.post("/api/v1/tickets", json=body).json()["number"]
        checked = {"type": "report", "category": "04"}
        assert officer.post(f"/api/v1/tickets/{number}/precheck-ticket", json=checked).is_success
        page = officer.get(f"/tickets/{number}").text
        field = page[page.index('name="entry"') :]
        assert 'value="K04"' in field[: field.index(">")]
        form = {"lead": lead, "entry": "K04", "reason": "会商意见"}
        answer = officer.post(f"/tickets/{number}/assign-ticket", data=form, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        timeline = officer.get(f"/api/v1/tickets/{number}").json()["timeline"]
        assigned = next(fact for fact in timeline if fact["type"] == "TicketAssigned")["details"]
        assert (assigned["lead"], assigned.get("entry", "")) == (lead, entry)


def test_every_command_route_stands_in_the_description(site: Site) -> None:
    document = TestClient(site.app).get("/api/v1/openapi.json").json()
    for route in command_routes():
        assert f"/api/v1{route.path}" in document["paths"]
