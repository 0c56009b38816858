"""What a citizen with number and code may know, take home, and have erased."""

import json
import re
import warnings
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from handlers.envelope import Envelope
from handlers.receipt import ReceiptStatus
from hotline.correspondence.events import PersonErased
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import PlaceLegalHold, RefuseTicket
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import RefusalClass
from streams.database.engine import reading
from streams.log.store import history
from streams.processes.opening import watchers
from tests.contract.test_faces import Site, site

with warnings.catch_warnings():
    # The client asks for its own fork of httpx; what we use of it is the same in both.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

__all__ = ["site"]  # the fixture, by its name

PHONE: Final = "13812341234"
WORDS: Final = "邻居家的猫总在叫"


class Citizen:
    """Somebody with a ticket and its code."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.client = TestClient(site.app, raise_server_exceptions=False, follow_redirects=False)
        form = {"message_id": "c-1", "type": "complaint", "title": "邻居的猫", "text": WORDS}
        told = self.client.post("/citizen", data={**form, "phone": PHONE, "name": "张三丰"}).text
        self.number = re.findall(r"\d{22}", told)[0]
        self.code = re.findall(r'class="code">(\d{6})', told)[0]
        self.client.base_url = "https://testserver"
        self.client.post("/citizen/track", data={"number": self.number, "code": self.code})

    @property
    def state(self) -> Ticket:
        state = self.site.app.state.faces.archive.state(f"ticket/{self.number}").state
        assert isinstance(state, Ticket)
        return state

    def page(self) -> str:
        text: str = self.client.get("/citizen/track").text
        return text

    def post(self, what: str, **form: str) -> Any:
        return self.client.post(f"/citizen/track/{what}", data={"message_id": what, **form})

    def refuse(self) -> None:
        """Let the hotline refuse the ticket, which is an answer and may be rated."""
        refusal = RefuseTicket(
            refusal_class=RefusalClass.OUTSIDE_AREA,
            reason="不属受理范围",
            basis="条例",
            way_told="信访",
        )
        self.tell(refusal)

    def tell(self, command: Any) -> None:
        """Let the house do something to the ticket."""
        envelope = Envelope(
            message_id=f"told/{type(command).__name__}",
            stream=f"ticket/{self.number}",
            command=command,
            actor=Actor("setup", Role.SYSTEM),
            at=datetime.now(UTC),
        )
        receipt = self.site.house.runtime.submit(envelope)
        assert receipt.status is ReceiptStatus.DONE, receipt.refusal


@pytest.fixture
def citizen(site: Site) -> Citizen:
    return Citizen(site)


def test_who_looked_is_told_by_role_and_never_by_name(citizen: Citizen) -> None:
    assert "没有人查看过" in citizen.page()
    faces = citizen.site.app.state.faces
    for subject in (f"ticket/{citizen.number}", f"citizen/{citizen.state.caller}", "ticket/9"):
        actor = Actor("s-secret-name", Role.REVISITOR, "hotline")
        faces.accounts.open_access(actor, subject, "回访", faces.clock())
    page = citizen.page()
    assert page.count("回访员") == 2
    assert "s-secret-name" not in page


def test_the_data_come_for_machines_and_for_reading(citizen: Citizen) -> None:
    file = citizen.client.get("/citizen/track/data?format=json")
    assert "attachment" in file.headers["content-disposition"]
    assert file.headers["cache-control"] == "no-store"
    data = json.loads(file.content)
    assert (data["person"]["name"], data["person"]["phone"]) == ("张三丰", f"+86{PHONE}")
    assert [one["text"] for one in data["words"]] == [WORDS]
    readable = citizen.client.get("/citizen/track/data").text
    assert WORDS in readable
    assert "张三丰" in readable


def test_without_the_code_there_are_no_data(citizen: Citizen) -> None:
    stranger = TestClient(citizen.site.app, raise_server_exceptions=False)
    assert WORDS not in stranger.get("/citizen/track/data").text
    path = f"/api/v1/citizen/tickets/{citizen.number}/data"
    codes = [stranger.get(path, headers={"X-Query-Code": "000000"}).status_code for _ in range(6)]
    assert codes == [404] * 5 + [429]


def test_each_answered_step_has_a_rating_of_its_own(citizen: Citizen) -> None:
    citizen.refuse()
    assert 'name="service" value="1"' in citizen.page()
    assert citizen.post("rating", service="1", level="4").status_code == 303
    page = citizen.page()
    assert "您的评价为 4" in page
    assert 'name="later" value="1"' in page
    citizen.post("rating", service="1", level="5", later="1")
    assert "→ 5" in citizen.page()


def test_erasure_is_decided_by_a_person_and_ends_in_noise(citizen: Citizen) -> None:
    citizen.refuse()
    caller = citizen.state.caller
    assert citizen.post("erasure").status_code == 303
    assert "删除申请处理中" in citizen.page()
    citizen.site.shown()
    lead = citizen.site.client(Role.SHIFT_LEAD)
    assert caller in lead.get("/erasures").text
    granted = lead.post(f"/erasures/{caller}", data={"decision": "grant", "reason": "已办结"})
    assert granted.status_code == 200
    house = citizen.site.house
    erasing = watchers_of(citizen)
    assert erasing.work() == 1
    assert citizen.site.app.state.faces.vault.open_person(caller) is None
    page = citizen.page()
    assert "个人信息已删除" in page
    assert WORDS not in citizen.client.get("/citizen/track/data").text
    with reading(house.engine) as connection:
        events = [line.event for line in history(connection, f"citizen/{caller}")]
    assert isinstance(events[-1], PersonErased)


def watchers_of(citizen: Citizen) -> Any:
    house = citizen.site.house
    opened = house.texting._store  # type: ignore[attr-defined]
    return watchers(opened, house.clock)[1]


def test_a_held_case_is_not_granted_and_the_denial_says_why(citizen: Citizen) -> None:
    citizen.refuse()
    citizen.post("erasure")
    citizen.tell(PlaceLegalHold(reason="案件调查"))
    citizen.site.shown()
    caller, lead = citizen.state.caller, citizen.site.client(Role.SHIFT_LEAD)
    refused = lead.post(f"/erasures/{caller}", data={"decision": "grant", "reason": "x"})
    assert "法定保全" in refused.text
    path = f"/api/v1/citizens/{caller}/grant-erasure"
    answer = lead.post(path, json={"reason": "x"})
    assert answer.json()["code"] == "legal-hold"
    assert lead.post(path, json={"reason": "x", "tickets": []}).status_code == 422
    lead.post(
        f"/erasures/{caller}",
        data={"decision": "deny", "reason": "案件调查中", "basis": "个人信息保护法47"},
    )
    page = citizen.page()
    assert "案件调查中（个人信息保护法47）" in page
    assert watchers_of(citizen).work() == 0
    assert citizen.site.app.state.faces.vault.open_person(caller) is not None
