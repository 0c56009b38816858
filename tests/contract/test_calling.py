"""Forms of a call, signed with the real key for the public address, through the real app."""

import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
from twilio.request_validator import RequestValidator

from api.main import House, create_app, open_house
from hotline.calls.state import Call
from hotline.calls.vocabulary import CallOutcome
from hotline.correspondence.events import ContactTaskOpened
from streams.database.engine import reading
from streams.log.store import history, record, stream_names
from streams.processes.opening import open_store
from streams.settings import Settings
from tests.twiml import said, verbs, violations

with warnings.catch_warnings():
    # The client asks for its own fork of httpx; what we use of it is the same in both.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

PUBLIC: Final = "https://12345.example"
PATH: Final = "/api/v1/twilio/calls"
TOKEN: Final = "0123456789abcdef"
CALL_ID: Final = "CA0123456789abcdef0123456789abcdef"
FORM: Final = {
    "CallSid": CALL_ID,
    "From": "+8613812341234",
    "To": "+862812345",
    "AccountSid": "AC1",
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = Settings(
        data=tmp_path,
        public_url=PUBLIC,
        twilio_account_sid="AC1",
        twilio_auth_token=TOKEN,  # type: ignore[arg-type] # read as from the environment
    )
    opened = open_house(open_store(settings), region="511800", city="示范市12345")
    opened.runtime.start()
    yield opened
    opened.runtime.stop()
    opened.engine.dispose()


@pytest.fixture
def client(house: House) -> TestClient:
    return TestClient(create_app(house, runs_runtime=False), base_url="http://10.0.0.7:8012")


def post(
    client: TestClient, step: str, form: Mapping[str, str], *, signed_for: str = PUBLIC
) -> tuple[int, str]:
    """Post as Twilio does, behind a proxy that knows the house by another name."""
    address = f"{signed_for}{PATH}{step}"
    signature = RequestValidator(TOKEN).compute_signature(address, dict(form))
    headers = {"X-Twilio-Signature": signature}
    answer = client.post(f"{PATH}{step}", data=dict(form), headers=headers)
    return answer.status_code, answer.text


def call(house: House) -> Call:
    with reading(house.engine) as connection:
        state = record(connection, f"call/{CALL_ID}", house.wiring).state
    assert isinstance(state, Call)
    return state


def test_a_signed_call_is_greeted_waits_and_is_called_back(
    house: House, client: TestClient
) -> None:
    status, document = post(client, "", {**FORM, "CallStatus": "ringing"})
    assert (status, verbs(document), violations(document)) == (200, ["Gather", "Enqueue"], [])
    assert "示范市12345" in said(document)
    assert post(client, "", {**FORM, "CallStatus": "ringing"}) == (200, document)
    status, waiting = post(client, "/wait?turn=0", FORM)
    assert verbs(waiting) == ["Say", "Pause", "Redirect"]
    for _ in range(2):
        assert post(client, "/status", {**FORM, "CallStatus": "completed"}) == (204, "")
    assert call(house).outcome is CallOutcome.ABANDONED
    with reading(house.engine) as connection:
        facts = history(connection, f"citizen/{call(house).caller}")
    assert sum(isinstance(one.fact.event, ContactTaskOpened) for one in facts) == 1


def test_another_address_or_another_form_is_not_signed(house: House, client: TestClient) -> None:
    assert post(client, "", FORM, signed_for="http://10.0.0.7:8012")[0] == 403
    signature = RequestValidator(TOKEN).compute_signature(f"{PUBLIC}{PATH}", FORM)
    changed = {**FORM, "From": "+8613900001111"}
    answer = client.post(PATH, data=changed, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 403
    with reading(house.engine) as connection:
        assert list(stream_names(connection, "call/")) == []


def test_a_call_that_the_house_never_heard_of_is_called_back_once(
    house: House, client: TestClient
) -> None:
    for _ in range(2):
        assert post(client, "/status", {**FORM, "CallStatus": "no-answer"})[0] == 204
    with reading(house.engine) as connection:
        (citizen,) = stream_names(connection, "citizen/")
        facts = history(connection, citizen)
        assert list(stream_names(connection, "call/")) == []
    assert sum(isinstance(one.fact.event, ContactTaskOpened) for one in facts) == 1


def test_with_a_provider_nobody_rings_for_trial(house: House) -> None:
    assert not house.calling.is_simulated
    assert not house.calling.simulate("CA1", "13812341234", rating="", reason="", language="")
