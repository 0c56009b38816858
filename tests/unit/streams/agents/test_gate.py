"""The gate of a worker: what may begin, what is waited for, and what ends the process."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from streams.agents import gate
from streams.agents.gate import EXIT_DEFECT, Gate, pauses
from streams.agents.rounds import going_round
from streams.database.engine import DatabaseUnavailable
from tests.loops import completed


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_PAUSE_SECONDS_FIRST", 0.0)


def failing(*errors: Exception) -> Callable[[], str]:
    waiting: Iterator[Exception] = iter(errors)

    def work() -> str:
        for error in waiting:
            raise error
        return "done"

    return work


def test_pauses_grow_and_have_no_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_PAUSE_SECONDS_FIRST", 0.1)

    first = list(islice(pauses(), 100))

    assert first[:3] == [0.1, 0.2, 0.4]
    assert first[-1] == max(first) == 5.0


def test_a_database_that_is_gone_is_waited_for() -> None:
    gone = DatabaseUnavailable("gone")
    work = failing(gone, gone, gone)

    assert completed(Gate().until_committed(work)) == "done"


def test_a_defect_ends_the_process() -> None:
    codes: list[int] = []

    with pytest.raises(ZeroDivisionError):
        completed(Gate(codes.append).until_committed(lambda: 1 // 0))

    assert codes == [EXIT_DEFECT]


def test_what_follows_the_log_is_tried_again_through_any_defect() -> None:
    codes: list[int] = []
    work = failing(ZeroDivisionError(), DatabaseUnavailable("gone"), KeyError("x"))

    assert completed(Gate(codes.append).until_done(work)) == "done"
    assert codes == []


def test_a_round_that_fails_harms_nobody() -> None:
    completed(going_round("timers", failing(ZeroDivisionError()), Gate())())


def test_a_closing_gate_waits_for_what_is_inside_and_lets_nothing_in() -> None:
    told: list[str] = []

    async def story() -> bool:
        one = Gate()
        entered, finish = asyncio.Event(), asyncio.Event()

        async def inside() -> None:
            async with one.work():
                entered.set()
                await finish.wait()
                told.append("finished")

        async def late() -> None:
            async with one.work():
                told.append("let in")

        begun = asyncio.ensure_future(inside())
        await entered.wait()
        closing = asyncio.ensure_future(one.close(60))
        await asyncio.sleep(0)
        refused = asyncio.ensure_future(late())
        finish.set()
        drained = await closing
        await begun
        refused.cancel()
        return drained

    assert completed(story())
    assert told == ["finished"]


def test_a_closing_gate_has_an_end() -> None:
    async def story() -> bool:
        one = Gate()
        async with one.work():
            return await one.close(0.01)

    assert not completed(story())
