from datetime import timedelta
from typing import Any

import pytest

from handlers.envelope import Envelope
from hotline.evaluations.commands import RecordEvaluation, RecordService
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.vocabulary import Channel
from streams.messages.cloudevents import UnreadableMessageError, headers_of
from streams.messages.decoding import (
    Decoded,
    IntakeRules,
    Reader,
    envelope_of,
    sealed_event,
)
from streams.messages.raw import RawMessage, packed, unpacked
from streams.messages.topics import CALLS, EVALUATIONS, WEB_COMPLAINTS
from streams.people.vault import Vault
from tests.contract import toy
from tests.unit.streams.messages import post

VAULT = Vault(toy.MASTER_KEY)
NOW = toy.START + timedelta(minutes=1)
READER = Reader(VAULT.open_message, VAULT.message_key_id)


def read(message: RawMessage, reader: Reader = READER) -> Envelope:
    found = reader.decoded(message, NOW)
    return envelope_of(found) if isinstance(found, Decoded) else found


def code_of(message: RawMessage, reader: Reader = READER) -> str:
    with pytest.raises(UnreadableMessageError) as caught:
        reader.decoded(message, NOW)
    return str(caught.value)


def test_a_call_becomes_a_registration_with_its_person() -> None:
    envelope = read(post.call(7))

    command = envelope.command
    assert isinstance(command, RegisterTicket)
    assert envelope.message_id == "/call-centre m-7"
    assert envelope.actor == Actor("/call-centre", Role.PEER_SYSTEM)
    assert envelope.at == toy.START
    assert envelope.source is not None
    assert envelope.source.offset == 7
    assert command.channel is Channel.PHONE
    assert "13900000001" not in command.summary
    assert "王小明" not in command.summary
    (personal,) = envelope.personal
    assert personal.citizen == command.caller
    assert personal.narrative == command.narrative
    assert (personal.name, personal.phone) == ("王小明", "13900000001")
    assert personal.body == post.CALL["text"]


def test_a_repeat_speaks_of_the_same_person() -> None:
    assert read(post.call(1, id="same")).personal == read(post.call(2, id="same")).personal


def test_whoever_gives_no_name_stays_anonymous() -> None:
    envelope = read(post.call(name="", phone=""))

    assert isinstance(envelope.command, RegisterTicket)
    assert envelope.command.caller == ""
    assert envelope.command.narrative == envelope.personal[0].narrative


def test_a_person_who_was_found_keeps_the_reference() -> None:
    decoded = READER.decoded(post.call(), NOW)
    assert isinstance(decoded, Decoded)

    envelope = envelope_of(decoded, "citizen-9")

    assert isinstance(envelope.command, RegisterTicket)
    assert envelope.command.caller == envelope.personal[0].citizen == "citizen-9"


def test_a_web_complaint_a_service_and_an_evaluation() -> None:
    complaint = read(
        post.raw(post.CALL, topic=WEB_COMPLAINTS, type="bihuan.web-complaint.v1")
    ).command
    service, rating = read(post.service(name="王某")), read(post.evaluation())

    assert isinstance(complaint, RegisterTicket)
    assert complaint.channel is Channel.WEB
    assert isinstance(service.command, RecordService)
    assert service.command.citizen == service.personal[0].citizen
    assert isinstance(rating.command, RecordEvaluation)
    assert service.stream == rating.stream == "service/P1/1"
    assert rating.personal == ()


def test_structured_mode_says_the_same() -> None:
    document = {
        "specversion": "1.0",
        "id": "m-0",
        "source": "/call-centre",
        "type": "bihuan.call.v1",
        "time": post.SENT_AT,
        "data": post.CALL,
    }

    assert read(post.structured(document)) == read(post.call())


@pytest.mark.parametrize("key", [None, b"", b"another", "钥".encode("gb18030")])
def test_the_key_only_spreads_the_load(key: bytes | None) -> None:
    assert read(post.raw(post.CALL, key=key)) == read(post.call())


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (post.raw(post.CALL, type="bihuan.calls.v1"), "type-unknown"),
        (post.raw(post.CALL, type="com.example.call"), "type-unknown"),
        (post.raw(post.CALL, type="bihuan.call.v2"), "version-unknown"),
        (post.raw(post.CALL, type="bihuan.call.v0"), "version-unknown bihuan.call"),
        (post.raw(post.CALL, topic=EVALUATIONS, type="bihuan.call.v1"), "wrong-topic"),
        (post.raw(post.CALL, content_type="text/plain"), "content-type-unknown"),
        (post.raw(post.CALL, content_type="application/xml"), "content-type-unknown"),
        (
            post.raw(post.CALL, content_type="application/json; charset=GB18030"),
            "charset-unsupported",
        ),
        (post.raw(value='{"title": "噪音"}'.encode("gb18030")), "not-utf-8"),
        (post.raw(value=b"{"), "not-json"),
        (post.raw(value=b"\x00\x01\x02"), "not-json"),
        (post.raw(value=b"[1]"), "data-invalid"),
        (post.raw({**post.CALL, "type": "shout"}), "data-invalid type"),
        (post.raw({**post.CALL, "kind": "poor_evaluation"}), "data-invalid kind"),
        (post.raw({**post.CALL, "channel": "09"}), "data-invalid channel"),
        (post.raw({**post.CALL, "title": ""}), "data-invalid title"),
        (post.raw({**post.CALL, "text": "灯" * 8001}), "data-invalid text"),
        (post.raw({**post.CALL, "title": "a\0b"}), "data-invalid title"),
        (post.raw({**post.CALL, "attachments": ["a\x7f"]}), "data-invalid attachments"),
        (post.raw({**post.CALL, "王": "x"}), "data-invalid"),
        (post.raw({"type": "help", "title": "x"}), "data-invalid region"),
        (post.evaluation(level=6), "data-invalid level"),
        (post.evaluation(project_no="a/b"), "data-invalid project_no"),
        (post.service(served_at="2026-02-13T08:00:00"), "data-invalid served_at"),
        (post.raw(post.CALL, time="yesterday"), "time-invalid"),
        (post.raw(post.CALL, time="2026-02-30T09:00:00Z"), "time-invalid"),
        (post.raw(post.CALL, time="2026-02-13T09:00:00"), "time-invalid"),
        (post.raw({**post.CALL, "text": "x" * 262_144}), "message-too-large"),
    ],
)
def test_what_cannot_be_taken_in_says_why(message: RawMessage, code: str) -> None:
    assert code_of(message) == code


def test_a_lone_half_of_a_character_is_no_text() -> None:
    assert code_of(post.raw(value=b'{"title": "\\ud800"}')) in {"not-json", "data-invalid title"}


@pytest.mark.parametrize(
    ("seconds", "counts_from"),
    [(-3600, -3600), (0, 0), (120, 60), (60 + 300, 60)],
)
def test_a_clock_that_is_a_little_ahead_counts_as_now(seconds: int, counts_from: int) -> None:
    time = (toy.START + timedelta(seconds=seconds)).isoformat()

    assert read(post.raw(post.CALL, time=time)).at == toy.START + timedelta(seconds=counts_from)


def test_a_clock_that_is_far_ahead_is_not_believed() -> None:
    time = (NOW + timedelta(seconds=301)).isoformat()

    assert code_of(post.raw(post.CALL, time=time)) == "time-in-the-future"


def test_a_message_without_a_time_counts_from_its_arrival_in_kafka() -> None:
    assert read(post.raw(post.CALL, time=None, timestamp_ms=post.SENT_MS - 5000)).at == (
        toy.START - timedelta(seconds=5)
    )
    assert read(post.raw(post.CALL, time=None, timestamp_ms=-1)).at == NOW


def test_what_the_inbox_may_have_forgotten_is_not_taken_in() -> None:
    old = NOW - timedelta(days=400, seconds=1)

    assert code_of(post.raw(post.CALL, time=old.isoformat())) == "message-too-old"
    milliseconds = int(old.timestamp() * 1000)
    assert code_of(post.raw(post.CALL, timestamp_ms=milliseconds)) == "message-too-old"
    young = old + timedelta(seconds=1)
    assert read(post.raw(post.CALL, time=young.isoformat())).at == young


def test_only_registered_sources_where_a_list_is_given() -> None:
    rules = IntakeRules(sources={"/call-centre": "north"})
    reader = Reader(VAULT.open_message, VAULT.message_key_id, rules)

    assert read(post.call(), reader).actor == Actor("north", Role.PEER_SYSTEM)
    assert code_of(post.call(source="/stranger"), reader) == "source-unknown"


def test_an_older_version_is_brought_up_to_date() -> None:
    def upcaster(fields: dict[str, Any]) -> dict[str, Any]:
        return {
            "title": fields["subject"],
            **{name: value for name, value in fields.items() if name != "subject"},
        }

    reader = Reader(
        VAULT.open_message, VAULT.message_key_id, upcasters={("bihuan.call", 0): upcaster}
    )
    old = {"type": "help", "region": "510100", "subject": "路灯不亮"}
    new = {"type": "help", "region": "510100", "title": "路灯不亮"}

    assert read(post.raw(old, type="bihuan.call.v0"), reader) == read(post.raw(new), reader)
    broken = post.raw({"type": "help"}, type="bihuan.call.v0")
    assert code_of(broken, reader) == "data-invalid bihuan.call"


def own(envelope: Envelope, topic: str = CALLS, vault: Vault = VAULT) -> RawMessage:
    event = sealed_event(envelope, vault.seal_message, vault.message_key_id)
    message = post.raw(value=event.data, topic=topic)
    return _with(message, headers_of(event))


def _with(message: RawMessage, headers: Any) -> RawMessage:
    return RawMessage(message.source, message.key, message.value, headers, message.timestamp_ms)


def test_what_our_own_producer_sealed_comes_out_as_it_went_in() -> None:
    envelope = read(post.call())
    message = own(envelope)

    assert read(message) == envelope
    assert b"13900000001" not in (message.value or b"")


def test_a_seal_of_another_house_or_another_message_is_broken() -> None:
    envelope = read(post.call())
    message = own(envelope)
    renamed = tuple((name, b"other" if name == "ce_id" else text) for name, text in message.headers)

    assert code_of(own(envelope, vault=Vault(bytes(32)))) == "key-unknown"
    assert code_of(_with(message, renamed)) == "seal-broken"
    assert code_of(own(envelope, EVALUATIONS)) == "wrong-topic"
    assert code_of(own(toy.urge("m", "ticket/1"))) == "wrong-topic"


def test_a_packed_message_comes_back_whole() -> None:
    message = post.raw(value=b"\xff\x00", key=None)

    assert unpacked(packed(message)) == message
    assert unpacked(b"{}") is None
