"""What callers hear: TwiML that Twilio understands, in the caller's language, naming no number."""

from dataclasses import replace
from datetime import datetime

import pytest

from hotline.calls.state import Call
from hotline.calls.vocabulary import CallOutcome, CallReason, CallStage
from hotline.clocks.calendar import SHANGHAI
from notifications.voice.documents import (
    REASONS,
    TOLD_EVERY,
    Documents,
    VoiceSettings,
    words,
)
from notifications.voice.numbers import shown_number
from tests.twiml import WAITING, attribute, said, verbs, violations

AT = datetime(2026, 3, 2, 10, 5, tzinfo=SHANGHAI)
CALL = Call(caller="c-1", region="", language="zh", received_at=AT, last_at=AT, attempt=2)
ENGLISH = replace(CALL, language="en")
HOUSE = VoiceSettings(city="示范市12345", public_url="https://12345.example/")
DOCUMENTS = Documents(HOUSE)

EVERY = [
    document
    for call in (CALL, ENGLISH)
    for documents in (DOCUMENTS, Documents(VoiceSettings(records=False, hold_music="https://m")))
    for document in (
        documents.greeting(call),
        documents.queue(call, again=True),
        *(documents.wait(call, turn, 3) for turn in (0, 1, TOLD_EVERY)),
        documents.leave(),
        *(
            documents.connect(call, line, "+8628000000")
            for line in ("sip:lin@house.example", "client:lin", "+862812345678")
        ),
        *(documents.rate(call, attempt) for attempt in (1, 2)),
        *(documents.reason(call, attempt) for attempt in (1, 2)),
        *(documents.thanks(call, poor=poor) for poor in (True, False)),
        documents.goodbye(call),
        documents.turned_away(call, AT, reachable=True),
        documents.sorry(),
        documents.hang_up(),
    )
]


@pytest.mark.parametrize("document", EVERY)
def test_twilio_understands_every_document(document: str) -> None:
    assert violations(document) == []


def test_a_verb_that_twilio_does_not_know_is_seen() -> None:
    assert violations("<Response><Dance/></Response>") == ["Dance in Response"]
    assert violations("<Response><Say tempo='x'>y</Say></Response>") == ["Say tempo"]
    assert violations("<Response><Gather><Dial/></Gather></Response>") == ["Dial in Gather"]


def test_a_caller_is_greeted_told_of_the_recording_and_offered_english() -> None:
    document = DOCUMENTS.greeting(CALL)
    assert verbs(document) == ["Gather", "Enqueue"]
    assert "示范市12345" in said(document)
    assert "录音" in said(document)
    assert "press 2" in said(document)
    assert attribute(document, "Gather", "action") == (
        "https://12345.example/api/v1/twilio/calls/language"
    )
    quiet = Documents(replace(HOUSE, records=False))
    assert "录音" not in said(quiet.greeting(CALL))


@pytest.mark.parametrize("turn", [0, 1, TOLD_EVERY])
def test_who_waits_hears_only_what_may_be_played_in_a_queue(turn: int) -> None:
    document = DOCUMENTS.wait(CALL, turn, ahead=3)
    assert set(verbs(document)) <= WAITING
    assert said(document).endswith(f"wait?turn={turn + 1}")
    assert ("3" in said(document).partition("https")[0]) == (turn == TOLD_EVERY)


def test_an_operator_is_rung_without_the_callers_number() -> None:
    document = DOCUMENTS.connect(CALL, "sip:lin@house.example", "+8628000000")
    assert attribute(document, "Dial", "callerId") == "+8628000000"
    assert attribute(document, "Dial", "action").endswith("/talked?attempt=2")
    assert attribute(document, "Sip", "statusCallback").endswith("/line?attempt=2")
    assert attribute(document, "Dial", "recordingStatusCallback").endswith("/recording")
    quiet = Documents(replace(HOUSE, records=False))
    assert "record" not in quiet.connect(CALL, "client:lin", "")


def test_silence_is_an_answer_to_the_question_for_a_rating() -> None:
    document = DOCUMENTS.rate(CALL, 2)
    assert attribute(document, "Gather", "actionOnEmptyResult") == "true"
    assert attribute(document, "Gather", "action").endswith("/rating?attempt=2")
    assert said(document).startswith(words()["zh"]["not_understood"])


@pytest.mark.parametrize("key", REASONS)
def test_every_key_of_a_reason_is_told(key: str) -> None:
    assert f"按{key}" in said(DOCUMENTS.reason(CALL))
    assert f"ress {key}" in said(DOCUMENTS.reason(ENGLISH)) or f", {key} " in said(
        DOCUMENTS.reason(ENGLISH)
    )
    assert set(REASONS.values()) == set(CallReason)


@pytest.mark.parametrize(
    ("outcome", "word"), [(CallOutcome.OUT_OF_HOURS, "非服务时间"), (CallOutcome.OVERFLOW, "全忙")]
)
def test_who_is_turned_away_hears_when_the_call_comes_back(outcome: CallOutcome, word: str) -> None:
    call = replace(CALL, stage=CallStage.ENDED, outcome=outcome)
    document = DOCUMENTS.turned_away(call, AT, reachable=True)
    assert verbs(document) == ["Say", "Hangup"]
    assert word in said(document)
    assert "10点05分" in said(document)
    assert "10:05" in said(DOCUMENTS.turned_away(ENGLISH, AT, reachable=True))
    hidden = said(DOCUMENTS.turned_away(call, AT, reachable=False))
    assert "号码未显示" in hidden
    assert "10点" not in hidden


def test_both_languages_say_the_same_things() -> None:
    assert set(words()["zh"]) == set(words()["en"])


@pytest.mark.parametrize(
    "given", ["anonymous", "Restricted", "+266696687", "sip:a@b", "client:lin", "", " "]
)
def test_a_number_that_is_not_shown_is_none(given: str) -> None:
    assert shown_number(given) == ""
    assert shown_number(" +8613812341234 ") == "+8613812341234"
