"""The port of a worker: health, readiness that tells the truth, metrics."""

from collections.abc import Iterator

import httpx
import pytest

from streams.processes.watch import Watch


class World:
    """What the port is told."""

    def __init__(self) -> None:
        self.troubles: list[str] = []
        self.measured = 0

    def measure(self) -> None:
        self.measured += 1
        if self.troubles:
            raise RuntimeError("words of a citizen")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def address(world: World) -> Iterator[str]:
    watch = Watch("127.0.0.1", 0, lambda: world.troubles, world.measure)
    watch.start()
    yield f"http://127.0.0.1:{watch.port}"
    watch.stop()


def test_it_is_ready_when_nothing_is_missing(address: str) -> None:
    assert httpx.get(f"{address}/readyz").text == "ready"
    assert httpx.get(f"{address}/healthz").text == "ok"


def test_it_says_what_is_missing_and_still_lives(address: str, world: World) -> None:
    world.troubles = ["database-unavailable", "rebalancing"]

    answer = httpx.get(f"{address}/readyz")

    assert (answer.status_code, answer.text) == (503, "database-unavailable\nrebalancing")
    assert httpx.get(f"{address}/healthz").status_code == 200


def test_metrics_are_measured_when_they_are_asked_for(address: str, world: World) -> None:
    assert "python_info" in httpx.get(f"{address}/metrics?x=1").text
    assert world.measured == 1


def test_metrics_come_though_they_cannot_be_measured_now(address: str, world: World) -> None:
    world.troubles = ["database-unavailable"]

    answer = httpx.get(f"{address}/metrics")

    assert answer.status_code == 200
    assert "python_info" in answer.text


def test_it_serves_nothing_else(address: str) -> None:
    assert httpx.get(f"{address}/etc/passwd").status_code == 404
