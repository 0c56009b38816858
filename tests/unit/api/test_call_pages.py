"""Call pages over fakes: who is second hears so, a recording needs a reason, no number leaks."""

from datetime import timedelta
from typing import Final

import pytest

from api.desk_calls import national
from api.pages import routers
from handlers.envelope import Personal
from handlers.outcome import Record
from hotline.calls.commands import AcceptCall, EndTalk, LinkCallTicket, PassCall
from hotline.calls.state import Call, Recording
from hotline.calls.vocabulary import CallOutcome, CallStage
from hotline.people.actors import Role
from hotline.refusal import Refusal
from tests.unit.api.conftest import NOW, House
from tests.unit.api.fake_desks import FakeSound

CALL: Final = Call(
    caller="c-1",
    region="511800",
    language="zh",
    received_at=NOW,
    last_at=NOW,
    stage=CallStage.TALKING,
    operator="s-operator",
    line_id="CA2",
    recordings=(
        Recording(recording="n-0", seconds=3, keep_until=NOW, erased=True),
        Recording(recording="n-1", seconds=9, keep_until=NOW + timedelta(days=9)),
    ),
)


@pytest.fixture
def desk(house: House) -> House:
    for router in routers():
        house.app.include_router(router)
    house.archive.states["call/CA1"] = Record(CALL, 3)
    house.vault.people["c-1"] = Personal(citizen="c-1", name="王小明", phone="+8613812341234")
    return house


@pytest.mark.parametrize(
    ("path", "command"),
    [("accept", AcceptCall), ("pass", PassCall), ("end", EndTalk)],
)
def test_a_button_is_one_command(desk: House, path: str, command: type) -> None:
    client = desk.as_role(Role.OPERATOR, department="hotline")
    form = {"csrf": "", "message_id": "m"}
    answer = client.post(f"/calls/CA1/{path}", data=form, follow_redirects=False)
    assert answer.status_code == 303
    assert "138" not in answer.headers["location"]
    assert [(one.stream, type(one.command)) for one in desk.gateway.taken] == [
        ("call/CA1", command)
    ]
    assert desk.calling.lines_ended == (["CA2"] if path == "end" else [])


def test_who_is_second_is_told_and_sees_the_desk(desk: House) -> None:
    desk.gateway.refusal = Refusal("call-taken")
    client = desk.as_role(Role.OPERATOR, department="hotline")
    answer = client.post("/calls/CA1/accept", data={"csrf": "", "message_id": "m"})
    assert answer.status_code == 409
    assert "已由其他话务员接听" in answer.text


def test_the_call_screen_is_filled_in_for_who_has_the_call_alone(desk: House) -> None:
    page = desk.as_role(Role.OPERATOR, department="hotline").get("/tickets/new?call=CA1")
    assert 'value="13812341234"' in page.text
    assert 'name="call" value="CA1"' in page.text
    other = desk.as_role(Role.SHIFT_LEAD, department="hotline").get("/tickets/new?call=CA1")
    assert "13812341234" not in other.text


def test_a_ticket_of_a_call_is_linked_to_it(desk: House) -> None:
    client = desk.as_role(Role.OPERATOR, department="hotline")
    form = {"csrf": "", "message_id": "m", "call": "CA1", "text": "路灯不亮"}
    form |= {"region": "511800", "channel": "01", "type": "complaint", "language": "en"}
    assert client.post("/tickets/new", data=form).status_code == 201
    register, link = desk.gateway.taken
    assert register.command.recording == "CA1"  # type: ignore[union-attr] # a registration
    assert register.command.language == "en"  # type: ignore[union-attr] # same
    assert link.stream == "call/CA1"
    assert isinstance(link.command, LinkCallTicket)


def test_a_recording_is_heard_with_a_reason_and_what_is_erased_is_not(desk: House) -> None:
    desk.calling.sounds["n-1"] = FakeSound()
    client = desk.as_role(Role.INSPECTOR)
    address = "/calls/CA1/recordings/0"
    assert client.get(address).status_code == 403
    assert client.post("/calls/CA1/unlock", data={"csrf": "", "reason": " "}).status_code == 422
    assert client.get(address).status_code == 403
    client.post("/calls/CA1/unlock", data={"csrf": "", "reason": "抽查"})
    heard = client.get(address)
    assert (heard.status_code, heard.content) == (200, b"RIFF")
    assert heard.headers["cache-control"] == "no-store"
    assert client.get("/calls/CA1/recordings/1").status_code == 404
    desk.calling.sounds.clear()
    assert client.get(address).status_code == 409
    desk.pass_time(minutes=31)
    assert client.get(address).status_code == 403


def test_an_operator_hears_no_recording(desk: House) -> None:
    assert desk.as_role(Role.OPERATOR, department="hotline").get("/calls/CA1").status_code == 403


def test_an_unknown_call_has_no_page(desk: House) -> None:
    assert desk.as_role(Role.INSPECTOR).get("/calls/CA9").status_code == 404


def test_a_trial_rings_by_the_page_and_hangs_up_by_it(desk: House) -> None:
    client = desk.as_role(Role.OPERATOR, department="hotline")
    form = {"csrf": "", "from": "13812341234", "rating": "5"}
    answer = client.post("/calls/simulate", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/calls")
    ((call_id, phone),) = desk.calling.rung
    assert phone == "13812341234"
    assert "138" not in call_id
    assert client.post("/calls/simulate", data={"csrf": "", "from": ""}).status_code == 422
    desk.calling.is_simulated = False
    assert client.post("/calls/simulate", data=form).status_code == 409
    client.post(f"/calls/{call_id}/hang-up", data={"csrf": ""})
    assert desk.calling.hung_up == [call_id]


def test_nothing_pops_up_while_nobody_calls(desk: House) -> None:
    client = desk.as_role(Role.OPERATOR, department="hotline")
    assert client.get("/calls/pop").status_code == 204


@pytest.mark.parametrize(
    ("phone", "said"),
    [("+8613812341234", "13812341234"), ("+862887654321", "+862887654321"), ("", "")],
)
def test_a_mobile_is_written_as_people_say_it(phone: str, said: str) -> None:
    assert national(phone) == said


def test_a_call_that_is_over_is_still_its_operators_to_write_down(desk: House) -> None:
    over = Call(
        caller="c-1",
        region="",
        language="zh",
        received_at=NOW,
        last_at=NOW,
        stage=CallStage.ENDED,
        outcome=CallOutcome.ANSWERED,
        operator="s-operator",
    )
    desk.archive.states["call/CA1"] = Record(over, 5)
    page = desk.as_role(Role.OPERATOR, department="hotline").get("/tickets/new?call=CA1")
    assert 'value="13812341234"' in page.text
