"""Twilio's forms: signed for the public address, in any order, answered with nothing to say."""

from collections.abc import Mapping
from typing import Final

import pytest
from twilio.request_validator import RequestValidator

from notifications.twilio_webhooks import is_signed, reported
from tests.unit.api.conftest import House

STATUS: Final = "/api/v1/twilio/status"
TEXTS: Final = "/api/v1/twilio/texts"
PUBLIC: Final = "https://12345.example"
TOKEN: Final = "0123456789abcdef"
FORM: Final = {"MessageSid": "SM1", "From": "+8613812341234", "Body": "5", "AccountSid": "AC1"}
RIGHT: Final = {"X-Twilio-Signature": "right"}


def test_a_received_text_is_taken_in_and_answered_with_nothing(house: House) -> None:
    answer = house.client().post(TEXTS, data=FORM, headers=RIGHT)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response/>'
    (text,) = house.texting.received
    assert (text.message_id, text.phone, text.words) == ("twilio/SM1", "+8613812341234", "5")
    assert "138" not in repr(text)


@pytest.mark.parametrize("path", [STATUS, TEXTS])
@pytest.mark.parametrize("headers", [{}, {"X-Twilio-Signature": "wrong"}])
def test_a_form_that_is_not_signed_is_refused(
    house: House, path: str, headers: Mapping[str, str]
) -> None:
    answer = house.client().post(path, data=FORM, headers=dict(headers))
    assert (answer.status_code, answer.json()["code"]) == (403, "signature-wrong")
    assert house.texting.received == []
    assert house.texting.reports == []


def test_the_signature_is_checked_for_the_public_address(house: House) -> None:
    house.client().post(f"{STATUS}?intent=i-1", data=FORM, headers=RIGHT)
    assert house.texting.addresses == [f"{PUBLIC}{STATUS}?intent=i-1"]


def test_without_a_public_address_the_request_has_the_last_word(house: House) -> None:
    house.texting.public_url = ""
    house.client().post(STATUS, data=FORM, headers=RIGHT)
    assert house.texting.addresses == [f"http://testserver{STATUS}"]


def test_a_delivery_report_names_text_and_intent(house: House) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30005"}
    answer = house.client().post(f"{STATUS}?intent=i-1", data=form, headers=RIGHT)
    assert answer.status_code == 204
    assert house.texting.reports == [
        {"provider_id": "SM1", "status": "undelivered", "code": "30005", "intent_id": "i-1"}
    ]


def test_a_text_without_an_identity_is_refused(house: House) -> None:
    answer = house.client().post(TEXTS, data={"Body": "5"}, headers=RIGHT)
    assert answer.status_code == 422
    assert house.texting.received == []


CALLS: Final = "/api/v1/twilio/calls"
RINGING: Final = {"CallSid": "CA1", "CallStatus": "ringing", "From": "+8613812341234"}


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("", "incoming"),
        *((f"/{step}", step) for step in ("language", "wait", "left", "talked")),
        *((f"/{step}", step) for step in ("rating", "reason")),
    ],
)
def test_a_step_of_a_call_is_answered_by_what_comes_next(
    house: House, path: str, step: str
) -> None:
    answer = house.client().post(f"{CALLS}{path}?attempt=2", data=RINGING, headers=RIGHT)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    assert answer.text == f"<Response><Say>{step}</Say></Response>"
    assert house.calling.asked == [(step, RINGING, {"attempt": "2"})]
    assert house.texting.addresses == [f"{PUBLIC}{CALLS}{path}?attempt=2"]


@pytest.mark.parametrize("step", ["line", "recording"])
def test_a_report_of_a_call_is_answered_with_nothing(house: House, step: str) -> None:
    answer = house.client().post(f"{CALLS}/{step}", data=RINGING, headers=RIGHT)
    assert (answer.status_code, answer.content) == (204, b"")
    assert house.calling.asked == [(step, RINGING, {})]


def test_the_end_of_a_call_is_taken_in(house: House) -> None:
    answer = house.client().post(f"{CALLS}/status", data=RINGING, headers=RIGHT)
    assert answer.status_code == 204
    assert house.calling.ends == [RINGING]


@pytest.mark.parametrize("step", ["", "/wait", "/line", "/recording", "/status"])
@pytest.mark.parametrize("headers", [{}, {"X-Twilio-Signature": "wrong"}])
def test_a_call_that_twilio_did_not_sign_is_refused(
    house: House, step: str, headers: Mapping[str, str]
) -> None:
    answer = house.client().post(f"{CALLS}{step}", data=RINGING, headers=dict(headers))
    assert (answer.status_code, answer.json()["code"]) == (403, "signature-wrong")
    assert house.calling.asked == []
    assert house.calling.ends == []


@pytest.mark.parametrize("step", ["", "/wait", "/line", "/status"])
def test_a_form_that_names_no_call_is_refused(house: House, step: str) -> None:
    answer = house.client().post(f"{CALLS}{step}", data={"From": "x"}, headers=RIGHT)
    assert (answer.status_code, answer.json()["code"]) == (422, "input-invalid")


def test_a_step_that_nobody_knows_is_no_page(house: House) -> None:
    answer = house.client().post(f"{CALLS}/dance", data=RINGING, headers=RIGHT)
    assert answer.status_code == 404
    assert house.calling.asked == []


@pytest.mark.parametrize("words", ["非常满意，谢谢👍", "5&Y=1 +", "线路\n断了"])
def test_words_survive_the_form(house: House, words: str) -> None:
    house.client().post(TEXTS, data={**FORM, "Body": words}, headers=RIGHT)
    assert house.texting.received[0].words == words


def signature(form: Mapping[str, str], address: str = f"{PUBLIC}{TEXTS}") -> str:
    return str(RequestValidator(TOKEN).compute_signature(address, dict(form)))


def test_what_twilio_signs_is_signed() -> None:
    form = {**FORM, "Body": "满意"}
    assert is_signed(TOKEN, f"{PUBLIC}{TEXTS}", form, signature(form))


@pytest.mark.parametrize(
    ("token", "address", "changed"),
    [
        ("another", f"{PUBLIC}{TEXTS}", {}),
        ("", f"{PUBLIC}{TEXTS}", {}),
        (TOKEN, f"{PUBLIC}{STATUS}", {}),
        (TOKEN, f"https://evil.example{TEXTS}", {}),
        (TOKEN, f"{PUBLIC}{TEXTS}", {"Body": "1"}),
        (TOKEN, f"{PUBLIC}{TEXTS}", {"NumMedia": "1"}),
    ],
)
def test_another_key_address_or_form_is_not_signed(
    token: str, address: str, changed: Mapping[str, str]
) -> None:
    assert not is_signed(token, address, {**FORM, **changed}, signature(FORM))
    assert not is_signed(TOKEN, f"{PUBLIC}{TEXTS}", FORM, "")


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        ("delivered", "", ("delivered", "")),
        ("undelivered", "30005", ("permanent_failure", "twilio-30005")),
        ("undelivered", "30003", ("temporary_failure", "twilio-30003")),
        ("failed", "", ("technical_failure", "twilio-failed")),
        ("failed", "no number", ("technical_failure", "twilio-failed")),
    ],
)
def test_reports_are_translated(status: str, code: str, said: tuple[str, str]) -> None:
    result = reported("SM1", status, code)
    assert result is not None
    assert (result.status.value, result.error) == said


@pytest.mark.parametrize("status", ["queued", "sending", "sent"])
def test_a_report_on_the_way_says_nothing_new(status: str) -> None:
    assert reported("SM1", status, "") is None
    assert reported("", "delivered", "") is None
