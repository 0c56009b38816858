"""API and worker started before what they need: they wait, say so, and come up by themselves."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import Final

import httpx
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from streams.app import make_app
from streams.processes.jobs import job_of
from streams.processes.opening import Store
from streams.processes.starting import Absent
from streams.processes.worker import Worker
from tests.contract.distributed.crew import now
from tests.contract.distributed.crew import until as until_within
from tests.doors import Door, to_port
from tests.loops import completed

pytestmark = [pytest.mark.kafka, pytest.mark.postgresql]

STOP_SECONDS_MAX: Final = 10
until: Final = partial(until_within, seconds=300)  # a process may take long to load


def environment_of(store: Store) -> dict[str, str]:
    return {
        f"BIHUAN_{name.upper()}": value.get_secret_value()
        if isinstance(value, SecretStr)
        else str(value)
        for name, value in store.settings
        if value is not None
    }


class Started:
    """A command of `bihuan` that lasts, at a port of its own."""

    def __init__(self, store: Store, command: str) -> None:
        with Door(to_port("127.0.0.1", 1)) as drawn:
            self._port: Final = drawn.port
        words = [command, "--data", str(store.settings.data), "--port", str(self._port)]
        self.process: Final = subprocess.Popen(
            [sys.executable, "-m", "cli.main", *words],
            env={**os.environ, **environment_of(store)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def says(self) -> str:
        """Give what it answers to the question whether it is ready, "" while it answers nothing."""
        try:
            return httpx.get(f"http://127.0.0.1:{self._port}/readyz", timeout=20).text
        except httpx.TransportError:
            return ""

    def stopped(self) -> int:
        """Ask it to stop, and give its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS_MAX)


@contextmanager
def started(store: Store, command: str) -> Iterator[Started]:
    one = Started(store, command)
    try:
        yield one
    finally:
        one.process.kill()
        _, words = one.process.communicate()
        print(words)  # shown where a test fails


def test_they_come_up_in_whatever_order_the_others_do(
    beyond: Store, database_door: Door, kafka_door: Door
) -> None:
    with started(beyond, "api") as api, started(beyond, "worker") as worker:
        until(lambda: api.says() == "database-unavailable", "the API waits for the database")
        until(lambda: worker.says() == "database-unavailable", "the worker waits for it too")
        database_door.open()
        until(lambda: api.says() == "ready", "the API needs no Kafka to be ready")
        until(lambda: worker.says() == "kafka-unavailable", "the worker waits for Kafka")
        kafka_door.open()
        until(lambda: worker.says() == "ready", "the worker works")
        database_door.shut()
        kafka_door.shut()
        assert api.stopped() == -signal.SIGTERM  # uvicorn ends as it was asked to
        assert worker.stopped() == 0


def test_one_that_waits_can_be_stopped(beyond: Store) -> None:
    with started(beyond, "worker") as waiting:
        until(lambda: waiting.says() == "database-unavailable", "it waits")
        assert waiting.stopped() == -signal.SIGTERM


@pytest.mark.parametrize(
    ("command", "is_database_there", "code"),
    [
        ("api", False, "database-unavailable"),
        ("worker", False, "database-unavailable"),
        ("worker", True, "kafka-unavailable"),
    ],
)
def test_one_that_may_not_wait_says_what_it_lacks(
    beyond: Store, database_door: Door, command: str, *, is_database_there: bool, code: str
) -> None:
    if is_database_there:
        database_door.open()
    settings = {**environment_of(beyond), "BIHUAN_START_SECONDS_MAX": "0"}
    app = import_module(f"cli.{command}").app
    refused = CliRunner().invoke(app, ["--data", str(beyond.settings.data)], env=settings)
    assert refused.exit_code == 2
    assert code in refused.stderr


def test_a_kafka_that_goes_before_it_has_let_a_worker_in_is_waited_for_again(store: Store) -> None:
    with Door(to_port("127.0.0.1", 1)) as nowhere, Door(to_port("127.0.0.1", 1)) as own:
        settings = store.settings.model_copy(
            update={"kafka_bootstrap": f"127.0.0.1:{nowhere.port}", "worker_port": own.port}
        )
        job = replace(
            job_of(replace(store, settings=settings), now), make_app=lambda: make_app(settings)
        )

        async def work() -> None:
            await Worker(job).run()

        with pytest.raises(Absent) as absent:
            completed(asyncio.wait_for(work(), 60))
        own.open()  # the port is free for the one who waits next
    assert absent.value.trouble == "kafka-unavailable"
