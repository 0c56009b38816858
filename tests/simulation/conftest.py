"""One founded store for all worlds; each world works on a copy."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from notifications import outbox
from streams.accounts import accounts
from streams.database.engine import DATABASE_FILE
from streams.database.schema import upgrade
from tests.simulation import small_city
from tests.simulation.mortal import Fate, Host


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "world_seed" in metafunc.fixturenames:
        first = metafunc.config.getoption("--first-seed")
        seeds = range(first, first + metafunc.config.getoption("--seeds"))
        metafunc.parametrize("world_seed", seeds, ids=[f"seed-{seed}" for seed in seeds])


@pytest.fixture(scope="session")
def hosts() -> Iterator[list[Host]]:
    """Give two hosts that every world uses in turn."""
    made = [Host(), Host()]
    yield made
    for host in made:
        host.clear()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory, hosts: list[Host]) -> Path:
    """Found the small city once."""
    database = tmp_path_factory.mktemp("founded") / DATABASE_FILE
    host = hosts[0]
    host.use(database, Fate(Random(0)))
    upgrade(host.engine)
    accounts.METADATA.create_all(host.engine)
    outbox.metadata.create_all(host.engine)
    small_city.found(host.store())
    host.clear()  # the last connection moves everything into the one file
    return database
