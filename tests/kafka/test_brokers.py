"""Apache Kafka as processes: what the fixtures promise to everybody who uses them."""

import socket
from pathlib import Path
from uuid import uuid4

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import KafkaAdminClient

from streams.cluster.brokers import Brokers
from streams.cluster.member import MemberFailed
from streams.cluster.ports import HOST, free_ports

pytestmark = pytest.mark.kafka


def make_topic(bootstrap: str, replicas: int) -> str:
    topic = f"test.{uuid4().hex}"
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    form = {"num_partitions": 1, "replication_factor": replicas}
    admin.create_topics({topic: form}, wait_for_metadata=True)
    admin.close()
    return topic


def produce(bootstrap: str, topic: str, value: bytes) -> int:
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    offset: int = producer.send(topic, value, partition=0).get(timeout=30).offset
    producer.close()
    return offset


def consume(bootstrap: str, topic: str, count: int) -> list[bytes]:
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    consumer.assign([TopicPartition(topic, 0)])
    values = [next(consumer).value for _ in range(count)]
    consumer.close()
    return values


def test_what_was_acknowledged_can_be_read(broker: str) -> None:
    topic = make_topic(broker, replicas=1)
    assert produce(broker, topic, b"one") == 0
    assert produce(broker, topic, b"two") == 1
    assert consume(broker, topic, 2) == [b"one", b"two"]


def test_a_node_does_not_make_topics_by_itself(broker: str) -> None:
    topic = f"test.{uuid4().hex}"
    admin = KafkaAdminClient(bootstrap_servers=broker)
    (described,) = admin.describe_topics([topic])
    assert described["partitions"] == []
    assert topic not in admin.list_topics()
    admin.close()


def test_killed_nodes_come_back_with_what_they_had(three_brokers: Brokers) -> None:
    topic = make_topic(three_brokers.bootstrap, replicas=3)
    produce(three_brokers.bootstrap, topic, b"before")

    three_brokers.nodes[0].kill()
    produce(three_brokers.bootstrap, topic, b"meanwhile")

    three_brokers.nodes[1].kill()
    three_brokers.nodes[2].kill()
    three_brokers.start()
    assert consume(three_brokers.bootstrap, topic, 2) == [b"before", b"meanwhile"]


def test_a_frozen_node_stays_a_process_and_goes_on_when_thawed(one_broker: Brokers) -> None:
    node = one_broker.nodes[0]
    topic = make_topic(one_broker.bootstrap, replicas=1)
    produce(one_broker.bootstrap, topic, b"before")

    node.freeze()
    assert (node.alive, node.frozen) == (True, True)
    with socket.create_connection((HOST, one_broker.ports[0]), 1) as line:
        line.sendall(bytes(3) + b"\x04")  # the kernel takes it, and nobody answers
        with pytest.raises(TimeoutError):
            line.recv(1)

    node.thaw()
    assert (node.alive, node.frozen) == (True, False)
    assert consume(one_broker.bootstrap, topic, 1) == [b"before"]


def test_a_node_that_ends_says_why(libraries: Path, tmp_path: Path) -> None:
    wrong = Brokers(tmp_path, libraries=libraries, extra={"log.segment.bytes": "13"})
    with pytest.raises(MemberFailed, match=r"log\.segment\.bytes"):
        wrong.start()


def test_a_missing_class_path_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(MemberFailed, match=r"make \.kafka/\.ready"):
        Brokers(tmp_path, libraries=tmp_path / "nowhere").start()


def test_ports_are_none_that_an_outgoing_connection_is_given() -> None:
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text("ascii").split()[0])
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert max(ports) < lowest
