"""Calls over a real store, each the whole way through the questions that Twilio asks."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy.engine import URL

from handlers.envelope import Envelope, Personal
from handlers.receipt import Receipt, ReceiptStatus
from hotline.calls.admission import ServiceHours
from hotline.calls.commands import AcceptCall, EndTalk
from hotline.calls.events import CallAccepted, CallReceived
from hotline.calls.state import Call
from hotline.calls.vocabulary import CallOutcome, CallReason, CallStage
from hotline.correspondence.events import ContactTaskOpened
from hotline.people.actors import SYSTEM, Actor, Role
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.vocabulary import Channel, TicketType
from streams.batches.commit import commit_batch
from streams.database.engine import reading
from streams.feed.subscriptions import READ_MODELS, feed
from streams.log.store import history, record
from streams.processes.opening import Store, open_store
from streams.processes.telephone import line_of, switchboard
from streams.settings import Settings
from streams.timers.firing import fire_all_due
from streams.voice.erasing import RecordingEraser
from streams.voice.recordings import SimulatedShelf
from streams.voice.simulated_phone import CallScript, SimulatedPhone
from streams.voice.switchboard import Asked
from tests.twiml import said, verbs, violations

PHONE: Final = "+8613812341234"
LIN: Final = Actor("s-lin", Role.OPERATOR, "hotline")
WEI: Final = Actor("s-wei", Role.OPERATOR, "hotline")


class Exchange:
    """A store, its switchboard, and a clock that moves when a telephone sleeps."""

    def __init__(self, store: Store) -> None:
        self.store, self.now, self.count = store, datetime(2026, 3, 3, 4, tzinfo=UTC), 0
        self.board = switchboard(store, self.submit, lambda: self.now, region="511800")
        self.asked: list[Asked] = []
        self.on_sleep: Callable[[str], object] = lambda _call_id: None

    def submit(self, envelope: Envelope) -> Receipt:
        store = self.store
        context = store.contexts.refreshed()
        (receipt,) = commit_batch(store.engine, [envelope], context, store.wiring, self.now)
        feed(store.engine, READ_MODELS)
        return receipt

    def do(self, call_id: str, command: Any, actor: Actor) -> Receipt:
        self.count += 1
        return self.submit(
            Envelope(
                message_id=f"m-{self.count}",
                stream=f"call/{call_id}",
                command=command,
                actor=actor,
                at=self.now,
            )
        )

    def ask(self, step: str, form: Mapping[str, str], query: Mapping[str, str]) -> str:
        asked = Asked(step, form, query)
        self.asked.append(asked)
        document = self.board.answer(asked)
        assert not document or violations(document) == []
        return document

    def phone(self, call_id: str = "CA1", **script: Any) -> SimulatedPhone:
        given = CallScript(**{"sender": PHONE, **script})

        def sleep(seconds: float) -> None:
            self.now += timedelta(seconds=seconds)
            self.on_sleep(call_id)

        return SimulatedPhone(
            call_id,
            given,
            self.ask,
            is_talking=lambda: self.call(call_id).stage is CallStage.TALKING,
            clock=lambda: self.now,
            sleep=sleep,
        )

    def operator(self, call_id: str) -> None:
        """Accept as soon as it rings, and end the talk half a minute later."""
        call = self.call(call_id)
        if call.stage is CallStage.WAITING:
            self.do(call_id, AcceptCall(), LIN)
        talked = call.connected_at and self.now - call.connected_at >= timedelta(seconds=30)
        if call.stage is CallStage.TALKING and talked:
            self.do(call_id, EndTalk(), LIN)

    def call(self, call_id: str = "CA1") -> Call:
        found = self.board.call(call_id)
        assert found is not None
        return found

    def events(self, stream: str, kind: type[Any]) -> list[Any]:
        with reading(self.store.engine) as connection:
            lines = history(connection, stream)
        return [line.fact.event for line in lines if isinstance(line.fact.event, kind)]

    def state(self, stream: str) -> Any:
        with reading(self.store.engine) as connection:
            return record(connection, stream, self.store.wiring).state

    def person(self, citizen: str) -> Personal | None:
        with reading(self.store.engine) as connection:
            return self.store.vault.person(connection, citizen)


@pytest.fixture
def exchange(address: URL, tmp_path: Path) -> Iterator[Exchange]:
    url = address.render_as_string(hide_password=False)
    opened = open_store(Settings(data=tmp_path / "data", database_url=url))
    yield Exchange(opened)
    opened.engine.dispose()


def test_a_call_is_answered_talked_rated_and_recorded(exchange: Exchange) -> None:
    exchange.on_sleep = exchange.operator
    phone = exchange.phone(rating=("5",))
    phone.call()
    call = exchange.call()
    assert (call.stage, call.outcome) == (CallStage.ENDED, CallOutcome.ANSWERED)
    assert (call.operator, call.level) == (LIN.person, 5)
    assert [one.seconds for one in call.recordings] == [30]
    assert exchange.state("service/CA1/1").level == 5
    assert "感谢您的评价" in "".join(phone.heard)
    assert exchange.events(f"citizen/{call.caller}", ContactTaskOpened) == []


def test_a_poor_digit_is_asked_why_and_a_wrong_key_is_asked_again(exchange: Exchange) -> None:
    exchange.on_sleep = exchange.operator
    phone = exchange.phone(rating=("9", "1"), reason=("7", "3"))
    phone.call()
    assert (exchange.call().level, exchange.call().reason) == (1, CallReason.ATTITUDE)
    service = exchange.state("service/CA1/1")
    assert (service.level, service.reason_pending) == (1, False)
    assert exchange.state(f"ticket/{service.loop}") is not None
    assert "".join(phone.heard).count("没有收到有效按键") == 2


def test_who_presses_nothing_is_asked_three_times_and_let_go(exchange: Exchange) -> None:
    exchange.on_sleep = exchange.operator
    phone = exchange.phone()
    phone.call()
    assert exchange.call().level == 0
    assert exchange.state("service/CA1/1") is None
    assert [one.step for one in exchange.asked].count("rating") == 3
    assert "感谢您的来电" in phone.heard[-1]


def test_who_presses_two_is_spoken_to_in_english(exchange: Exchange) -> None:
    exchange.on_sleep = exchange.operator
    phone = exchange.phone(language="2", rating=("4",))
    phone.call()
    assert exchange.call().language == "en"
    assert "Thank you for your rating" in phone.heard[-1]


def test_who_gives_up_is_called_back(exchange: Exchange) -> None:
    exchange.phone(patience_seconds=20).call()
    call = exchange.call()
    assert call.outcome is CallOutcome.ABANDONED
    (task,) = exchange.events(f"citizen/{call.caller}", ContactTaskOpened)
    assert task.task == "CA1"
    person = exchange.person(call.caller)
    assert person is not None
    assert person.phone == PHONE


def test_who_waits_too_long_is_told_of_the_call_back(exchange: Exchange) -> None:
    phone = exchange.phone(patience_seconds=3600)
    phone.call()
    assert exchange.call().outcome is CallOutcome.OVERFLOW
    assert "前给您回电" in phone.heard[-1]
    assert "您前面还有0位" in "".join(phone.heard)


@pytest.mark.parametrize(
    ("hours", "outcome"),
    [
        ({"waiting_max": 0}, CallOutcome.OVERFLOW),
        ({"opens": datetime.min.time(), "closes": datetime.min.time().replace(hour=1)}, None),
    ],
)
def test_a_call_that_may_not_wait_hears_so_at_once(
    exchange: Exchange, hours: dict[str, Any], outcome: CallOutcome | None
) -> None:
    exchange.board = replace(exchange.board, hours=ServiceHours(**hours))
    phone = exchange.phone()
    phone.call()
    assert exchange.call().outcome is (outcome or CallOutcome.OUT_OF_HOURS)
    assert [one.step for one in exchange.asked] == ["incoming", "status"]
    assert len(phone.heard) == 1


def test_a_caller_without_a_number_is_served_and_not_promised_a_call(exchange: Exchange) -> None:
    exchange.board = replace(exchange.board, hours=ServiceHours(waiting_max=0))
    phone = exchange.phone(sender="anonymous")
    phone.call()
    assert "号码未显示" in phone.heard[0]
    person = exchange.person(exchange.call().caller)
    assert person is not None
    assert person.phone == ""


def test_who_is_known_by_the_number_is_the_caller(exchange: Exchange) -> None:
    ticket = RegisterTicket(
        type=TicketType.HELP,
        channel=Channel.PHONE,
        region="511800",
        title="停水",
        summary="停水",
        caller="c-1",
    )
    envelope = Envelope(
        message_id="known",
        stream="",
        command=ticket,
        actor=SYSTEM,
        at=exchange.now,
        personal=(Personal(citizen="c-1", name="王小明", phone=PHONE),),
    )
    exchange.submit(envelope)
    exchange.phone(patience_seconds=1).call()
    assert exchange.call().caller == "c-1"


def test_every_question_asked_twice_is_answered_alike_and_counts_once(exchange: Exchange) -> None:
    exchange.on_sleep = exchange.operator
    honest = exchange.board.answer

    def twice(step: str, form: Mapping[str, str], query: Mapping[str, str]) -> str:
        first = honest(Asked(step, form, query))
        assert honest(Asked(step, form, query)) == first
        return first

    exchange.ask = twice  # type: ignore[method-assign] # a network that says all of it twice
    exchange.phone(rating=("2",), reason=("1",)).call()
    assert exchange.state("service/CA1/1").level == 2
    assert len(exchange.events("call/CA1", CallReceived)) == 1
    assert len(exchange.call().recordings) == 1


def test_a_call_whose_first_question_was_lost_comes_in_with_the_next(exchange: Exchange) -> None:
    document = exchange.ask("language", {"CallSid": "CA1", "From": PHONE}, {})
    assert verbs(document) == ["Enqueue"]
    assert exchange.call().stage is CallStage.WAITING


def test_reports_of_a_call_that_nobody_knows_say_nothing(exchange: Exchange) -> None:
    for step in ("line", "recording", "status"):
        form = {"CallSid": "CA9", "CallStatus": "completed", "RecordingSid": "RE1"}
        assert exchange.ask(step, form, {}) == ""
    assert exchange.board.call("CA9") is None


def test_a_question_that_nobody_knows_ends_politely(exchange: Exchange) -> None:
    document = exchange.ask("dance", {"CallSid": "CA1", "From": PHONE}, {})
    assert "很抱歉" in said(document)


def test_two_operators_never_take_the_same_call(exchange: Exchange) -> None:
    exchange.ask("incoming", {"CallSid": "CA1", "From": PHONE}, {})
    with ThreadPoolExecutor(2) as hands:
        taken = list(hands.map(lambda who: exchange.do("CA1", AcceptCall(), who), (LIN, WEI)))
    codes = sorted(one.refusal.code if one.refusal else "" for one in taken)
    assert codes == ["", "call-taken"]
    assert len(exchange.events("call/CA1", CallAccepted)) == 1


def test_an_operator_who_does_not_pick_up_lets_others_have_the_call(exchange: Exchange) -> None:
    form = {"CallSid": "CA1", "From": PHONE}
    exchange.ask("incoming", form, {})
    exchange.do("CA1", AcceptCall(), LIN)
    said_so = {**form, "DialCallStatus": "no-answer", "DialCallSid": "CA2"}
    document = exchange.ask("talked", said_so, {"attempt": "1"})
    assert verbs(document) == ["Say", "Enqueue"]
    assert exchange.call().passed == (LIN.person,)


def test_no_event_and_no_text_for_people_holds_the_number(exchange: Exchange) -> None:
    exchange.on_sleep = exchange.operator
    exchange.phone(rating=("1",), reason=("1",)).call()
    call = exchange.call()
    for stream in ("call/CA1", f"citizen/{call.caller}", "service/CA1/1"):
        with reading(exchange.store.engine) as connection:
            assert "1381234" not in repr(history(connection, stream))
    assert "1381234" not in repr(exchange.asked)
    assert not any("1381234" in repr(one.query) for one in exchange.asked)


def eraser(exchange: Exchange, shelf: SimulatedShelf) -> RecordingEraser:
    store = exchange.store
    context = store.contexts.refreshed
    return RecordingEraser(store.engine, store.wiring, shelf, context, lambda: exchange.now)


def recorded(exchange: Exchange) -> tuple[str, str]:
    """Give the reference in the log, and the provider's, of a recording."""
    exchange.on_sleep = exchange.operator
    exchange.phone().call()
    (kept,) = exchange.call().recordings
    with reading(exchange.store.engine) as connection:
        words = exchange.store.vault.narrative(connection, kept.recording)
    assert words is not None
    return kept.recording, words[1]


def test_a_recording_is_a_reference_in_the_vault_and_none_in_the_log(exchange: Exchange) -> None:
    _, at_provider = recorded(exchange)
    with reading(exchange.store.engine) as connection:
        assert at_provider not in repr(history(connection, "call/CA1"))


def test_a_recording_whose_time_is_over_is_deleted_at_the_provider(exchange: Exchange) -> None:
    _, at_provider = recorded(exchange)
    shelf = SimulatedShelf()
    assert shelf.fetch(at_provider) is not None
    exchange.now += timedelta(days=731)
    store = exchange.store
    fire_all_due(store.engine, store.contexts.refreshed(), store.wiring, exchange.now)
    feed(store.engine, READ_MODELS)
    assert eraser(exchange, shelf).work() == 1
    assert shelf.fetch(at_provider) is None
    feed(store.engine, READ_MODELS)
    assert eraser(exchange, shelf).work() == 0
    assert exchange.call().recordings[0].erasure_confirmed


class Deaf(SimulatedShelf):
    """A provider that does not answer."""

    def delete(self, recording_id: str) -> bool:
        return not recording_id


def test_who_is_erased_takes_the_recordings_along(exchange: Exchange) -> None:
    reference, at_provider = recorded(exchange)
    citizen, shelf = exchange.call().caller, SimulatedShelf()
    assert not eraser(exchange, Deaf()).erase_person(citizen)
    assert exchange.call().recordings[0].erased
    assert eraser(exchange, shelf).erase_person(citizen)
    assert shelf.fetch(at_provider) is None
    with exchange.store.engine.begin() as connection:
        exchange.store.vault.erase(connection, citizen)
        assert exchange.store.vault.narrative(connection, reference) is None


def test_a_recording_that_comes_after_the_erasure_is_not_kept(exchange: Exchange) -> None:
    exchange.on_sleep = exchange.operator
    exchange.phone().call()
    with exchange.store.engine.begin() as connection:
        exchange.store.vault.erase(connection, exchange.call().caller)
    form = {"CallSid": "CA1", "RecordingSid": "RE9", "RecordingDuration": "9"}
    exchange.ask("recording", form, {})
    assert len(exchange.call().recordings) == 1
    assert exchange.person(exchange.call().caller) is None


def test_an_operator_is_rung_at_the_duty_number_or_a_soft_phone(exchange: Exchange) -> None:
    store = exchange.store
    assert line_of(store, "s-lin") == "client:s-lin"
    with store.engine.begin() as connection:
        store.vault.store_duty_phone(connection, "staff/s-lin", "028 8765 4321")
    assert line_of(store, "s-lin") == "+862887654321"
    pattern = store.settings.model_copy(update={"voice_operator_line": "sip:{person}@x.example"})
    assert line_of(replace(store, settings=pattern), "s-lin") == "sip:s-lin@x.example"


def test_receipts_of_reports_are_done(exchange: Exchange) -> None:
    exchange.ask("incoming", {"CallSid": "CA1", "From": PHONE}, {})
    assert exchange.do("CA1", AcceptCall(), LIN).status is ReceiptStatus.DONE
