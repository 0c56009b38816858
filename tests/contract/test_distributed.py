"""The runtime of an API process: commands at once, read models by whoever else feeds them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import Connection, Engine

from handlers.receipt import Receipt, ReceiptStatus
from projections.bookmarks import bookmark, move_bookmark
from projections.log import LogPage
from streams.batches.gathering import StoppedError
from streams.database.engine import DatabaseUnavailable, is_alive, make_engine, reading
from streams.database.partitions import PARTITIONS_COUNT
from streams.feed.following import follow
from streams.feed.subscriptions import Subscription
from streams.log.store import heads
from streams.processes.distributed import DistributedRuntime
from streams.verification.verify import verify
from tests.contract import toy

NAME = "toy_lines"
WIRING = toy.wiring()
ALL = range(PARTITIONS_COUNT)


def note(connection: Connection, page: LogPage) -> None:
    fresh = page.after(bookmark(connection, NAME, page.partition))
    if fresh:
        move_bookmark(connection, NAME, page.partition, fresh[-1].position)


def noting(apply: Callable[[Connection, LogPage], None]) -> Subscription:
    def prepare(_connection: Connection, pages: Sequence[LogPage]) -> Callable[[Connection], None]:
        def write(connection: Connection) -> None:
            for page in pages:
                apply(connection, page)

        return write

    return Subscription((NAME,), prepare)


MODEL = noting(note)


def clock() -> datetime:
    return toy.START


@pytest.fixture
def runtime(engine: Engine) -> Iterator[DistributedRuntime]:
    made = DistributedRuntime(engine, WIRING, clock, subscription=MODEL)
    made.start()
    yield made
    made.stop()


def test_many_threads_get_each_their_own_answer(
    runtime: DistributedRuntime, engine: Engine
) -> None:
    receipts: dict[str, Receipt] = {}

    def work(number: int) -> None:
        for turn in range(5):
            message = f"m{number}-{turn}"
            receipts[message] = runtime.submit(toy.register(message))

    threads = [Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {receipt.message_id for receipt in receipts.values()} == set(receipts)
    assert len({receipt.stream for receipt in receipts.values()}) == 40
    assert verify(engine, WIRING).faults == []


def test_it_waits_for_read_models_that_another_process_feeds(
    runtime: DistributedRuntime, engine: Engine
) -> None:
    receipts = [runtime.submit(toy.register(f"m{number}")) for number in range(6)]
    assert not any(runtime.caught_up(receipt, 0) for receipt in receipts)
    answers: list[bool] = []
    waiting = [
        Thread(target=lambda one=one: answers.append(runtime.caught_up(one, 60)))
        for one in receipts
    ]
    for thread in waiting:
        thread.start()

    follow(engine, MODEL, ALL)

    for thread in waiting:
        thread.join()
    assert answers == [True] * 6


def test_caught_up_says_no_after_a_while(runtime: DistributedRuntime) -> None:
    never = Receipt(
        message_id="x", status=ReceiptStatus.DONE, stream="ticket/x", version=1, positions=((0, 9),)
    )

    assert not runtime.caught_up(never, 0.01)


def test_nothing_is_taken_after_a_stop(runtime: DistributedRuntime, engine: Engine) -> None:
    runtime.submit(toy.register("a"))
    runtime.stop()

    with pytest.raises(StoppedError):
        runtime.submit(toy.register("b"))
    with reading(engine) as connection:
        assert sum(heads(connection).values()) == 1


def test_its_tick_tells_that_it_is_alive(runtime: DistributedRuntime) -> None:
    runtime.tick()

    assert runtime.last_tick_at == toy.START


def test_two_who_follow_at_once_count_nothing_twice(
    runtime: DistributedRuntime, engine: Engine
) -> None:
    runtime.run([toy.register(f"m{number}") for number in range(60)])
    seen: list[tuple[int, int]] = []
    start = Barrier(2)

    def counted(connection: Connection, page: LogPage) -> None:
        fresh = page.after(bookmark(connection, NAME, page.partition))
        seen.extend((page.partition, line.position) for line in fresh)
        note(connection, page)

    def feeding() -> None:
        start.wait()
        follow(engine, noting(counted), ALL, round_lines=2)

    threads = [Thread(target=feeding) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == len(set(seen)) == 60


def test_a_database_that_is_not_there_is_not_alive(engine: Engine) -> None:
    assert is_alive(engine)
    gone = make_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    try:
        assert not is_alive(gone)
        with pytest.raises(DatabaseUnavailable):
            follow(gone, MODEL, ALL)
    finally:
        gone.dispose()
