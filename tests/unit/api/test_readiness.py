"""`/readyz` says what keeps the process from its work, and `/healthz` goes on answering."""

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.main import RUNNER_SILENT_MAX, House, create_app, open_house, troubles_of
from streams.processes.opening import open_store
from streams.settings import Settings
from tests.unit.api.conftest import House as Doors


@dataclass
class Runner:
    """A runtime that last went round some while ago."""

    last_tick_at: object


def test_it_is_ready_as_long_as_nothing_is_missing(house: Doors) -> None:
    assert house.client().get("/readyz").text == "ready"


def test_it_says_what_is_missing(house: Doors) -> None:
    faces = house.app.state.faces
    house.app.state.faces = replace(faces, troubles=lambda: ["database-unavailable", "x"])

    answer = house.client().get("/readyz")

    assert (answer.status_code, answer.text) == (503, "database-unavailable\nx")
    assert house.client().get("/healthz").status_code == 200


@pytest.mark.parametrize("distributed", [False, True])
def test_a_runner_that_stands_still_is_told(tmp_path: Path, *, distributed: bool) -> None:
    store = open_store(Settings(data=tmp_path))
    opened = open_house(store, distributed=distributed)
    now = opened.clock()

    def told(last_tick_at: object) -> object:
        runner = Runner(last_tick_at)
        house: House = replace(opened, runtime=runner, clock=lambda: now)  # type: ignore[arg-type]
        return troubles_of(house)

    assert told(None) == []
    assert told(now - RUNNER_SILENT_MAX) == []
    assert told(now - RUNNER_SILENT_MAX - timedelta(seconds=1)) == ["runner-silent"]
    assert create_app(opened, runs_runtime=False).title
    opened.runtime.start()
    opened.runtime.stop()
    store.engine.dispose()
