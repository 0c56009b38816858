"""A rating that came before its service: kept, sent again by itself, and asked for by its id."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from handlers.envelope import Envelope
from handlers.outcome import Context
from handlers.receipt import Receipt, ReceiptStatus
from streams.batches.commit import commit_batch
from streams.batches.context import load_context
from streams.database.engine import reading
from streams.intake.answers import IntakeAnswer, answer_of
from streams.intake.early_ratings import LOOKED_AT_MAX, WAIT_MAX, EarlyRatings
from streams.intake.taking import patient, take_in
from streams.messages.cloudevents import headers_of
from streams.messages.decoding import Decoded, Reader, envelope_of, sealed_event
from tests.contract.test_intake import NOW, VAULT, WIRING, letters
from tests.unit.streams.messages import post

MESSAGE = "/call-centre m-0"


@pytest.fixture
def context(engine: Engine) -> Context:
    with reading(engine) as connection:
        return load_context(connection, WIRING)


def early(engine: Engine, context: Context, now: datetime = NOW) -> EarlyRatings:
    def submit(envelope: Envelope) -> Receipt:
        return commit_batch(engine, [envelope], context, patient(WIRING), now)[0]

    return EarlyRatings(engine, VAULT, submit)


def answer(engine: Engine, message_id: str = MESSAGE) -> IntakeAnswer | None:
    with reading(engine) as connection:
        return answer_of(connection, VAULT, message_id)


def test_it_is_sent_again_when_its_service_is_known(engine: Engine, context: Context) -> None:
    take_in(engine, [post.evaluation(0)], context, WIRING, NOW)
    retry = early(engine, context)
    waiting = answer(engine)
    assert waiting is not None
    assert (waiting.receipt.status, waiting.waits) == (ReceiptStatus.DEAD, True)
    assert (retry(NOW), [letter.resends_count for letter in letters(engine)]) == (0, [0])

    take_in(engine, [post.service(1)], context, WIRING, NOW)

    assert retry(NOW) == 1
    assert (letters(engine), retry(NOW)) == ([], 0)
    done = answer(engine)
    assert done is not None
    assert (done.receipt.status, done.waits) == (ReceiptStatus.DONE, False)
    assert done.receipt.stream == "service/P1/1"


def test_two_workers_rate_once(
    engine: Engine, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in(engine, [post.evaluation(0)], context, WIRING, NOW)
    take_in(engine, [post.service(1)], context, WIRING, NOW)
    first, second = early(engine, context), early(engine, context)
    ready = second._ready(NOW)
    assert first(NOW) == 1
    monkeypatch.setattr(second, "_ready", lambda _now: ready)  # it looked before the first
    assert second(NOW) == 1
    assert letters(engine) == []


def test_one_that_waited_too_long_is_left_to_a_person(engine: Engine, context: Context) -> None:
    take_in(engine, [post.evaluation(0)], context, WIRING, NOW)
    take_in(engine, [post.service(1)], context, WIRING, NOW)
    late = NOW + WAIT_MAX + timedelta(seconds=1)
    assert early(engine, context)(late) == 0
    assert len(letters(engine)) == 1


def test_those_behind_many_that_wait_are_reached(engine: Engine, context: Context) -> None:
    many = [post.evaluation(at, service_number=f"n{at}") for at in range(LOOKED_AT_MAX + 1)]
    take_in(engine, many, context, WIRING, NOW)
    last = max(letters(engine), key=lambda letter: letter.id).message_id.rpartition("-")[2]
    service = post.service(10_000, service_number=f"n{last}")
    take_in(engine, [service], context, WIRING, NOW)
    retry = early(engine, context)
    assert [retry(NOW), retry(NOW), retry(NOW)] == [0, 1, 0]


def test_a_refused_message_is_found_by_its_id(engine: Engine, context: Context) -> None:
    receipts = take_in(engine, [post.service(0), post.service(1)], context, WIRING, NOW)
    assert receipts[1].status is ReceiptStatus.REFUSED
    refused = answer(engine, "/call-centre m-1")
    assert refused is not None
    assert refused.receipt.refusal == receipts[1].refusal
    assert answer(engine, "/call-centre m-2") is None


def test_who_asked_our_own_faces_is_told_no(engine: Engine, context: Context) -> None:
    read = Reader(VAULT.open_message, VAULT.message_key_id).decoded(post.evaluation(0), NOW)
    assert isinstance(read, Decoded)
    own = replace(envelope_of(read), message_id="api/1", source=None)
    event = sealed_event(own, VAULT.seal_message, VAULT.message_key_id)
    message = replace(post.evaluation(0), value=event.data, headers=headers_of(event))
    (receipt,) = take_in(engine, [message], context, WIRING, NOW)
    assert receipt.status is ReceiptStatus.REFUSED
    assert receipt.refusal is not None
    assert receipt.refusal.code == "unknown-service"
