"""A start waits for what is absent, says so at its port, and gives up when its time is over."""

from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
import pytest

from streams.processes.starting import Absent, until_there
from tests.doors import Door, to_port


@dataclass
class World:
    """A time that only passes while somebody sleeps."""

    absent: list[str]
    now: float = 0.0
    meanwhile: Callable[[], object] = lambda: None
    slept: list[float] = field(default_factory=list)

    def attempt(self) -> str:
        if self.absent:
            raise Absent(self.absent.pop(0), "why")
        return "open"

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        self.meanwhile()

    def start(self, seconds_max: float, place: tuple[str, int] | None = None) -> str:
        return until_there(
            self.attempt,
            seconds_max=seconds_max,
            place=place,
            clock=lambda: self.now,
            sleep=self.sleep,
        )


def test_what_is_there_is_not_waited_for() -> None:
    world = World([])
    assert world.start(0) == "open"
    assert world.slept == []


def test_it_waits_ever_longer_until_everything_is_there() -> None:
    world = World(["database-unavailable"] * 9)
    assert world.start(60) == "open"
    assert world.slept == sorted(world.slept)
    assert len(world.slept) == 9
    assert world.slept[-1] == world.slept[-2]


@pytest.mark.parametrize("seconds_max", [0, 1, 30])
def test_it_gives_up_when_its_time_is_over(seconds_max: float) -> None:
    world = World(["kafka-unavailable"] * 99)
    with pytest.raises(Absent) as absent:
        world.start(seconds_max)
    assert (absent.value.trouble, absent.value.reason) == ("kafka-unavailable", "why")
    assert world.now <= seconds_max


def test_its_port_says_what_it_waits_for_and_is_free_afterwards() -> None:
    told: list[tuple[int, str]] = []
    with Door(to_port("127.0.0.1", 1)) as port:
        address = f"http://127.0.0.1:{port.port}"

        def ask() -> None:
            answers = (
                httpx.get(f"{address}/readyz"),
                httpx.post(f"{address}/api/v1/tickets", json={"title": "路灯不亮"}),
                httpx.get(f"{address}/healthz"),
            )
            told.extend((answer.status_code, answer.text) for answer in answers)

        world = World(["database-unavailable", "kafka-unavailable"], meanwhile=ask)
        world.start(60, ("127.0.0.1", port.port))

        port.open()  # nobody listens there any more

    assert told == [
        (503, "database-unavailable"),
        (503, "database-unavailable"),
        (200, "ok"),
        (503, "kafka-unavailable"),
        (503, "kafka-unavailable"),
        (200, "ok"),
    ]
