"""Options of the whole suite.

Property tests draw the same examples at every run, so that a red suite is a change and never luck;
`--hypothesis-profile=search` draws new ones, for as long as somebody likes to wait.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from streams.cluster.brokers import LIBRARIES, Brokers
from tests import certificates

settings.register_profile(
    "gate",
    deadline=None,  # how long an example takes is a matter of the benchmarks
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("search", deadline=None, max_examples=2000)
settings.load_profile("gate")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--seeds",
        type=int,
        default=200,
        help="worlds that the simulation plays; a failing one is named by its seed",
    )
    parser.addoption(
        "--first-seed", type=int, default=0, help="the seed of the first world of the simulation"
    )
    parser.addoption(
        "--every-point",
        action="store_true",
        help="let the process die at every single point of the story, not at a spread of them",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that share one browser, or load a machine for themselves, in one worker."""
    for item in items:
        for shared in ("browser", "process", "kafka"):
            if item.get_closest_marker(shared):
                item.add_marker(pytest.mark.xdist_group(shared))


@pytest.fixture(scope="session")
def libraries(request: pytest.FixtureRequest) -> Path:
    """Give the class path of Apache Kafka."""
    return request.config.rootpath / LIBRARIES


@pytest.fixture(scope="session")
def one_broker(libraries: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Brokers]:
    """Run Apache Kafka on loopback: one node, and a second listener with TLS and SASL."""
    secured = certificates.make(tmp_path_factory.mktemp("certificates"))
    folder = tmp_path_factory.mktemp("kafka")
    with Brokers(folder, libraries=libraries, secured=secured) as started:
        yield started


@pytest.fixture(scope="session")
def broker(request: pytest.FixtureRequest) -> str:
    """Give the address of Apache Kafka.

    It is shared: a test makes topics and groups with names of its own.
    `BIHUAN_TEST_KAFKA` names one that runs already.
    """
    if named := os.environ.get("BIHUAN_TEST_KAFKA"):
        return named
    started: Brokers = request.getfixturevalue("one_broker")
    return started.bootstrap


@pytest.fixture(scope="session")
def three_brokers(libraries: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Brokers]:
    """Run three nodes, which a test may kill or freeze and has to bring back."""
    with Brokers(tmp_path_factory.mktemp("kafka3"), nodes_count=3, libraries=libraries) as started:
        yield started
