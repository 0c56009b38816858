"""收件发送: our own producer over kafka-python: sealed envelopes, acknowledged by all replicas."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any, Final

from kafka import KafkaProducer
from kafka.errors import KafkaError

from handlers.envelope import Envelope
from hotline.people.actors import Role
from streams.intake.producer import Sent
from streams.kafka.access import kafka_python_options
from streams.messages.cloudevents import headers_of
from streams.messages.decoding import sealed_event, topic_of
from streams.people.vault import Vault
from streams.settings import Settings

CLOSE_SECONDS_MAX: Final = 30.0
"""By then whatever the producer still held has come or gone (our default)."""

_MILLISECONDS: Final = 1000


class IntakeProducer:
    """收件发送者: made at the first message; a bootstrap that fails is tried at the next."""

    def __init__(
        self, make: Callable[[], KafkaProducer], vault: Vault, message_bytes_max: int
    ) -> None:
        self._make: Final = make
        self._vault: Final = vault
        self._message_bytes_max: Final = message_bytes_max
        self._producer: KafkaProducer | None = None

    def send(self, envelope: Envelope) -> Sent | None:
        """Begin to send an envelope, sealed; None where it is more than intake takes."""
        vault = self._vault
        event = sealed_event(envelope, vault.seal_message, vault.message_key_id)
        if len(event.data) > self._message_bytes_max:
            return None
        if self._producer is None:
            self._producer = self._make()
        sent: Sent = self._producer.send(
            topic_of(envelope.command, by_citizen=envelope.actor.role is Role.CALLER),
            key=(envelope.stream or envelope.message_id).encode(),
            value=event.data,
            headers=list(headers_of(event)),
        )
        return sent

    def drop(self) -> None:
        """Let the producer go. It ends beside us: what it still sends is a repeat by then."""
        producer, self._producer = self._producer, None
        if producer is not None:
            Thread(target=_close, args=(producer,), name="bihuan-kafka-close", daemon=True).start()


def _connected(**options: Any) -> KafkaProducer:
    """Make a producer; one that finds no broker would leave its sockets to the garbage."""
    clients: list[Any] = []

    def client(**config: Any) -> Any:
        clients.append(KafkaProducer.DEFAULT_CONFIG["kafka_client"](**config))
        return clients[-1]

    try:
        return KafkaProducer(**options, kafka_client=client)
    except Exception:
        for one in clients:
            one.close()
        raise


def _close(producer: KafkaProducer) -> None:
    with suppress(KafkaError):
        producer.close(timeout=CLOSE_SECONDS_MAX)


def make_intake_producer(settings: Settings, vault: Vault) -> IntakeProducer:
    """Make the producer by the settings; nothing is connected yet."""
    wait = round(settings.kafka_ack_seconds * _MILLISECONDS)
    make = partial(
        _connected,
        **kafka_python_options(settings),
        acks="all",
        enable_idempotence=True,
        allow_auto_create_topics=False,
        bootstrap_timeout_ms=wait,
        max_block_ms=wait,
        request_timeout_ms=wait,
        delivery_timeout_ms=wait,
        reconnect_backoff_max_ms=wait,
    )
    return IntakeProducer(make, vault, settings.intake_bytes_max)
