"""主题管理: makes the topics that are missing, compares those that exist, and measures lag.

Nothing that exists is ever changed: a topic that differs is named, and a person decides. More
partitions would send a ticket's next message elsewhere; a shorter retention deletes at once.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from kafka import TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, OffsetSpec
from kafka.errors import (
    AuthorizationError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    RequestTimedOutError,
    SaslAuthenticationFailedError,
    UnsupportedSaslMechanismError,
    for_code,
)
from kafka.net.connection import KafkaConnection

from streams.kafka.access import kafka_python_options
from streams.messages.topics import TOPICS, TopicSpec
from streams.settings import Settings

ANSWER_SECONDS_MAX: Final = 5
"""How long the brokers may take to answer at all (our default)."""

_REQUEST_SECONDS_MAX: Final = 15
_UNREACHED: Final = (KafkaTimeoutError, KafkaConnectionError, RequestTimedOutError)
_LOGIN: Final = (SaslAuthenticationFailedError, UnsupportedSaslMechanismError)
_ENDED_AT_LOGIN: Final = "the broker ended the connection at the log-in"
_NO_ERROR: Final = 0
_UNKNOWN_TOPIC: Final = 3
_TOPIC_EXISTS: Final = 36


class KafkaRefused(Exception):  # noqa: N818 (a state of the world, named as one says it)
    """拒绝: Kafka does not answer, or does not let us; the code never changes."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code: Final = code
        self.reason: Final = reason


@dataclass(frozen=True, slots=True)
class Difference:
    """差异: a topic that exists and is not as it has to be."""

    topic: str
    what: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class TopicState:
    """主题 as it is; a topic that does not exist has no partitions."""

    name: str
    partitions_count: int = 0
    replicas: int = 0
    configuration: Mapping[str, str] = field(default_factory=dict)

    @property
    def exists(self) -> bool:
        """Tell whether it is there."""
        return self.partitions_count > 0


@dataclass(frozen=True, slots=True)
class Lag:
    """积压: how far a group has read a partition, and how far it goes."""

    group: str
    topic: str
    partition: int
    committed: int | None
    end: int

    handled: int | None = None
    """The first offset that the database has not handled; None where it has handled none."""

    @property
    def messages_count(self) -> int:
        """Messages that the group has not acknowledged."""
        return self.end - (self.committed or 0)


@contextmanager
def connected(settings: Settings) -> Iterator[KafkaAdminClient]:
    """Open kafka-python's admin client, or say within seconds why not."""
    with _listening() as met, _translated(met):
        client = KafkaAdminClient(
            **kafka_python_options(settings),
            bootstrap_timeout_ms=ANSWER_SECONDS_MAX * 1000,
            request_timeout_ms=_REQUEST_SECONDS_MAX * 1000,
        )
        try:
            yield client
        finally:
            client.close()


def states(client: KafkaAdminClient, topics: Sequence[TopicSpec] = TOPICS) -> list[TopicState]:
    """Look at the topics as they are."""
    names = [topic.name for topic in topics]
    described = {one["name"]: one for one in client.describe_topics(names)}
    for name in names:
        code = described[name]["error_code"]
        if code not in (_NO_ERROR, _UNKNOWN_TOPIC):
            raise for_code(code)(name)
    known = [name for name in names if described[name]["partitions"]]
    configurations = _configurations(client, known)
    return [
        _state(name, described[name]["partitions"], configurations.get(name, {})) for name in names
    ]


def differences(
    found: Iterable[TopicState], replicas: int, topics: Sequence[TopicSpec] = TOPICS
) -> list[Difference]:
    """Compare what exists with what has to be; a missing topic is not a difference."""
    specs = {topic.name: topic for topic in topics}
    listed: list[Difference] = []
    for state in found:
        if not state.exists:
            continue
        spec = specs[state.name]
        pairs = [
            ("partitions", str(spec.partitions_count), str(state.partitions_count)),
            ("replicas", str(replicas), str(state.replicas)),
        ]
        pairs += [
            (name, value, state.configuration.get(name, ""))
            for name, value in spec.configuration(replicas).items()
        ]
        listed += [Difference(state.name, *pair) for pair in pairs if pair[1] != pair[2]]
    return listed


def create_missing(
    client: KafkaAdminClient,
    found: Iterable[TopicState],
    replicas: int,
    topics: Sequence[TopicSpec] = TOPICS,
) -> list[str]:
    """Make the topics that do not exist; give their names. Another maker may be faster."""
    missing = {state.name for state in found if not state.exists}
    wanted = {
        topic.name: {
            "num_partitions": topic.partitions_count,
            "replication_factor": replicas,
            "configs": topic.configuration(replicas),
        }
        for topic in topics
        if topic.name in missing
    }
    if not wanted:
        return []
    answered = client.create_topics(wanted, raise_errors=False)["topics"]
    for one in answered:
        if one["error_code"] not in (_NO_ERROR, _TOPIC_EXISTS):
            raise for_code(one["error_code"])(f"{one['name']}: {one['error_message']}")
    client.wait_for_topics(sorted(wanted))
    return [one["name"] for one in answered if one["error_code"] == _NO_ERROR]


def lags(client: KafkaAdminClient, topics: Sequence[TopicSpec] = TOPICS) -> list[Lag]:
    """Give every partition that some group reads; and each topic nobody reads, as group ""."""
    ends = _ends(client, topics)
    groups = [group["group_id"] for group in client.list_groups()]
    committed = client.list_group_offsets(dict.fromkeys(groups)) if groups else {}
    listed: list[Lag] = []
    read: set[str] = set()
    for group, offsets in sorted(committed.items()):
        ours = {place: at.offset for place, at in offsets.items() if place in ends}
        topics_read = {place.topic for place in ours}
        read |= topics_read
        listed += [
            Lag(group, place.topic, place.partition, ours.get(place), end)
            for place, end in ends.items()
            if place.topic in topics_read
        ]
    listed += [
        Lag("", place.topic, place.partition, None, end)
        for place, end in ends.items()
        if place.topic not in read
    ]
    return listed


def _ends(client: KafkaAdminClient, topics: Sequence[TopicSpec]) -> dict[TopicPartition, int]:
    places = {
        TopicPartition(state.name, partition): OffsetSpec.LATEST
        for state in states(client, topics)
        for partition in range(state.partitions_count)
    }
    found = client.list_partition_offsets(places) if places else {}
    return {place: found[place].offset for place in places}


def _configurations(
    client: KafkaAdminClient, names: Sequence[str]
) -> Mapping[str, Mapping[str, str]]:
    if not names:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    (found,) = client.describe_configs(resources, config_filter="all").values()
    return {
        topic: {name: one["value"] for name, one in entries.items()}
        for topic, entries in found.items()
    }


def _state(name: str, partitions: Sequence[Any], configuration: Mapping[str, str]) -> TopicState:
    replicas = min((len(one["replica_nodes"]) for one in partitions), default=0)
    return TopicState(name, len(partitions), replicas, configuration)


@contextmanager
def _translated(met: Sequence[BaseException]) -> Iterator[None]:
    """Turn Kafka's many errors into the few that a person can do something about."""
    try:
        yield
    except AuthorizationError as error:
        raise KafkaRefused("kafka-not-permitted", str(error)) from error
    except (*_UNREACHED, *_LOGIN) as error:
        refusals = [one for one in (error, *met) if isinstance(one, _LOGIN)]
        if refusals:
            raise KafkaRefused("kafka-login-refused", str(refusals[0])) from error
        raise KafkaRefused("kafka-unavailable", str(met[-1] if met else error)) from error
    except KafkaError as error:
        raise KafkaRefused("kafka-failed", str(error)) from error


class _Failures(logging.Handler):
    """Keeps the errors that the client only logs: it tries again until its time is over."""

    def __init__(self) -> None:
        super().__init__()
        self.met: Final[list[BaseException]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep what was logged, and print nothing: the refusal will say it."""
        match record.args:
            case (KafkaConnection() as lost, KafkaConnectionError()) if _ended_at_login(lost):
                self.met.append(SaslAuthenticationFailedError(_ENDED_AT_LOGIN))
            case tuple() as arguments:
                self.met.extend(one for one in arguments if isinstance(one, BaseException))
            case _:
                pass


def _ended_at_login(lost: KafkaConnection) -> bool:
    """Tell whether a broker that had said its version closed before it let us in.

    It answers a refused log-in and closes at once. A client that reads both together keeps the
    end and throws the answer away, so on a busy machine the end is all that is left of a refusal.
    """
    answered = lost.broker_version is not None
    return bool(lost.sasl_enabled and answered and lost.init_future.failed())


@contextmanager
def _listening() -> Iterator[Sequence[BaseException]]:
    logger, failures = logging.getLogger("kafka"), _Failures()
    propagated = logger.propagate
    logger.propagate = False
    logger.addHandler(failures)
    try:
        yield failures.met
    finally:
        logger.removeHandler(failures)
        logger.propagate = propagated
