"""Intake goes to Kafka first; where Kafka is silent, the transaction takes it under the same id."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from kafka.errors import KafkaTimeoutError
from kafka.future import Future as KafkaFuture

from handlers.envelope import Envelope
from handlers.receipt import Receipt, ReceiptStatus
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import RegisterTicket, UrgeTicket
from hotline.tickets.vocabulary import Channel, Kind, TicketType
from streams.batches.gathering import StoppedError
from streams.batches.inbox import fingerprint_of
from streams.database.engine import DatabaseUnavailable
from streams.intake.producer import KafkaFirst, Patience

PATIENCE = Patience(ack=2.0, answer=3.0, pause=10.0)


def registration(id_: str = "api/1", title: str = "路灯不亮") -> Envelope:
    return Envelope(
        message_id=id_,
        stream="",
        command=RegisterTicket(
            kind=Kind.HOTLINE,
            type=TicketType.COMPLAINT,
            channel=Channel.PHONE,
            region="511800",
            title=title,
            summary=title,
        ),
        actor=Actor("o-1", Role.OPERATOR),
        at=datetime(2026, 11, 20, tzinfo=UTC),
    )


URGENT = replace(registration("api/urge"), stream="ticket/1", command=UrgeTicket(reason="again"))


class House:
    """A runtime, an inbox and a Kafka that answers when a test says so."""

    last_tick_at = None

    def __init__(self) -> None:
        self.time = 0.0
        self.sent: list[tuple[Envelope, Any]] = []
        self.stored: list[Envelope] = []
        self.inbox: dict[str, tuple[bytes, Receipt]] = {}
        self.gone: Exception | None = None
        self.takes = True
        self.dropped = 0
        self.is_away = False

    # as a producer

    def send(self, envelope: Envelope) -> Any:
        if self.gone is not None:
            raise self.gone
        if not self.takes:
            return None
        future: Any = KafkaFuture()
        self.sent.append((envelope, future))
        return future

    def drop(self) -> None:
        self.dropped += 1

    # as a runtime

    def hand_in(self, envelope: Envelope) -> "Future[Receipt]":
        future: Future[Receipt] = Future()
        future.set_result(self.handle(envelope))
        return future

    def handle(self, envelope: Envelope) -> Receipt:
        known = self.inbox.get(envelope.message_id)
        if known is not None:
            if known[0] != fingerprint_of(envelope):
                return replace(known[1], status=ReceiptStatus.DEAD)
            return replace(known[1], repeated=True)
        self.stored.append(envelope)
        receipt = Receipt(
            message_id=envelope.message_id,
            status=ReceiptStatus.DONE,
            stream=envelope.stream or f"ticket/{len(self.stored)}",
            version=1,
        )
        self.inbox[envelope.message_id] = fingerprint_of(envelope), receipt
        return receipt

    def submit(self, envelope: Envelope) -> Receipt:
        return self.handle(envelope)

    def run(self, envelopes: Sequence[Envelope]) -> list[Receipt]:
        return [self.handle(envelope) for envelope in envelopes]

    def caught_up(self, receipt: Receipt, seconds: float) -> bool:
        return bool(receipt) and seconds > 0

    def start(self) -> None:
        return

    def stop(self) -> None:
        return

    # as an inbox

    def look(self, message_ids: Sequence[str]) -> Mapping[str, tuple[bytes, Receipt]]:
        if self.is_away:
            raise DatabaseUnavailable("away")
        found = {one: self.inbox[one] for one in message_ids if one in self.inbox}
        return {one: (mark, replace(said, repeated=True)) for one, (mark, said) in found.items()}

    def first(self) -> KafkaFirst:
        made = KafkaFirst(self, self, self.look, PATIENCE, lambda: self.time)
        made._open = True
        return made


@pytest.fixture
def house() -> House:
    return House()


def test_a_call_is_answered_when_a_worker_has_handled_it(house: House) -> None:
    first = house.first()
    answer = first.hand_in(registration())
    first.go_round()
    assert (house.stored, answer.done()) == ([], False)

    ((envelope, sent),) = house.sent
    sent.success(None)
    first.go_round()
    assert not answer.done()

    house.handle(envelope)
    first.go_round()
    receipt = answer.result(0)
    assert (receipt.status, receipt.stream) == (ReceiptStatus.DONE, "ticket/1")
    assert (receipt.repeated, receipt.bypassed) == (False, False)


def test_what_no_worker_handles_in_time_is_accepted_and_not_stored_here(house: House) -> None:
    first = house.first()
    answer = first.hand_in(registration())
    first.go_round()
    house.sent[0][1].success(None)
    first.go_round()
    house.time += PATIENCE.answer - 0.1
    first.go_round()
    assert not answer.done()
    house.time += 0.1
    first.go_round()
    assert answer.result(0).status is ReceiptStatus.ACCEPTED
    assert house.stored == []


@pytest.mark.parametrize("trouble", ["silent", "refuses", "gone"])
def test_where_kafka_does_not_answer_the_transaction_takes_the_call(
    house: House, trouble: str
) -> None:
    first = house.first()
    if trouble == "gone":
        house.gone = KafkaTimeoutError()
    answer = first.hand_in(registration())
    first.go_round()
    if trouble == "silent":
        assert not answer.done()
        house.time += PATIENCE.ack
        first.go_round()
    if trouble == "refuses":
        house.sent[0][1].failure(KafkaTimeoutError())
        first.go_round()
    receipt = answer.result(0)
    assert (receipt.status, receipt.bypassed) == (ReceiptStatus.DONE, True)
    assert [one.message_id for one in house.stored] == ["api/1"]
    assert house.dropped == 1


def test_a_late_copy_is_a_repeat(house: House) -> None:
    first = house.first()
    answer = first.hand_in(registration())
    first.go_round()
    house.time += PATIENCE.ack
    first.go_round()

    late = house.handle(house.sent[0][0])

    assert (late.stream, late.repeated) == (answer.result(0).stream, True)
    assert len(house.stored) == 1


def test_after_a_failure_nobody_waits_until_one_has_tried(house: House) -> None:
    first = house.first()
    first.hand_in(registration("api/1"))
    first.go_round()
    house.time += PATIENCE.ack
    first.go_round()

    meanwhile = first.hand_in(registration("api/2"))
    first.go_round()
    assert meanwhile.result(0).bypassed
    assert len(house.sent) == 1

    house.time += PATIENCE.pause
    tries = first.hand_in(registration("api/3"))
    beside = first.hand_in(registration("api/4"))
    first.go_round()
    assert (len(house.sent), tries.done(), beside.result(0).bypassed) == (2, False, True)
    house.sent[1][1].success(None)
    first.go_round()

    first.hand_in(registration("api/5"))
    first.go_round()
    assert len(house.sent) == 3


def test_one_failure_answers_all_who_wait_for_kafka(house: House) -> None:
    first = house.first()
    answers = [first.hand_in(registration(f"api/{index}")) for index in range(3)]
    first.go_round()
    house.sent[0][1].success(None)
    house.sent[1][1].failure(KafkaTimeoutError())
    first.go_round()
    assert [answer.done() for answer in answers] == [False, True, True]
    assert [one.message_id for one in house.stored] == ["api/1", "api/2"]


def test_who_comes_together_with_one_that_finds_kafka_gone_is_stored_once(house: House) -> None:
    first = house.first()
    house.gone = KafkaTimeoutError()
    answers = [first.hand_in(registration(f"api/{index}")) for index in range(2)]
    first.go_round()
    assert [answer.result(0).repeated for answer in answers] == [False, False]
    assert len(house.stored) == 2


def test_a_repeat_is_not_sent_again(house: House) -> None:
    house.handle(registration())
    first = house.first()
    answer = first.hand_in(registration())
    first.go_round()
    assert answer.result(0).repeated
    assert house.sent == []


def test_another_message_under_the_same_id_gets_no_foreign_number(house: House) -> None:
    first = house.first()
    answer = first.hand_in(registration("api/1", "井盖缺失"))
    first.go_round()
    house.sent[0][1].success(None)
    house.handle(registration("api/1", "路灯不亮"))
    first.go_round()
    assert answer.result(0).status is ReceiptStatus.DEAD


def test_who_needs_the_answer_itself_does_not_wait_for_kafka(house: House) -> None:
    first = house.first()
    assert first.submit(registration("api/1")).status is ReceiptStatus.DONE
    assert [one.status for one in first.run([registration("api/2")])] == [ReceiptStatus.DONE]
    assert house.sent == []


def test_what_is_no_intake_or_too_large_goes_to_the_transaction(house: House) -> None:
    first = house.first()
    assert first.hand_in(URGENT).result(0).stream == "ticket/1"
    house.takes = False
    answer = first.hand_in(registration())
    first.go_round()
    assert not answer.result(0).bypassed
    assert house.sent == []


def test_kafka_keeps_a_call_while_the_database_is_away(house: House) -> None:
    first = house.first()
    house.is_away = True
    answer = first.hand_in(registration())
    first.go_round()
    house.sent[0][1].success(None)
    first.go_round()
    house.time += PATIENCE.answer
    first.go_round()
    assert answer.result(0).status is ReceiptStatus.ACCEPTED


def test_a_stop_answers_everybody(house: House) -> None:
    first = KafkaFirst(house, house, house.look, PATIENCE)
    first.start()
    kept, silent = first.hand_in(registration("api/1")), first.hand_in(registration("api/2"))
    while len(house.sent) < 2:
        assert not silent.done()
    house.sent[0][1].success(None)
    first.stop()
    assert kept.result(0).status is ReceiptStatus.ACCEPTED
    assert silent.result(0).status is ReceiptStatus.DONE
    with pytest.raises(StoppedError):
        first.hand_in(registration("api/3"))
