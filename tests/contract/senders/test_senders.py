"""What every sender keeps: one suite, run against each adapter."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from notifications import simulated_sender
from notifications.intent import Template, intent_id
from notifications.outbox import TextStatus
from notifications.rendering import tag_of
from notifications.sender import Sender, SendRequest
from notifications.simulated_sender import MemoryLedger, SimulatedSender, TableLedger
from notifications.twilio_sender import TwilioSender, TwilioSettings
from tests.contract.senders.twilio_stub import ACCOUNT, TwilioStub, serving
from tests.unit.notifications.facts import NOON

ORDINARY = "+8613812341234"
ACCEPTED = {TextStatus.SENT, TextStatus.DELIVERED}


@dataclass
class Subject:
    sender: Sender
    failing: str
    busy: str
    strange: str
    lost: str


def request(number: int = 1, phone: str = ORDINARY) -> SendRequest:
    intent = intent_id(f"ticket/{number}", 1, Template.MERGED, "citizen/1")
    tag = tag_of(intent)
    return SendRequest(
        intent_id=intent, phone=phone, body=f"【XX12345】您好{tag}", tag=tag, created_at=NOON
    )


def simulated(ledger: MemoryLedger | TableLedger) -> Subject:
    return Subject(
        SimulatedSender(ledger),
        failing=simulated_sender.FAILING,
        busy=simulated_sender.BUSY_ONCE,
        strange=simulated_sender.STRANGE,
        lost=simulated_sender.LOST_AFTER_ACCEPT,
    )


def twilio(stub: TwilioStub, transport: object) -> TwilioSender:
    settings = TwilioSettings(
        account=ACCOUNT,
        token="secret-token",
        messaging_service="MG1",
        status_callback="https://12345.example/callback",
    )
    del stub
    return TwilioSender(settings, http=transport)


@pytest.fixture
def stub() -> TwilioStub:
    return TwilioStub()


@pytest.fixture(params=["memory", "table", "twilio"])
def subject(request: pytest.FixtureRequest, stub: TwilioStub) -> Iterator[Subject]:
    match request.param:
        case "memory":
            yield simulated(MemoryLedger())
        case "table":
            there = create_engine("sqlite://", poolclass=StaticPool)
            yield simulated(TableLedger(there))
            there.dispose()
        case _:
            stub.answers.update({"+1": (400, 21211), "+2": (429, 20429), "+3": (400, 99999)})
            stub.silent.add("+4")
            with serving(stub) as transport:
                yield Subject(twilio(stub, transport), "+1", "+2", "+3", "+4")


def test_a_text_is_taken_and_found_again(subject: Subject) -> None:
    result = subject.sender.send(request())
    found = subject.sender.find(request())
    assert result.status in ACCEPTED
    assert found is not None
    assert (found.provider_id, found.status in ACCEPTED) == (result.provider_id, True)


def test_what_was_never_sent_is_not_found(subject: Subject) -> None:
    for number in range(2, 6):
        subject.sender.send(request(number))
    assert subject.sender.find(request(1)) is None


def test_each_text_to_one_number_is_found_as_itself(subject: Subject) -> None:
    sent = {number: subject.sender.send(request(number)).provider_id for number in range(5)}
    for number, provider_id in sent.items():
        found = subject.sender.find(request(number))
        assert found is not None
        assert found.provider_id == provider_id


def test_a_text_lost_after_acceptance_is_doubt_and_then_found(subject: Subject) -> None:
    lost = request(phone=subject.lost)
    assert subject.sender.send(lost).status is TextStatus.SENDING
    found = subject.sender.find(lost)
    assert found is not None
    assert found.status in ACCEPTED


def test_an_impossible_number_is_a_permanent_failure(subject: Subject) -> None:
    result = subject.sender.send(request(phone=subject.failing))
    assert result.status is TextStatus.PERMANENT_FAILURE


def test_a_busy_provider_is_a_temporary_failure(subject: Subject) -> None:
    result = subject.sender.send(request(phone=subject.busy))
    assert result.status is TextStatus.TEMPORARY_FAILURE


def test_an_unknown_code_is_a_technical_failure_with_the_code(subject: Subject) -> None:
    result = subject.sender.send(request(phone=subject.strange))
    assert (result.status, "99999" in result.error) == (TextStatus.TECHNICAL_FAILURE, True)


def test_no_result_and_no_request_shows_a_number_or_words(subject: Subject) -> None:
    for phone in (ORDINARY, subject.failing, subject.strange, subject.lost):
        shown = repr(subject.sender.send(request(phone=phone))) + repr(request(phone=phone))
        assert phone not in shown
        assert "您好" not in shown


def test_twilio_gets_service_and_callback(stub: TwilioStub) -> None:
    with serving(stub) as transport:
        twilio(stub, transport).send(request())
    (form,) = stub.forms
    assert form == {
        "To": ORDINARY,
        "Body": request().body,
        "MessagingServiceSid": "MG1",
        "StatusCallback": f"https://12345.example/callback?intent={request().intent_id}",
    }


@pytest.mark.parametrize(
    ("said", "code", "status"),
    [
        ("accepted", 0, TextStatus.SENT),
        ("delivered", 0, TextStatus.DELIVERED),
        ("undelivered", 30003, TextStatus.TEMPORARY_FAILURE),
        ("undelivered", 30005, TextStatus.PERMANENT_FAILURE),
        ("failed", 30007, TextStatus.TECHNICAL_FAILURE),
        ("failed", 0, TextStatus.TECHNICAL_FAILURE),
        ("a-new-word", 0, TextStatus.TECHNICAL_FAILURE),
    ],
)
def test_twilios_words_are_translated_by_one_table(
    stub: TwilioStub, said: str, code: int, status: TextStatus
) -> None:
    stub.final[ORDINARY] = (said, code)
    with serving(stub) as transport:
        assert twilio(stub, transport).send(request()).status is status


@pytest.mark.parametrize("http_status", [408, 500, 503])
def test_an_error_of_twilios_own_is_doubt(stub: TwilioStub, http_status: int) -> None:
    stub.answers[ORDINARY] = (http_status, 20500)
    with serving(stub) as transport:
        assert twilio(stub, transport).send(request()).status is TextStatus.SENDING


def test_while_twilio_is_down_nothing_is_certain(stub: TwilioStub) -> None:
    stub.down = True
    with serving(stub) as transport:
        sender = twilio(stub, transport)
        found = sender.find(request())
        assert sender.send(request()).status is TextStatus.SENDING
    assert found is not None
    assert found.status is TextStatus.SENDING


def test_nothing_is_logged_about_a_number(
    stub: TwilioStub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with serving(stub) as transport:
        sender = twilio(stub, transport)
        sender.send(request())
        sender.find(request())
    assert ORDINARY.lstrip("+") not in caplog.text
