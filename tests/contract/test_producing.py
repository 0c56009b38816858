"""What a producer opens is closed, however early it is let go."""

import asyncio
from typing import Any, cast

from aiokafka import AIOKafkaProducer

from streams.kafka.producing import Producing
from streams.messages.raw import OutgoingMessage
from tests.loops import completed

PAGES = {0: [OutgoingMessage(topic="events", partition=0, key=b"k", value=b"v", headers=())]}


class Slow:
    """A producer whose start ends when the test says so, and which tells what happened to it."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.begun = asyncio.Event()
        self.may_start = asyncio.Event()

    async def start(self) -> None:
        self.begun.set()
        try:
            await self.may_start.wait()
        except asyncio.CancelledError:
            self.told.append("cut off")
            raise
        self.told.append("started")

    async def stop(self) -> None:
        self.told.append("stopped")

    def create_batch(self) -> Any:
        if "started" not in self.told:
            self.told.append("asked before it had started")
        raise ConnectionError


def made(slow: Slow) -> AIOKafkaProducer:
    return cast("AIOKafkaProducer", slow)


def test_one_that_leaves_while_it_starts_stops_what_has_started() -> None:
    async def leaving() -> list[str]:
        slow = Slow()
        producing = Producing(lambda: made(slow), 30)
        publishing = asyncio.ensure_future(producing.publish(PAGES))
        await slow.begun.wait()
        away = asyncio.ensure_future(producing.leave())
        asyncio.get_running_loop().call_soon(slow.may_start.set)
        await away
        assert await publishing == {0: 0}
        return slow.told

    assert completed(leaving()) == ["started", "stopped"]


def test_a_page_that_ran_out_of_time_cuts_no_start_off() -> None:
    async def late() -> list[str]:
        slow = Slow()
        producing = Producing(lambda: made(slow), 0)
        publishing = asyncio.ensure_future(producing.publish(PAGES))
        await slow.begun.wait()
        slow.may_start.set()
        assert await publishing == {0: 0}
        return slow.told

    assert completed(late()) == ["started", "stopped"]


def test_a_second_page_waits_for_the_start_of_the_first() -> None:
    async def both() -> list[str]:
        slow = Slow()
        made_of: list[Slow] = []

        def make() -> AIOKafkaProducer:
            made_of.append(slow)
            return made(slow)

        producing = Producing(make, 30)
        pages = [asyncio.ensure_future(producing.publish(PAGES)) for _ in "12"]
        await slow.begun.wait()
        await asyncio.sleep(0)
        slow.may_start.set()
        assert await asyncio.gather(*pages) == [{0: 0}, {0: 0}]
        assert made_of == [slow]
        return slow.told

    assert completed(both()) == ["started", "stopped"]
