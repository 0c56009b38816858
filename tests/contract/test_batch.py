from contextlib import suppress
from dataclasses import replace
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, func, select

from handlers.envelope import Envelope, Source
from handlers.receipt import Receipt, ReceiptStatus
from hotline.tickets.commands import RegisterTicket
from streams.batches.batch import OTHER_CONTENT, run_batch
from streams.batches.commit import commit_batch
from streams.database import tables
from streams.database.engine import reading, writing
from streams.letters import dead_letters
from streams.log.store import history, record
from streams.verification.verify import verify
from tests.contract import toy

WIRING = toy.wiring()


def commit(engine: Engine, *envelopes: Envelope) -> list[Receipt]:
    return commit_batch(engine, envelopes, toy.CONTEXT, WIRING, toy.START)


def registered(engine: Engine, message: str = "first") -> str:
    (receipt,) = commit(engine, toy.register(message))
    return receipt.stream


def count(engine: Engine, table: str) -> int:
    with reading(engine) as connection:
        rows = connection.execute(select(func.count()).select_from(tables.metadata.tables[table]))
        return int(rows.scalar_one())


def test_a_registration_gets_the_next_number_of_region_day_and_channel(engine: Engine) -> None:
    receipts = commit(engine, toy.register("a"), toy.register("b"))

    assert [receipt.stream for receipt in receipts] == [
        "ticket/5101002026021301000001",
        "ticket/5101002026021301000002",
    ]
    assert all(receipt.status is ReceiptStatus.DONE for receipt in receipts)
    assert all(len(receipt.positions) == 1 for receipt in receipts)


def test_the_day_in_a_number_is_the_local_one(engine: Engine) -> None:
    late = replace(toy.register("a"), at=toy.START.replace(hour=0, minute=30))

    assert commit(engine, late)[0].stream == "ticket/5101002026021301000001"


def test_what_was_written_is_read_back(engine: Engine) -> None:
    stream = registered(engine)
    commit(engine, toy.urge("again", stream))

    with reading(engine) as connection:
        first, second = history(connection, stream)
        kept = record(connection, stream, WIRING)
    assert first.fact.event.title == "路灯不亮"
    assert (second.version, second.message_id, second.correlation) == (2, "again", "again")
    assert second.fact.actor == toy.OPERATOR
    assert second.fact.occurred_at == toy.START
    assert (kept.version, kept.state.urges_count) == (2, 1)


@pytest.mark.parametrize("later", [False, True])
def test_a_repeat_gets_the_first_answer(engine: Engine, later: bool) -> None:
    stream = registered(engine)
    (first,) = commit(engine, toy.urge("u1", stream))
    if later:
        commit(engine, toy.urge("u2", stream))

    (again,) = commit(engine, toy.urge("u1", stream, at=toy.LATER))

    assert again == replace(first, repeated=True)
    assert count(engine, "events") == (3 if later else 2)


def test_a_repeat_in_the_same_batch_gets_the_first_answer(engine: Engine) -> None:
    first, again = commit(engine, toy.register("a"), toy.register("a"))

    assert again == replace(first, repeated=True)
    assert count(engine, "events") == 1


def test_a_repeat_may_name_a_caller_whom_the_first_attempt_made_known(engine: Engine) -> None:
    asked = toy.register("a")
    assert isinstance(asked.command, RegisterTicket)
    by = [replace(asked, command=replace(asked.command, caller=who)) for who in ("c-1", "c-2")]

    (first,) = commit(engine, by[0])
    (again,) = commit(engine, by[1])

    assert again == replace(first, repeated=True)
    assert count(engine, "events") == 1


def test_a_refusal_is_repeated_word_for_word(engine: Engine) -> None:
    stream = registered(engine)

    (first,) = commit(engine, toy.urge("u", stream, "no"))
    (again,) = commit(engine, toy.urge("u", stream, "no"))

    assert first.status is ReceiptStatus.REFUSED
    assert first.refusal is not None
    assert first.version == 1
    assert again == replace(first, repeated=True)
    assert count(engine, "events") == 1


@pytest.mark.parametrize("same_batch", [False, True])
def test_the_same_id_with_other_content_is_a_dead_letter(engine: Engine, same_batch: bool) -> None:
    stream = registered(engine)
    pair = (toy.urge("u", stream, "一"), toy.urge("u", stream, "二"))

    receipts = (
        commit(engine, *pair) if same_batch else commit(engine, pair[0]) + commit(engine, pair[1])
    )

    assert [receipt.status for receipt in receipts] == [ReceiptStatus.DONE, ReceiptStatus.DEAD]
    with reading(engine) as connection:
        (letter,) = dead_letters.unresolved(connection, WIRING.vault)
    assert (letter.message_id, letter.reason) == ("u", OTHER_CONTENT)
    assert dead_letters.envelope_again(letter).command == pair[1].command


def test_poison_in_the_middle_takes_nobody_down(engine: Engine) -> None:
    envelopes = [toy.register(f"m{n}", "boom" if n == 250 else "好") for n in range(500)]

    receipts = commit(engine, *envelopes)

    dead = [receipt.message_id for receipt in receipts if receipt.status is ReceiptStatus.DEAD]
    assert dead == ["m250"]
    assert count(engine, "events") == 499
    with reading(engine) as connection:
        (letter,) = dead_letters.unresolved(connection, WIRING.vault)
    assert letter.reason.startswith("RuntimeError in tests.contract.toy.handle")
    assert "words of a citizen" not in letter.reason


@pytest.mark.parametrize("poison", ["half \ud800 a character", "a zero \0 character"])
def test_what_cannot_be_written_is_found_by_halving(engine: Engine, poison: str) -> None:
    envelopes = [toy.register(f"m{n}") for n in range(20)]
    envelopes[11] = toy.register(f"m11 {poison}", f"好 {poison}")

    receipts = commit(engine, *envelopes)

    dead = [n for n, receipt in enumerate(receipts) if receipt.status is ReceiptStatus.DEAD]
    accepted_by_sqlite = "\0" in poison and engine.dialect.name == "sqlite"
    assert dead == ([] if accepted_by_sqlite else [11])
    assert count(engine, "events") == 20 - len(dead)
    assert verify(engine, WIRING).faults == []


def test_a_failure_in_the_middle_of_an_outcome_leaves_no_trace(engine: Engine) -> None:
    main = registered(engine)
    child = registered(engine, "child")

    def fails_late(stream: str, version: int, fact: object, state: object) -> tuple[object, ...]:
        del version, fact, state
        if stream == main:
            raise RuntimeError("the planner stumbles over the second event")
        return ()

    wiring = toy.wiring(plan=fails_late)
    envelopes = [
        toy.merge("merge", child, main.removeprefix("ticket/")),
        toy.urge("urge", child),
    ]
    receipts = commit_batch(engine, envelopes, toy.CONTEXT, wiring, toy.START)

    assert [receipt.status for receipt in receipts] == [ReceiptStatus.DEAD, ReceiptStatus.DONE]
    with reading(engine) as connection:
        assert record(connection, child, WIRING).state.main == ""
    assert verify(engine, WIRING).faults == []


def test_a_command_without_a_stream_is_refused(engine: Engine) -> None:
    (receipt,) = commit(engine, toy.urge("u", ""))

    assert receipt.refusal is not None
    assert receipt.refusal.code == "stream-missing"


def test_one_command_may_move_two_streams(engine: Engine) -> None:
    main, child = registered(engine, "main"), registered(engine, "child")

    (receipt,) = commit(engine, toy.merge("merge", child, main.removeprefix("ticket/")))

    assert len(receipt.positions) == 2
    with reading(engine) as connection:
        assert record(connection, main, WIRING).state.children == (child.removeprefix("ticket/"),)
    assert count(engine, "timers") == 2  # the child's are cancelled
    assert verify(engine, WIRING).faults == []


def test_a_crash_before_the_commit_leaves_nothing(engine: Engine) -> None:
    envelopes = [toy.register("a"), toy.register("b", "boom")]

    with suppress(KeyboardInterrupt), writing(engine) as connection:
        run_batch(connection, envelopes, toy.CONTEXT, WIRING, toy.START)
        raise KeyboardInterrupt

    emptied = set(tables.metadata.tables) - {"log_partitions"}
    assert {name: count(engine, name) for name in emptied} == dict.fromkeys(emptied, 0)
    assert registered(engine).endswith("000001")
    assert verify(engine, WIRING).faults == []


def test_the_place_in_a_topic_is_kept(engine: Engine) -> None:
    commit(engine, replace(toy.register("a"), source=Source("bihuan.calls.v1", 3, 17)))

    with reading(engine) as connection:
        inbox = tables.inbox.c
        rows = connection.execute(select(inbox.topic, inbox.partition, inbox.offset)).all()
    assert [tuple(row) for row in rows] == [("bihuan.calls.v1", 3, 17)]


def together(count_: int, work: object) -> None:
    assert callable(work)
    barrier = Barrier(count_)

    def start(number: int) -> None:
        barrier.wait()
        work(number)

    threads = [Thread(target=start, args=(number,)) for number in range(count_)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_sixteen_threads_with_one_message_have_one_winner(engine: Engine) -> None:
    receipts: list[Receipt] = []

    together(16, lambda _: receipts.extend(commit(engine, toy.register("same"))))

    assert sorted(receipt.repeated for receipt in receipts) == [False] + [True] * 15
    assert {receipt.stream for receipt in receipts} == {receipts[0].stream}
    assert count(engine, "events") == 1


def test_sixteen_threads_on_one_ticket_lose_no_event(engine: Engine) -> None:
    stream = registered(engine)
    receipts: list[Receipt] = []

    together(16, lambda number: receipts.extend(commit(engine, toy.urge(f"u{number}", stream))))

    assert sorted(receipt.version for receipt in receipts) == list(range(2, 18))
    assert verify(engine, WIRING).faults == []


def test_opposite_merges_at_once_end_without_a_loss(engine: Engine) -> None:
    streams = [registered(engine, f"r{n}") for n in range(4)]
    numbers = [stream.removeprefix("ticket/") for stream in streams]
    receipts: list[Receipt] = []

    def cross(number: int) -> None:
        one, other = number % 4, (number + 1 + number // 4) % 4
        receipts.extend(commit(engine, toy.merge(f"m{number}", streams[one], numbers[other])))

    together(8, cross)

    assert [receipt.status for receipt in receipts] == [ReceiptStatus.DONE] * 8
    assert count(engine, "events") == 4 + 16
    assert verify(engine, WIRING).faults == []
