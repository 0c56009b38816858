"""`bihuan topics` against a real broker: makes what is missing, never changes what exists."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
import typer
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient
from kafka.structs import OffsetAndMetadata

import streams.kafka.admin
from cli.worker import _check_topics
from streams.cluster.brokers import Brokers
from streams.cluster.ports import free_ports
from streams.database.partitions import PARTITIONS_COUNT
from streams.messages import topics
from streams.messages.topics import TOPICS, TopicSpec
from streams.settings import Settings
from tests.bihuan import Bihuan

pytestmark = pytest.mark.kafka

bihuan = Bihuan()


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch, broker: str) -> tuple[TopicSpec, ...]:
    """Give the topics names of their own, so that tests can share a broker."""
    own = tuple(replace(topic, name=f"{topic.name}.{uuid4().hex}") for topic in TOPICS)
    for function in ("states", "differences", "create_missing", "lags"):
        monkeypatch.setattr(getattr(streams.kafka.admin, function), "__defaults__", (own,))
    monkeypatch.setenv("BIHUAN_KAFKA_BOOTSTRAP", broker)
    monkeypatch.setenv("BIHUAN_KAFKA_REPLICAS", "1")
    return own


@pytest.fixture
def admin(broker: str) -> Iterator[KafkaAdminClient]:
    client = KafkaAdminClient(bootstrap_servers=broker)
    yield client
    client.close()


def test_missing_topics_are_made_once_and_are_as_they_have_to_be(
    named: tuple[TopicSpec, ...],
) -> None:
    first = bihuan("topics", "create")
    assert (first.code, first.document["existed"]) == (0, [])
    assert sorted(first.document["created"]) == sorted(topic.name for topic in named)

    second = bihuan("topics", "create")
    assert (second.code, second.document["created"]) == (0, [])

    described = bihuan("topics", "describe")
    assert (described.code, described.document["differences"]) == (0, [])
    calls = described.document["topics"][0]
    assert (calls["partitions"], calls["replicas"]) == (24, 1)
    assert calls["configuration"]["retention.ms"] == str(7 * 24 * 3600 * 1000)
    by_name = {one["name"]: one["configuration"] for one in described.document["topics"]}
    events = next(topic.name for topic in named if topic.name.startswith(topics.EVENTS))
    assert by_name[events]["retention.ms"] == "-1"


def test_a_topic_of_another_shape_is_refused_and_left_as_it_is(
    named: tuple[TopicSpec, ...], admin: KafkaAdminClient
) -> None:
    calls, *others = named
    form = {"num_partitions": 4, "configs": {"retention.ms": "60000"}, "replication_factor": 1}
    admin.create_topics({calls.name: form}, wait_for_metadata=True)

    answer = bihuan("topics", "create")

    assert (answer.code, answer.document["error"]["code"]) == (2, "topics-differ")
    assert "partitions: 4 ≠ 24" in answer.document["error"]["message_en"]
    described = bihuan("topics", "describe")
    assert described.code == 1
    assert described.document["missing"] == [topic.name for topic in others]
    differing = {one["what"]: one["found"] for one in described.document["differences"]}
    assert differing["partitions"] == "4"
    assert differing["retention.ms"] == "60000"


@pytest.mark.parametrize("partitions", [None, 4])
def test_a_worker_does_not_begin_on_topics_that_are_missing_or_cut_otherwise(
    named: tuple[TopicSpec, ...],
    admin: KafkaAdminClient,
    capsys: pytest.CaptureFixture[str],
    partitions: int | None,
) -> None:
    calls, *others = (topic.name for topic in named)
    wanted = dict.fromkeys(others, PARTITIONS_COUNT) | ({calls: partitions} if partitions else {})
    forms = {name: {"num_partitions": n, "replication_factor": 1} for name, n in wanted.items()}
    admin.create_topics(forms, wait_for_metadata=True)

    with pytest.raises(typer.Exit) as refused:
        _check_topics(Settings())

    assert refused.value.exit_code == 2
    said = capsys.readouterr().err
    assert "topics-differ" in said
    assert calls in said
    assert others[0] not in said


def test_the_lag_of_a_group_is_what_it_has_not_committed(
    named: tuple[TopicSpec, ...], broker: str, tmp_path: Path
) -> None:
    bihuan("topics", "create")
    calls, group = named[0].name, f"group.{uuid4().hex}"
    producer = KafkaProducer(bootstrap_servers=broker)
    for _ in range(5):
        producer.send(calls, b"x", partition=7)
    producer.close()
    consumer = KafkaConsumer(bootstrap_servers=broker, group_id=group)
    place = TopicPartition(calls, 7)
    consumer.assign([place])
    consumer.commit({place: OffsetAndMetadata(2, "", -1)})
    consumer.close()

    rows = bihuan("topics", "lag", "--data", tmp_path).document["lag"]

    (read,) = [one for one in rows if one["group"] == group and one["partition"] == 7]
    assert (read["committed"], read["end"], read["lag"]) == (2, 5, 3)
    assert {one["topic"] for one in rows} == {topic.name for topic in named}


def test_a_broker_that_does_not_answer_is_a_coded_refusal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (nobody,) = free_ports(1)
    monkeypatch.setattr(streams.kafka.admin, "ANSWER_SECONDS_MAX", 1)
    monkeypatch.setenv("BIHUAN_KAFKA_BOOTSTRAP", f"127.0.0.1:{nobody}")
    answer = bihuan("topics", "describe")
    assert (answer.code, answer.document["error"]["code"]) == (2, "kafka-unavailable")


def test_without_brokers_in_the_settings_the_command_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("BIHUAN_KAFKA_BOOTSTRAP", raising=False)
    answer = bihuan("topics", "describe")
    assert (answer.code, answer.document["error"]["code"]) == (2, "kafka-not-set")


def test_too_few_brokers_for_the_copies_is_a_coded_refusal(
    named: tuple[TopicSpec, ...], one_broker: Brokers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIHUAN_KAFKA_BOOTSTRAP", one_broker.bootstrap)
    monkeypatch.setenv("BIHUAN_KAFKA_REPLICAS", "3")
    answer = bihuan("topics", "create")
    assert (answer.code, answer.document["error"]["code"]) == (2, "kafka-failed")
    assert bihuan("topics", "describe").document["missing"] == [topic.name for topic in named]
