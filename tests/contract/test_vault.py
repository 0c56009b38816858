from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, select

from handlers.envelope import Envelope, Personal
from handlers.receipt import Receipt, ReceiptStatus
from hotline.tickets.commands import RegisterTicket
from streams.batches.commit import commit_batch
from streams.database import tables
from streams.database.engine import forget_traces, reading, writing
from streams.intake.resending import resend
from streams.letters import dead_letters
from streams.people.vault import Vault
from tests.contract import toy

WIRING = toy.wiring()
VAULT = WIRING.vault
PERSON = Personal(
    citizen="citizen-1",
    name="张小明",
    phone="138 0013 8000",
    address="春熙路一号",
    id_number="510104199001011234",
    narrative="words-1",
    title="路灯",
    body="我家门口的路灯坏了",
)
SECRETS = [PERSON.name, "13800138000", PERSON.address, PERSON.id_number, PERSON.body]


def call(message: str, title: str = "路灯不亮", *personal: Personal) -> Envelope:
    return replace(toy.register(message, title), personal=personal or (PERSON,))


def everything(engine: Engine) -> bytes:
    """Give every byte that is stored: the files of SQLite, every row of PostgreSQL."""
    if engine.dialect.name == "sqlite":
        assert engine.url.database
        path = Path(engine.url.database)
        return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))
    with reading(engine) as connection:
        rows = [
            repr(tuple(row)).encode()
            for table in tables.metadata.sorted_tables
            for row in connection.execute(select(table))
        ]
    return b"".join(rows)


def test_personal_fields_go_into_the_vault_with_the_ticket(engine: Engine) -> None:
    commit_batch(engine, [call("a")], toy.CONTEXT, WIRING, toy.START)

    with reading(engine) as connection:
        person = VAULT.person(connection, "citizen-1")
        assert person is not None
        assert (person.name, person.phone) == ("张小明", "+8613800138000")
        assert VAULT.narrative(connection, "words-1") == (PERSON.title, PERSON.body)
        assert VAULT.citizens_by_phone(connection, "(+86) 138-0013-8000") == ("citizen-1",)
    stored = everything(engine)
    assert [secret for secret in SECRETS if secret.encode() in stored] == []


def test_a_duty_phone_opens_and_makes_nobody_a_citizen(engine: Engine) -> None:
    with writing(engine) as connection:
        VAULT.store_duty_phone(connection, "staff/li", "138 0013 8000")
        VAULT.store_duty_phone(connection, "staff/li", "138 0013 8001")
    with reading(engine) as connection:
        person = VAULT.person(connection, "staff/li")
        assert person is not None
        assert person.phone == "+8613800138001"
        assert VAULT.citizens_by_phone(connection, person.phone) == ()
    assert b"13800138001" not in everything(engine)
    with writing(engine) as connection:
        VAULT.store_duty_phone(connection, "staff/li", "")
    with reading(engine) as connection:
        assert VAULT.person(connection, "staff/li") is None


def test_several_people_may_share_a_number(engine: Engine) -> None:
    other = replace(PERSON, citizen="citizen-2", narrative="")
    commit_batch(engine, [call("a", "灯", PERSON, other)], toy.CONTEXT, WIRING, toy.START)

    with reading(engine) as connection:
        assert VAULT.citizens_by_phone(connection, PERSON.phone) == ("citizen-1", "citizen-2")


def test_a_later_call_leaves_alone_what_it_does_not_say(engine: Engine) -> None:
    later = Personal(citizen="citizen-1", address="人民南路二号")
    for envelope in (call("a"), call("b", "灯", later)):
        commit_batch(engine, [envelope], toy.CONTEXT, WIRING, toy.START)

    with reading(engine) as connection:
        person = VAULT.person(connection, "citizen-1")
    assert person is not None
    assert (person.name, person.address) == ("张小明", "人民南路二号")


def test_a_refused_command_leaves_nothing_in_the_vault(engine: Engine) -> None:
    refused = replace(toy.urge("a", "ticket/none"), personal=(PERSON,))
    commit_batch(engine, [refused], toy.CONTEXT, WIRING, toy.START)

    with reading(engine) as connection:
        assert VAULT.person(connection, "citizen-1") is None


def test_after_erasure_the_key_is_nowhere(engine: Engine) -> None:
    commit_batch(engine, [call("a")], toy.CONTEXT, WIRING, toy.START)
    with reading(engine) as connection:
        keys = tables.person_keys.c
        (wrapped,) = connection.execute(select(keys.wrapped_key)).scalars()

    with writing(engine) as connection:
        assert VAULT.erase(connection, "citizen-1")
    forget_traces(engine)

    with reading(engine) as connection:
        assert VAULT.person(connection, "citizen-1") is None
        assert VAULT.narrative(connection, "words-1") is None
        assert VAULT.citizens_by_phone(connection, PERSON.phone) == ()
    stored = everything(engine)
    assert wrapped not in stored
    assert b"words-1" not in stored
    assert [secret for secret in SECRETS if secret.encode() in stored] == []


def test_another_master_key_reads_nothing(engine: Engine) -> None:
    commit_batch(engine, [call("a")], toy.CONTEXT, WIRING, toy.START)
    stranger = Vault(bytes(32))

    with reading(engine) as connection:
        assert stranger.citizens_by_phone(connection, PERSON.phone) == ()


def test_a_dead_letter_keeps_its_words_sealed_and_can_be_sent_again(engine: Engine) -> None:
    (dead,) = commit_batch(engine, [call("a", "boom")], toy.CONTEXT, WIRING, toy.START)
    assert dead.status is ReceiptStatus.DEAD
    assert dead.refusal is not None
    letter = dead.refusal.detail["letter"]
    stored = everything(engine)
    assert [secret for secret in SECRETS if secret.encode() in stored] == []

    def submit(envelope: Envelope) -> Receipt:
        (receipt,) = commit_batch(engine, [envelope], toy.CONTEXT, mended, toy.START)
        return receipt

    mended = WIRING
    resent = resend(engine, VAULT, submit, letter, toy.LATER)
    assert resent.receipt is not None
    assert resent.receipt.status is ReceiptStatus.DEAD

    mended = replace(WIRING, handle=lambda e, r, c: toy.handle(_renamed(e), r, c))
    resent = resend(engine, VAULT, submit, letter, toy.LATER)
    assert resent.receipt is not None
    assert resent.receipt.status is ReceiptStatus.DONE
    assert resend(engine, VAULT, submit, letter, toy.LATER).receipt is None
    with reading(engine) as connection:
        assert dead_letters.count_unresolved(connection) == 0
        assert VAULT.person(connection, "citizen-1") is not None


def _renamed(envelope: Envelope) -> Envelope:
    assert isinstance(envelope.command, RegisterTicket)
    return replace(envelope, command=replace(envelope.command, title="好"))
