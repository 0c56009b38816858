"""Texts of citizens over a real store: each once, words in the vault, replies in the outbox."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from handlers.envelope import Envelope, Personal
from handlers.receipt import Receipt, ReceiptStatus
from hotline.calls.admission import CALLED_BACK_WITHIN
from hotline.correspondence.commands import ReceiveText
from hotline.correspondence.events import ContactTaskOpened, TextReceived, TextSettled
from hotline.correspondence.state import Correspondence
from hotline.correspondence.vocabulary import Meaning, Reading
from hotline.evaluations.commands import InviteEvaluation, RecordEvaluation, RecordService
from hotline.evaluations.state import Service
from hotline.evaluations.vocabulary import EvaluationChannel, Node, RatedObject
from hotline.people.actors import SYSTEM
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.vocabulary import Channel, TicketType
from notifications.inbound import MissedCall, ReceivedText
from notifications.outbox import texts
from streams.batches.commit import commit_batch
from streams.database.engine import reading
from streams.log.store import history, record
from streams.processes.opening import Store, open_store, phonebook_of, text_sending
from streams.settings import Settings
from streams.texting.letterbox import Letterbox

PHONE: Final = "+8613812341234"
CITIZEN: Final = "c-1"
SERVICE: Final = "service/P1/1"


class Town:
    """A store with one citizen, and a clock that is set by hand."""

    def __init__(self, store: Store) -> None:
        self.store, self.now, self.count = store, datetime(2026, 3, 3, 4, tzinfo=UTC), 0
        self.letterbox = Letterbox(store.engine, store.vault, self.submit, lambda: self.now)

    def submit(self, envelope: Envelope) -> Receipt:
        store = self.store
        context = store.contexts.refreshed()
        (receipt,) = commit_batch(store.engine, [envelope], context, store.wiring, self.now)
        return receipt

    def do(self, stream: str, command: Any, phone: str = PHONE, citizen: str = CITIZEN) -> str:
        self.count += 1
        person = Personal(citizen=citizen, name="张三丰", phone=phone)
        envelope = Envelope(
            message_id=f"m-{self.count}",
            stream=stream,
            command=command,
            actor=SYSTEM,
            at=self.now,
            personal=(person,),
        )
        receipt = self.submit(envelope)
        assert receipt.status is ReceiptStatus.DONE, receipt.refusal
        return receipt.stream

    def invite(self, stream: str = SERVICE, citizen: str = CITIZEN) -> None:
        """Let a service take place and its invitation reach the citizen."""
        project, number = stream.split("/")[1:]
        service = RecordService(
            project_no=project,
            service_number=number,
            region="",
            department="water",
            item_code="i",
            item_name="供水报装",
            node=Node.FINISHED,
            object=RatedObject.ITEM,
            served_at=self.now,
            citizen=citizen,
        )
        self.do(stream, service, citizen=citizen)
        self.do(stream, InviteEvaluation(), citizen=citizen)
        self.deliver()

    def deliver(self) -> None:
        text_sending(self.store, lambda: self.now)(self.now)

    def write(self, words: str, text_id: str = "", phone: str = PHONE) -> Receipt:
        self.count += 1
        self.now += timedelta(minutes=1)
        received = ReceivedText(
            provider="simulated", text_id=text_id or f"t-{self.count}", phone=phone, words=words
        )
        return self.letterbox.receive(received)

    def reading(self, receipt: Receipt) -> Reading:
        assert receipt.status is ReceiptStatus.DONE, receipt.refusal
        settled: TextSettled = self.events(receipt.stream, TextSettled)[-1]
        return settled.reading

    def events(self, stream: str, kind: type[Any]) -> list[Any]:
        with reading(self.store.engine) as connection:
            lines = history(connection, stream)
        return [line.fact.event for line in lines if isinstance(line.fact.event, kind)]

    def state(self, stream: str) -> Any:
        with reading(self.store.engine) as connection:
            return record(connection, stream, self.store.wiring).state

    def templates(self, recipient: str) -> list[str]:
        question = select(texts.c.template).where(texts.c.recipient == recipient)
        with reading(self.store.engine) as connection:
            return sorted(connection.execute(question.order_by(texts.c.created_at)).scalars())


@pytest.fixture
def town(address: URL, tmp_path: Path) -> Iterator[Town]:
    url = address.render_as_string(hide_password=False)
    opened = open_store(Settings(data=tmp_path / "data", database_url=url))
    yield Town(opened)
    opened.engine.dispose()


def test_a_digit_rates_what_the_number_was_invited_to(town: Town) -> None:
    town.invite()
    receipt = town.write("5")
    assert (receipt.stream, town.reading(receipt)) == (f"citizen/{CITIZEN}", Reading.RATED)
    service = town.state(SERVICE)
    assert isinstance(service, Service)
    assert (service.level, service.evaluator) == (5, CITIZEN)
    assert town.templates(f"citizen/{CITIZEN}") == ["invited", "reply_rated"]


def test_the_same_text_delivered_again_is_answered_like_the_first(town: Town) -> None:
    town.invite()
    first = town.write("1", "t-1")
    again = town.write("1", "t-1")
    assert again.repeated
    assert again.stream == first.stream
    assert len(town.events(first.stream, TextReceived)) == 1


def test_the_same_text_from_many_hands_at_once_rates_once(town: Town) -> None:
    town.invite()
    received = ReceivedText(provider="simulated", text_id="t-1", phone=PHONE, words="4")
    with ThreadPoolExecutor(4) as hands:
        list(hands.map(town.letterbox.receive, [received] * 4))
    assert len(town.events(f"citizen/{CITIZEN}", TextReceived)) == 1
    assert town.templates(f"citizen/{CITIZEN}") == ["invited", "reply_rated"]


def test_what_was_written_meanwhile_makes_no_other_message_of_a_repeat(town: Town) -> None:
    def said(*related: str) -> Envelope:
        command = ReceiveText(text_id="t-1", meaning=Meaning.RATING, level=5, related=related)
        return Envelope(
            message_id="simulated/t-1",
            stream=f"citizen/{CITIZEN}",
            command=command,
            actor=SYSTEM,
            at=town.now,
        )

    first = town.submit(said())
    again = town.submit(said(SERVICE))
    assert again.repeated
    assert (again.status, again.version) == (first.status, first.version)


def test_an_invitation_that_never_left_is_no_invitation(town: Town) -> None:
    town.invite()
    town.invite("service/P2/1")  # one invitation a day: the second waits for the morning
    town.write("5")
    assert isinstance(state := town.state(SERVICE), Service)
    assert state.level == 5
    assert town.reading(town.write("4")) is Reading.RATED_LATER


def test_an_unknown_number_becomes_a_citizen_who_can_be_called_back(town: Town) -> None:
    receipt = town.write("你们几点上班", phone="13900001111")
    (task,) = town.events(receipt.stream, ContactTaskOpened)
    assert task.text == "你们几点上班"
    assert town.write("在吗", phone="0086 139 0000 1111").stream == receipt.stream
    contact = phonebook_of(town.store, lambda: town.now).contact(receipt.stream)
    assert contact is not None
    assert contact.phone == "+8613900001111"


def test_words_are_masked_in_the_log_and_whole_in_the_vault(town: Town) -> None:
    town.invite()
    receipt = town.write("我是张三丰，请打13900001111")
    (received,) = town.events(receipt.stream, TextReceived)
    assert "张三丰" not in received.text
    assert "13900001111" not in received.text
    with reading(town.store.engine) as connection:
        words = town.store.vault.narrative(connection, received.narrative)
    assert words == ("短信来信", "我是张三丰，请打13900001111")


def test_who_opted_out_is_invited_no_more_whoever_shares_the_number(town: Town) -> None:
    town.invite()
    town.invite("service/P2/1", citizen="c-2")
    town.write("退订")
    phonebook = phonebook_of(town.store, lambda: town.now)
    for citizen in (CITIZEN, "c-2"):
        contact = phonebook.contact(f"citizen/{citizen}")
        assert contact is not None
        assert not contact.wants_invitations
        assert isinstance(state := town.state(f"citizen/{citizen}"), Correspondence)
        assert not state.wants_invitations


def test_a_missed_call_is_one_task_and_one_text_however_often_it_is_told(town: Town) -> None:
    town.invite()
    call = MissedCall(provider="simulated", call_id="CA1", phone="138 1234 1234")
    receipt = town.letterbox.miss(call)
    town.now += timedelta(minutes=7)
    assert town.letterbox.miss(call).repeated
    (task,) = town.events(receipt.stream, ContactTaskOpened)
    assert (receipt.stream, task.by_at) == (
        f"citizen/{CITIZEN}",
        town.now - timedelta(minutes=7) + CALLED_BACK_WITHIN,
    )
    assert town.templates(receipt.stream) == ["invited", "missed_call"]


def test_words_go_to_the_one_open_ticket_of_the_number(town: Town) -> None:
    help_ = RegisterTicket(
        type=TicketType.HELP,
        channel=Channel.PHONE,
        region="511800",
        title="停水",
        summary="停水",
        caller=CITIZEN,
    )
    ticket = town.do("", help_)
    receipt = town.write("补充：三号楼")
    assert town.reading(receipt) is Reading.ADDED
    assert town.reading(town.write(ticket.removeprefix("ticket/"))) is Reading.STATE_TOLD


def test_what_the_rules_refuse_meanwhile_is_left_to_an_operator(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.invite()
    honest = Town.submit

    def raced(town: Town, envelope: Envelope) -> Receipt:
        """Refuse the first attempt, as a rule would that saw something move."""
        if envelope.message_id == "simulated/t-1":
            rating = RecordEvaluation(level=9, channel=EvaluationChannel.TEXT)
            refused = Envelope(
                message_id=envelope.message_id,
                stream=SERVICE,
                command=rating,
                actor=SYSTEM,
                at=envelope.at,
            )
            return honest(town, refused)
        return honest(town, envelope)

    monkeypatch.setattr(Town, "submit", raced)
    town.letterbox = Letterbox(town.store.engine, town.store.vault, town.submit, lambda: town.now)
    receipt = town.write("5", "t-1")
    assert town.reading(receipt) is Reading.LEFT_TO_OPERATOR
    assert town.write("5", "t-1").repeated
    assert len(town.events(receipt.stream, ContactTaskOpened)) == 1
