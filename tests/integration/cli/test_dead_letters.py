"""What could not be handled: listed, shown, sent again once, let go, and parted from the erased."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from handlers.envelope import Envelope, Personal, Source
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.events import TicketRegistered
from hotline.tickets.vocabulary import Channel, TicketType
from streams.batches.commit import commit_batch
from streams.database.engine import reading, writing
from streams.letters import dead_letters
from streams.log.store import history, stream_names
from streams.messages.wire import decode_envelope
from streams.processes.opening import Store, open_store
from streams.settings import Settings
from tests.bihuan import Bihuan

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
WANG = Personal(
    citizen="c-wang", name="王安", phone="+8613800138000", narrative="n-1", title="灯", body="原话"
)
SOURCE = Source("bihuan.calls.v1", 0, 7)


def envelope(message: str = "lost") -> Envelope:
    command = RegisterTicket(
        type=TicketType.COMPLAINT,
        channel=Channel.WEB,
        region="511800",
        title="井盖松动",
        summary="井盖松动",
        caller=WANG.citizen,
        narrative=WANG.narrative,
    )
    return Envelope(
        message_id=message,
        stream="",
        command=command,
        actor=Actor("p-1", Role.PEER_SYSTEM),
        at=AT,
        source=SOURCE,
        personal=(WANG,),
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(Settings(data=tmp_path / "data"))


def buried(store: Store, *raw: bytes) -> tuple[str, ...]:
    rows = [dead_letters.letter_of(envelope(), b"1", "defect", store.vault, AT)]
    rows += [
        dead_letters.letter_of_bytes(data, SOURCE, "unreadable", store.vault, AT) for data in raw
    ]
    with writing(store.engine) as connection:
        dead_letters.bury(connection, rows)
    return tuple(str(row[0]) for row in rows)


def registrations(store: Store) -> int:
    with reading(store.engine) as connection:
        return sum(
            isinstance(line.fact.event, TicketRegistered)
            for name in stream_names(connection, "ticket/")
            for line in history(connection, name)
        )


def test_a_letter_sent_again_is_handled_exactly_once(store: Store, bihuan: Bihuan) -> None:
    (letter,) = buried(store)
    data = store.settings.data
    (listed,) = bihuan("dead-letters", "list", "--data", data).document["dead_letters"]
    assert (listed["id"], listed["reason"], listed["resends"]) == (letter, "defect", 0)
    shown = bihuan("dead-letters", "show", letter, "--data", data).document
    assert (shown["command"], shown["resolved_by"]) == ("RegisterTicket", "")
    assert "王安" not in str(shown)
    assert "井盖" not in str(shown)

    sent = bihuan("dead-letters", "resend", letter, "--data", data)
    assert (sent.code, sent.document["status"]) == (0, "done")
    assert bihuan("dead-letters", "list", "--data", data).document["dead_letters"] == []
    again = bihuan("dead-letters", "resend", letter, "--data", data)
    assert (again.code, again.document["error"]["code"]) == (2, "letter-unknown")
    assert registrations(store) == 1


def test_a_crash_after_the_message_was_taken_does_not_take_it_twice(
    store: Store, bihuan: Bihuan
) -> None:
    """The letter still waits, and is sent again: the inbox knows the attempt."""
    (letter,) = buried(store)
    with reading(store.engine) as connection:
        found = dead_letters.find(connection, store.vault, letter)
    assert found is not None
    context = store.contexts.refreshed()
    attempt = dead_letters.envelope_again(found)
    commit_batch(store.engine, [attempt], context, store.wiring, datetime.now(UTC))

    sent = bihuan("dead-letters", "resend", letter, "--data", store.settings.data)

    assert (sent.code, sent.document["status"]) == (0, "done")
    assert registrations(store) == 1
    with reading(store.engine) as connection:
        assert dead_letters.count_unresolved(connection) == 0


def test_a_letter_that_nobody_will_send_again_is_let_go(store: Store, bihuan: Bihuan) -> None:
    (letter,) = buried(store)
    data = store.settings.data
    assert bihuan("dead-letters", "discard", letter, "--data", data).code == 0
    shown = bihuan("dead-letters", "show", letter, "--data", data).document
    assert (shown["bytes"], shown["reason"], shown["resolved_by"]) == (0, "defect", "discarded")
    for command in ("discard", "resend"):
        answer = bihuan("dead-letters", command, letter, "--data", data)
        assert (answer.code, answer.document["error"]["code"]) == (2, "letter-unknown")


def test_an_erased_person_is_taken_out_of_what_waits(store: Store, bihuan: Bihuan) -> None:
    raw = ("{王安 来电", "{138-0013-8000", "{别人")
    letter, named, numbered, other = buried(store, *(text.encode() for text in raw))
    with writing(store.engine) as connection:
        store.vault.store(connection, [WANG])
    data = store.settings.data

    answer = bihuan("people", "erase", "--citizen", WANG.citizen, "--data", data)

    assert answer.code == 0
    assert answer.document["dead_letters"]["stripped"] == [letter]
    assert set(answer.document["dead_letters"]["unreadable"]) == {named, numbered}
    with reading(store.engine) as connection:
        found = dead_letters.find(connection, store.vault, letter)
        untouched = dead_letters.find(connection, store.vault, other)
    assert found is not None
    assert untouched is not None
    left = decode_envelope(found.data)
    assert isinstance(left.command, RegisterTicket)
    assert (left.personal, left.command.caller, left.command.narrative) == ((), "", "")
    assert left.command.summary == "井盖松动"
    assert WANG.name.encode() not in found.data
    assert untouched.data == raw[2].encode()
    assert bihuan("dead-letters", "resend", letter, "--data", data).document["status"] == "done"
