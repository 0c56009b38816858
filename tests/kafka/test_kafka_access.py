"""TLS, SASL and rights: every client of ours gets in with the settings, and nobody without them."""

import time
from pathlib import Path
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaProducer
from faust import SASLCredentials
from kafka import KafkaProducer
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    KafkaAdminClient,
    ResourcePattern,
    ResourceType,
)
from kafka.net.transport import KafkaSSLTransport

from streams.cluster.brokers import Brokers
from streams.kafka import admin as kafka_admin
from streams.kafka.access import (
    aiokafka_options,
    faust_brokers,
    faust_credentials,
    kafka_python_options,
)
from streams.kafka.admin import KafkaRefused, connected
from streams.messages.topics import TopicSpec
from streams.settings import Settings
from tests.certificates import CLIENT, USERS
from tests.kafka.test_brokers import consume, make_topic
from tests.loops import completed

pytestmark = pytest.mark.kafka


def access(brokers: Brokers, **changed: str) -> Settings:
    assert brokers.secured
    settings = {
        "kafka_bootstrap": brokers.secured_bootstrap,
        "kafka_security_protocol": "SASL_SSL",
        "kafka_sasl_username": "bihuan",
        "kafka_sasl_password": USERS["bihuan"],
        "kafka_ca_file": str(brokers.secured.authority),
        **changed,
    }
    return Settings.model_validate(settings)


@pytest.fixture
def permitted(one_broker: Brokers) -> str:
    """Make a topic that the user bihuan may do everything with."""
    topic = make_topic(one_broker.bootstrap, replicas=1)
    admin = KafkaAdminClient(bootstrap_servers=one_broker.bootstrap)
    admin.create_acls(
        [
            ACL(
                principal="User:bihuan",
                host="*",
                operation=ACLOperation.ALL,
                permission_type=ACLPermissionType.ALLOW,
                resource_pattern=ResourcePattern(ResourceType.TOPIC, topic),
            )
        ]
    )
    admin.close()
    return topic


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-512"])
def test_kafka_python_produces_over_tls_with_a_password(
    one_broker: Brokers, permitted: str, mechanism: str
) -> None:
    options = kafka_python_options(access(one_broker, kafka_sasl_mechanism=mechanism))
    producer = KafkaProducer(**options, acks="all", enable_idempotence=True)
    producer.send(permitted, b"sealed", partition=0).get(timeout=30)
    producer.close()
    assert consume(one_broker.bootstrap, permitted, 1) == [b"sealed"]


def test_aiokafka_produces_over_tls_with_a_password(one_broker: Brokers, permitted: str) -> None:
    async def produce() -> None:
        options = aiokafka_options(access(one_broker))
        async with AIOKafkaProducer(**options, acks="all", enable_idempotence=True) as producer:
            await producer.send_and_wait(permitted, b"sealed too", partition=0)

    completed(produce())
    assert consume(one_broker.bootstrap, permitted, 1) == [b"sealed too"]


def test_faust_is_told_the_same(one_broker: Brokers) -> None:
    settings = access(one_broker)
    credentials = faust_credentials(settings)
    assert isinstance(credentials, SASLCredentials)
    assert (credentials.protocol.value, credentials.mechanism.value) == (
        "SASL_SSL",
        "SCRAM-SHA-512",
    )
    assert credentials.ssl_context is not None
    assert faust_brokers(settings) == [f"kafka://127.0.0.1:{one_broker.secured_ports[0]}"]
    assert faust_credentials(Settings()) is None


def test_a_wrong_password_is_a_coded_refusal(one_broker: Brokers) -> None:
    with (
        pytest.raises(KafkaRefused) as refused,
        connected(access(one_broker, kafka_sasl_password="wrong")) as client,
    ):
        client.list_topics()
    assert refused.value.code == "kafka-login-refused"


def test_a_refusal_that_comes_together_with_the_end_is_still_a_refusal(
    one_broker: Brokers, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_now = KafkaSSLTransport._sock_recv

    def read_late(self: KafkaSSLTransport) -> object:
        time.sleep(0.3)  # a busy machine: the answer and the end of the connection come together
        return read_now(self)

    monkeypatch.setattr(KafkaSSLTransport, "_sock_recv", read_late)
    with (
        pytest.raises(KafkaRefused) as refused,
        connected(access(one_broker, kafka_sasl_password="wrong")) as client,
    ):
        client.list_topics()
    assert refused.value.code == "kafka-login-refused"


def test_a_broker_of_an_unknown_authority_is_not_believed(
    one_broker: Brokers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_admin, "ANSWER_SECONDS_MAX", 1)
    with (
        pytest.raises(KafkaRefused) as refused,
        connected(access(one_broker, kafka_ca_file="")) as client,
    ):
        client.list_topics()
    assert refused.value.code == "kafka-unavailable"


def test_a_client_certificate_is_shown(one_broker: Brokers, permitted: str) -> None:
    assert one_broker.secured
    own = Path(one_broker.secured.authority).parent / CLIENT
    options = kafka_python_options(access(one_broker, kafka_client_certificate=str(own)))
    producer = KafkaProducer(**options)
    producer.send(permitted, b"known", partition=0).get(timeout=30)
    producer.close()


def test_a_missing_right_is_a_coded_refusal(one_broker: Brokers) -> None:
    stranger = access(
        one_broker, kafka_sasl_username="stranger", kafka_sasl_password=USERS["stranger"]
    )
    wanted = (TopicSpec(name=f"test.{uuid4().hex}", retention=None),)
    with pytest.raises(KafkaRefused) as refused, connected(stranger) as client:
        kafka_admin.create_missing(client, kafka_admin.states(client, wanted), 1, wanted)
    assert refused.value.code == "kafka-not-permitted"
