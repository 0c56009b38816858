"""Messages of Kafka into the log, whatever they look like, on both databases."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine, func, select

from handlers.envelope import Envelope, Personal
from handlers.outcome import Context
from handlers.receipt import Receipt, ReceiptStatus
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.state import Ticket
from streams.batches.commit import commit_batch
from streams.batches.context import load_context
from streams.database import tables
from streams.database.engine import DatabaseUnavailable, make_engine, reading
from streams.intake.resending import resend
from streams.intake.taking import rules_of, take_in
from streams.letters import dead_letters
from streams.log.store import history, record
from streams.messages.cloudevents import headers_of
from streams.messages.decoding import IntakeRules, new_citizen, sealed_event
from streams.messages.raw import RawMessage
from streams.people.vault import Vault
from streams.processes.house import make_wiring
from streams.settings import Settings
from tests.contract import toy
from tests.unit.streams.messages import post

VAULT = Vault(toy.MASTER_KEY, area="28")
WIRING = make_wiring(VAULT)
NOW = toy.START + timedelta(minutes=1)
POISON = b'{"title": "\xff"'


@pytest.fixture
def context(engine: Engine) -> Context:
    with reading(engine) as connection:
        return load_context(connection, WIRING)


def count(engine: Engine, table: Any) -> int:
    with reading(engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def statuses(receipts: Sequence[Receipt]) -> list[ReceiptStatus]:
    return [receipt.status for receipt in receipts]


def letters(engine: Engine) -> list[dead_letters.DeadLetter]:
    with reading(engine) as connection:
        return list(dead_letters.unresolved(connection, VAULT, count=1000))


def test_a_call_becomes_a_ticket_and_its_words_stay_out_of_the_log(
    engine: Engine, context: Context
) -> None:
    (receipt,) = take_in(engine, [post.call()], context, WIRING, NOW)

    assert receipt.status is ReceiptStatus.DONE
    with reading(engine) as connection:
        state = record(connection, receipt.stream, WIRING).state
        rows = connection.execute(select(tables.events.c.payload)).scalars().all()
        person = VAULT.person(connection, state.caller)
    assert isinstance(state, Ticket)
    assert person is not None
    assert person.phone == "+8613900000001"
    log = b"".join(bytes(row) for row in rows)
    assert [word for word in ("13900000001", "王小明") if word.encode() in log] == []


def test_a_redelivery_and_a_repeat_get_the_first_answer(engine: Engine, context: Context) -> None:
    first = take_in(engine, [post.call(0, id="a"), post.call(1, id="b")], context, WIRING, NOW)
    again = take_in(
        engine,
        [post.call(0, id="a"), post.call(1, id="b"), post.call(2, id="a"), post.call(3, id="a")],
        context,
        WIRING,
        NOW + timedelta(days=1),
    )

    assert again == [
        replace(first[0], repeated=True),
        replace(first[1], repeated=True),
        replace(first[0], repeated=True),
        replace(first[0], repeated=True),
    ]
    assert count(engine, tables.inbox) == 2


def test_a_redelivery_is_known_by_its_place_whatever_a_newer_reader_makes_of_it(
    engine: Engine, context: Context
) -> None:
    (first,) = take_in(engine, [post.call(0, id="a")], context, WIRING, NOW)
    stricter = IntakeRules(message_bytes_max=1, sources={"/nobody": "nobody"})

    (again,) = take_in(engine, [post.call(0, id="a")], context, WIRING, NOW, rules=stricter)

    assert again == replace(first, repeated=True)


def test_the_same_id_with_other_content_is_a_dead_letter(engine: Engine, context: Context) -> None:
    take_in(engine, [post.call(0, id="a")], context, WIRING, NOW)

    (dead,) = take_in(engine, [post.call(1, id="a", title="另一件事")], context, WIRING, NOW)

    assert dead.status is ReceiptStatus.DEAD
    assert [letter.reason for letter in letters(engine)] == ["message-id-reused"]
    assert count(engine, tables.streams) == 1


def test_the_key_of_a_message_decides_nothing_but_its_partition(
    engine: Engine, context: Context
) -> None:
    keys = (None, b"", b"\xff\xfe", b"ticket/1", b"13900000001")
    messages = [replace(post.call(offset), key=key) for offset, key in enumerate(keys)]

    receipts = take_in(engine, messages, context, WIRING, NOW)

    assert statuses(receipts) == [ReceiptStatus.DONE] * len(keys)
    assert count(engine, tables.dead_letters) == 0
    with reading(engine) as connection:
        rows = connection.execute(select(tables.events)).all()
    assert "13900000001" not in repr(rows)


def test_the_same_id_from_another_source_is_another_message(
    engine: Engine, context: Context
) -> None:
    receipts = take_in(
        engine,
        [post.call(0, id="a", source="/one"), post.call(1, id="a", source="/two")],
        context,
        WIRING,
        NOW,
    )

    assert statuses(receipts) == [ReceiptStatus.DONE] * 2


def test_poison_in_the_middle_of_five_hundred_takes_down_nobody(
    engine: Engine, context: Context
) -> None:
    messages = [post.call(offset) for offset in range(500)]
    poison = {
        17: post.raw(value=POISON, offset=17),
        250: post.raw(value=None, offset=250),
        251: post.raw(post.CALL, offset=251, type="bihuan.call.v9"),
        499: replace(post.call(499), headers=()),
    }
    messages = [poison.get(offset, message) for offset, message in enumerate(messages)]

    receipts = take_in(engine, messages, context, WIRING, NOW)

    dead = [at for at, one in enumerate(receipts) if one.status is ReceiptStatus.DEAD]
    assert dead == sorted(poison)
    assert [one.stream for one in receipts if one.stream] == sorted(
        {one.stream for one in receipts if one.stream}
    )
    assert count(engine, tables.streams) == 496
    assert sorted(letter.source for letter in letters(engine)) == sorted(
        f"bihuan.calls.v1/0/{offset}" for offset in poison
    )


def test_poison_delivered_again_is_one_letter_sealed(engine: Engine, context: Context) -> None:
    poison = post.raw(value=b'{"phone": "13900000001"', offset=3)

    first = take_in(engine, [poison], context, WIRING, NOW)
    again = take_in(engine, [poison], context, WIRING, NOW + timedelta(hours=1))

    assert first == again
    assert [letter.reason for letter in letters(engine)] == ["not-json"]
    with reading(engine) as connection:
        (stored,) = connection.execute(select(tables.dead_letters.c.bytes)).scalars().all()
    assert b"13900000001" not in bytes(stored)


def test_a_new_person_who_calls_twice_in_one_batch_is_one_person(
    engine: Engine, context: Context
) -> None:
    receipts = take_in(
        engine,
        [post.call(0), post.call(1), post.call(2, phone="028-86600001"), post.call(3)],
        context,
        WIRING,
        NOW,
    )
    later = take_in(engine, [post.call(4, phone="+86 139 0000 0001")], context, WIRING, NOW)

    with reading(engine) as connection:
        callers = [
            record(connection, receipt.stream, WIRING).state.caller
            for receipt in (*receipts, *later)
        ]
    assert callers[0] == callers[1] == callers[3] == callers[4]
    assert callers[2] != callers[0]


def test_a_rating_that_a_timer_overtook_still_counts(engine: Engine, context: Context) -> None:
    service = post.service(0, name="王小明")
    take_in(engine, [service], context, WIRING, NOW)
    early = (toy.START - timedelta(minutes=5)).isoformat()
    rating = post.raw(post.EVALUATION, topic="bihuan.evaluations.v1", offset=1, time=early)

    (receipt,) = take_in(engine, [rating], context, WIRING, NOW)

    assert receipt.status is ReceiptStatus.DONE
    with reading(engine) as connection:
        facts = [line.fact for line in history(connection, "service/P1/1")]
    assert facts[-1].occurred_at == facts[0].occurred_at


def test_a_rating_that_comes_before_its_service_is_kept_and_sent_again(
    engine: Engine, context: Context
) -> None:
    (early,) = take_in(engine, [post.evaluation(1)], context, WIRING, NOW)
    assert early.status is ReceiptStatus.DEAD
    (letter,) = letters(engine)
    assert letter.reason == "refused unknown-service"
    take_in(engine, [post.service(2)], context, WIRING, NOW)

    def submit(envelope: Envelope) -> Receipt:
        return commit_batch(engine, [envelope], context, WIRING, NOW)[0]

    resent = resend(engine, VAULT, submit, letter.id, NOW)

    assert resent.receipt is not None
    assert (resent.receipt.status, resent.receipt.stream) == (
        ReceiptStatus.DONE,
        "service/P1/1",
    )
    assert letters(engine) == []


def test_a_dead_message_is_read_again_when_the_reader_has_learnt(
    engine: Engine, context: Context
) -> None:
    strict = IntakeRules(sources={"/another": "another"})
    (dead,) = take_in(engine, [post.call(0)], context, WIRING, NOW, rules=strict)
    assert dead.refusal is not None
    letter = dead.refusal.detail["letter"]

    def submit(envelope: Envelope) -> Receipt:
        return commit_batch(engine, [envelope], context, WIRING, NOW)[0]

    resent = resend(engine, VAULT, submit, letter, NOW)

    assert resent.receipt is not None
    assert resent.receipt.status is ReceiptStatus.DONE
    assert letters(engine) == []
    (again,) = take_in(engine, [post.call(0)], context, WIRING, NOW)
    assert again == replace(resent.receipt, repeated=True)


def test_a_message_that_stays_unreadable_stays_a_letter(engine: Engine, context: Context) -> None:
    (dead,) = take_in(engine, [post.raw(value=POISON)], context, WIRING, NOW)
    assert dead.refusal is not None

    def submit(envelope: Envelope) -> Receipt:
        raise AssertionError(envelope)

    resent = resend(engine, VAULT, submit, dead.refusal.detail["letter"], NOW)

    assert (resent.receipt, resent.reason) == (None, "not-utf-8")
    assert [letter.resends_count for letter in letters(engine)] == [1]


def test_what_our_own_producer_sent_is_a_repeat_of_the_transaction(
    engine: Engine, context: Context
) -> None:
    envelope = toy.register("citizen/1", actor=replace(toy.OPERATOR))
    (first,) = commit_batch(engine, [envelope], context, WIRING, NOW)
    event = sealed_event(envelope, VAULT.seal_message, VAULT.message_key_id)
    late = post.raw(value=event.data)
    late = RawMessage(late.source, late.key, late.value, headers_of(event), late.timestamp_ms)

    (again,) = take_in(engine, [late], context, WIRING, NOW + timedelta(minutes=1))

    assert again == replace(first, repeated=True)


def own_message(offset: int, phone: str, name: str = "王小明") -> RawMessage:
    """A call of our own face, which could not ask who this is."""
    identity = f"api/{offset}"
    citizen = new_citizen(identity)
    envelope = toy.register(identity, actor=toy.OPERATOR)
    assert isinstance(envelope.command, RegisterTicket)
    envelope = replace(
        envelope,
        command=replace(envelope.command, caller=citizen),
        personal=(Personal(citizen=citizen, phone=phone, name=name),),
    )
    event = sealed_event(envelope, VAULT.seal_message, VAULT.message_key_id)
    bare = post.raw(value=event.data, offset=offset)
    return RawMessage(bare.source, bare.key, bare.value, headers_of(event), bare.timestamp_ms)


def test_a_caller_whom_our_own_face_could_not_look_up_is_looked_up_here(
    engine: Engine, context: Context
) -> None:
    (known,) = take_in(engine, [post.call(0)], context, WIRING, NOW)

    receipts = take_in(
        engine,
        [
            own_message(1, "13900000001"),
            own_message(2, "028-86600001"),
            own_message(3, "028-86600001"),
        ],
        context,
        WIRING,
        NOW,
    )

    with reading(engine) as connection:
        callers = [
            record(connection, receipt.stream, WIRING).state.caller
            for receipt in (known, *receipts)
        ]
        people = VAULT.people(connection, sorted(set(callers)))
    assert callers[0] == callers[1]
    assert callers[2] == callers[3] == new_citizen("api/2")
    assert sorted(people) == sorted({callers[0], callers[2]})


def test_a_database_that_is_gone_is_the_callers_to_wait_for(context: Context) -> None:
    nowhere = make_engine("sqlite:////nowhere/at/all.sqlite3")

    with pytest.raises(DatabaseUnavailable):
        take_in(nowhere, [post.call()], context, WIRING, NOW)


def test_nothing_in_nothing_out(engine: Engine, context: Context) -> None:
    assert take_in(engine, [], context, WIRING, NOW) == []


def test_unknown_json_keeps_its_bytes(engine: Engine, context: Context) -> None:
    value = json.dumps({"hello": "world"}).encode()
    message = post.raw(value=value)

    take_in(engine, [message], context, WIRING, NOW)

    (letter,) = letters(engine)
    assert value in letter.data


def test_an_installation_chooses_the_rules_of_its_intake() -> None:
    chosen = Settings(
        inbox_days=30,
        intake_clock_skew_seconds_max=5,
        intake_bytes_max=2048,
        intake_sources="/call-centre=call-centre, /province = p-1",
    )
    assert rules_of(chosen) == IntakeRules(
        inbox_days=30,
        clock_skew_seconds_max=5,
        message_bytes_max=2048,
        sources={"/call-centre": "call-centre", "/province": "p-1"},
    )
    assert rules_of(Settings()) == IntakeRules()


@pytest.mark.parametrize("sources", ["/call-centre", "=call-centre", "/a=b,", "/a=b=c"])
def test_sources_that_name_no_system_are_refused(sources: str) -> None:
    with pytest.raises(ValidationError, match="intake_sources"):
        Settings(intake_sources=sources)
