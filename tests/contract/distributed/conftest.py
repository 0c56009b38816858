"""A house of many processes: PostgreSQL, Apache Kafka, and workers in threads that a test stops."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from kafka.admin import KafkaAdminClient
from sqlalchemy.engine import URL

from streams.database.partitions import PARTITIONS_COUNT
from streams.messages.topics import TOPICS
from streams.processes.opening import Store, open_store
from streams.settings import Settings
from tests.contract.distributed.crew import KEY, Crew, Topics, administrate
from tests.doors import Door, to_port, to_unix
from tests.simulation import small_city


@pytest.fixture(scope="session")
def topics(broker: str) -> Iterator[Topics]:
    """Make the topics once; a test begins behind what the ones before it left there."""
    admin = KafkaAdminClient(bootstrap_servers=broker)
    there = set(admin.list_topics())
    wanted = {
        topic.name: {"num_partitions": PARTITIONS_COUNT, "replication_factor": 1}
        for topic in TOPICS
        if topic.name not in there
    }
    if wanted:
        admin.create_topics(wanted)
        admin.wait_for_topics(sorted(wanted))
    yield Topics(broker, admin)
    admin.close()


@pytest.fixture
def settings(topics: Topics, postgresql_address: URL, tmp_path: Path) -> Settings:
    topics.empty()
    return Settings(
        data=tmp_path / "data",
        database_url=postgresql_address.render_as_string(hide_password=False),
        master_key=KEY,
        kafka_bootstrap=topics.broker,
        kafka_replicas=1,
        kafka_group=f"bihuan-{uuid4().hex}",
        kafka_session_seconds=6,
        worker_port=0,
    )


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    small_city.found(opened)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def crew(store: Store) -> Iterator[Callable[..., Crew]]:
    """Start workers; whoever still works at the end of a test is stopped."""
    hired: list[Crew] = []

    def hire(**changes: object) -> Crew:
        one = Crew(**{"store": store, **changes})  # type: ignore[arg-type] # tests know what they change
        hired.append(one)
        return one

    yield hire
    for one in hired:
        one.leave()


@pytest.fixture
def dump(
    settings: Settings, postgresql_address: URL, postgresql_server: URL
) -> Iterator[Callable[[Store], Store]]:
    """Copy a database as it is; the copy is what a restore would bring back."""
    name = f"{postgresql_address.database}_dump"
    opened: list[Store] = []

    def make(store: Store) -> Store:
        store.engine.dispose()
        administrate(
            postgresql_server, f"CREATE DATABASE {name} TEMPLATE {postgresql_address.database}"
        )
        url = postgresql_address.set(database=name).render_as_string(hide_password=False)
        opened.append(open_store(settings.model_copy(update={"database_url": url})))
        return opened[-1]

    yield make
    for one in opened:
        one.engine.dispose()
    administrate(postgresql_server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture
def database_door(postgresql_address: URL) -> Iterator[Door]:
    with Door(to_unix(f"{postgresql_address.query['host']}/.s.PGSQL.5432")) as door:
        yield door


@pytest.fixture
def kafka_door(topics: Topics) -> Iterator[Door]:
    host, _, port = topics.broker.partition(":")
    with Door(to_port(host, int(port))) as door:
        yield door


@pytest.fixture
def beyond(store: Store, database_door: Door, kafka_door: Door) -> Store:
    """Give the store as processes reach it that have to come through the doors."""
    address = store.engine.url.set(host="127.0.0.1", port=database_door.port, query={})
    changed = {
        "database_url": address.render_as_string(hide_password=False),
        "kafka_bootstrap": f"127.0.0.1:{kafka_door.port}",
    }
    return replace(store, settings=store.settings.model_copy(update=changed))
