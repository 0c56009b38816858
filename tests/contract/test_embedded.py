from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import Connection, Engine

from handlers.receipt import Receipt, ReceiptStatus
from projections.bookmarks import Move, bookmarks, move_bookmarks
from projections.log import LogPage
from streams.batches.gathering import StoppedError
from streams.database.engine import reading
from streams.feed.subscriptions import Subscription
from streams.log.store import heads
from streams.processes.embedded import EmbeddedRuntime
from streams.verification.verify import verify
from tests.contract import toy

NAME = "toy_lines"
WIRING = toy.wiring()


def note(connection: Connection, pages: Sequence[LogPage]) -> Callable[[Connection], None]:
    read = bookmarks(connection, NAME)
    ends = {page.partition: page.lines[-1].position for page in pages}
    moves = [Move(NAME, part, read.get(part, 0), end) for part, end in ends.items()]
    return lambda connection: move_bookmarks(connection, moves)


class Hands:
    """A clock that is turned by hand."""

    now = toy.START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def runtime(engine: Engine, clock: Callable[[], datetime]) -> Iterator[EmbeddedRuntime]:
    made = EmbeddedRuntime(engine, WIRING, clock, subscription=Subscription((NAME,), note))
    made.start()
    yield made
    made.stop()


def test_many_threads_get_each_their_own_answer(runtime: EmbeddedRuntime, engine: Engine) -> None:
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

    assert len(receipts) == 40
    assert all(receipt.message_id == message for message, receipt in receipts.items())
    assert len({receipt.stream for receipt in receipts.values()}) == 40
    assert all(runtime.caught_up(receipt, 10) for receipt in receipts.values())
    assert verify(engine, WIRING).faults == []


def test_caught_up_says_no_after_a_while(runtime: EmbeddedRuntime) -> None:
    never = Receipt(
        message_id="x", status=ReceiptStatus.DONE, stream="ticket/x", version=1, positions=((0, 9),)
    )

    assert not runtime.caught_up(never, 0.01)


def test_a_tick_fires_what_the_clock_says(
    runtime: EmbeddedRuntime, clock: Hands, engine: Engine
) -> None:
    runtime.submit(toy.register("a", stream="ticket/a"))
    assert runtime.tick() == 0
    runtime.stop()  # so that no other thread fires first

    clock.now = toy.START + timedelta(days=40)

    assert runtime.tick() == 2
    assert verify(engine, WIRING).faults == []


def test_after_a_stop_everything_taken_is_stored_and_read(
    runtime: EmbeddedRuntime, engine: Engine
) -> None:
    (receipt,) = runtime.run([toy.register("a")])
    runtime.stop()

    assert runtime.caught_up(receipt, 0)
    with reading(engine) as connection:
        assert sum(heads(connection).values()) == 1
    with pytest.raises(StoppedError):
        runtime.submit(toy.register("b"))
