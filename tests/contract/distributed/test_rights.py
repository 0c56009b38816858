"""A right that is taken away at work: nothing is lost, and giving it back is enough."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import pytest
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    KafkaAdminClient,
    ResourcePattern,
    ResourceType,
)

from handlers.receipt import ReceiptStatus
from streams.agents.gate import EXIT_DEFECT
from streams.cluster.brokers import Brokers
from streams.messages.topics import CALLS, EVENTS, TOPICS
from streams.processes.opening import Store
from tests.certificates import USERS
from tests.contract.distributed.crew import Crew, Topics, count, until
from tests.contract.distributed.test_intake import DEAD, SHOWN, TICKETS, calls
from tests.contract.distributed.test_producing_intake import face, registration

pytestmark = [pytest.mark.kafka, pytest.mark.postgresql]

Hire = Callable[..., Crew]
USER: Final = "User:bihuan"
PUBLISHED: Final = "SELECT coalesce(sum(last_position), 0) FROM subscriptions WHERE name = 'relay'"
WRITTEN: Final = "SELECT count(*) FROM events"


def rule(resource: ResourceType, name: str, operation: ACLOperation, *, allow: bool = True) -> ACL:
    permission = ACLPermissionType.ALLOW if allow else ACLPermissionType.DENY
    return ACL(USER, "*", operation, permission, ResourcePattern(resource, name))


class Rights:
    """What the user of the workers may do on the broker."""

    def __init__(self, admin: KafkaAdminClient, group: str) -> None:
        self._admin: Final = admin
        self._given: Final = [
            *(rule(ResourceType.TOPIC, one.name, ACLOperation.ALL) for one in TOPICS),
            rule(ResourceType.GROUP, group, ACLOperation.ALL),
        ]
        admin.create_acls(self._given)

    def deny(self, topic: str, operation: ACLOperation) -> ACL:
        denied = rule(ResourceType.TOPIC, topic, operation, allow=False)
        self._admin.create_acls([denied])
        self._given.append(denied)
        return denied

    def allow_again(self, denied: ACL) -> None:
        self._admin.delete_acls([denied])

    def forget(self) -> None:
        self._admin.delete_acls(self._given)


@pytest.fixture
def guarded(store: Store, one_broker: Brokers) -> Store:
    """Give the store of processes that log in and may do what they were given."""
    assert one_broker.secured
    changed = {
        "kafka_bootstrap": one_broker.secured_bootstrap,
        "kafka_security_protocol": "SASL_SSL",
        "kafka_sasl_username": "bihuan",
        "kafka_sasl_password": USERS["bihuan"],
        "kafka_ca_file": str(one_broker.secured.authority),
    }
    settings = type(store.settings).model_validate({**dict(store.settings), **changed})
    return replace(store, settings=settings)


@pytest.fixture
def rights(one_broker: Brokers, store: Store) -> Iterator[Rights]:
    admin = KafkaAdminClient(bootstrap_servers=one_broker.bootstrap)
    given = Rights(admin, store.settings.kafka_group)
    yield given
    given.forget()
    admin.close()


def test_intake_that_may_not_be_read_any_more_waits_in_kafka(
    crew: Hire, topics: Topics, guarded: Store, rights: Rights
) -> None:
    first = crew(store=guarded).ready()
    topics.send(CALLS, *calls("a", 10))
    until(lambda: count(guarded, TICKETS) == 10, "all rights are there")

    denied = rights.deny(CALLS, ACLOperation.READ)
    topics.send(CALLS, *calls("b", 10))
    until(lambda: EXIT_DEFECT in first.ended_by, "the process ends, for its supervisor to see")
    first.leave()
    assert topics.lag(guarded.settings.kafka_group, CALLS) >= 10

    rights.allow_again(denied)
    crew(store=guarded).ready()

    until(lambda: count(guarded, TICKETS) == 20, "the next process takes them")
    assert count(guarded, DEAD) == 0


def test_a_log_that_may_not_be_published_waits_in_the_database(
    crew: Hire, topics: Topics, guarded: Store, rights: Rights
) -> None:
    crew(store=guarded).ready()
    denied = rights.deny(EVENTS, ACLOperation.WRITE)
    topics.send(CALLS, *calls("a", 10))
    until(lambda: count(guarded, SHOWN) == 10, "everything else goes on")
    assert count(guarded, PUBLISHED) < count(guarded, WRITTEN)

    rights.allow_again(denied)

    until(lambda: count(guarded, PUBLISHED) == count(guarded, WRITTEN), "all is published")


def test_a_face_that_may_not_write_goes_by_the_transaction(guarded: Store, rights: Rights) -> None:
    with face(guarded, kafka_ack_seconds=20.0, intake_answer_seconds=0.1) as runtime:
        kept = runtime.hand_in(registration()).result(60)
    rights.deny(CALLS, ACLOperation.WRITE)
    with face(guarded, kafka_ack_seconds=20.0) as runtime:
        stored = runtime.hand_in(registration()).result(60)

    assert kept.status is ReceiptStatus.ACCEPTED
    assert (stored.status, stored.bypassed) == (ReceiptStatus.DONE, True)
    assert (count(guarded, TICKETS), count(guarded, DEAD)) == (1, 0)
