"""度量: what operations watch, in every process. Names are stable; no label holds a person."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from prometheus_client import Counter, Gauge, Histogram
from sqlalchemy import Connection, Engine

from handlers.receipt import Receipt, ReceiptStatus
from notifications import claims
from projections.apply import Write
from projections.bookmarks import bookmarks
from projections.log import LogPage
from streams.agents.positions import Place
from streams.database.engine import for_readers, reading
from streams.database.moments import microseconds
from streams.feed.subscriptions import READ_MODELS, Subscription, read_positions
from streams.kafka.relay import RELAY
from streams.letters import dead_letters
from streams.log import store
from streams.messages.raw import RawMessage
from streams.timers import firing as timers

TIMERS_OVERDUE: Final = Gauge(
    "bihuan_timers_overdue_seconds", "Age of the oldest timer that is due and has not fired"
)
TIMERS_WAITING: Final = Gauge("bihuan_timers_due", "Timers that are due and have not fired")
PROJECTION_LAG: Final = Gauge(
    "bihuan_projection_lag_events", "Events of the log that a subscription has not read", ("name",)
)
TEXTS_UNSENT: Final = Gauge(
    "bihuan_texts_oldest_unsent_seconds", "Age of the oldest text message that should be sent"
)
DEAD_LETTERS: Final = Gauge("bihuan_dead_letters", "Unresolved dead letters")

_SECONDS: Final = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 15, 60, 300)
_MESSAGES: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_MILLISECONDS: Final = 1000

INTAKE_LATENCY: Final = Histogram(
    "bihuan_intake_to_ticket_seconds",
    "From a message's time in Kafka to its commit",
    buckets=_SECONDS,
)
INTAKE_BATCH: Final = Histogram(
    "bihuan_intake_batch_messages", "Messages of one transaction", buckets=_MESSAGES
)
INTAKE_ANSWERS: Final = Counter(
    "bihuan_intake_messages", "Messages of the intake by what became of them", ("answer",)
)
INTAKE_BYPASSED: Final = Counter(
    "bihuan_intake_bypassed", "Intake taken by the transaction because Kafka was silent"
)
READ_MODEL_LATENCY: Final = Histogram(
    "bihuan_log_to_read_model_seconds", "From the record of an event to its row", buckets=_SECONDS
)
INTAKE_HANDLED: Final = Gauge(
    "bihuan_intake_handled_offset", "Where the database stands", ("topic", "partition")
)
INTAKE_COMMITTED: Final = Gauge(
    "bihuan_intake_committed_offset", "Where the group stands", ("topic", "partition")
)
INTAKE_END: Final = Gauge(
    "bihuan_intake_end_offset", "Where the topic ends", ("topic", "partition")
)
CONSUMER_LAG: Final = Gauge(
    "bihuan_consumer_lag_messages", "Messages that the group has not acknowledged", ("topic",)
)


def measure_store(engine: Engine, now: datetime) -> None:
    """Measure what stands in the database."""
    with reading(engine) as connection:
        TIMERS_OVERDUE.set(timers.overdue(connection, now).total_seconds())
        TIMERS_WAITING.set(timers.count_due(connection, now))
        DEAD_LETTERS.set(dead_letters.count_unresolved(connection))
        written = store.heads(connection)
        read = read_positions(connection, READ_MODELS)
        PROJECTION_LAG.labels("read_models").set(_behind(written, read))
        if published := _published(connection):
            PROJECTION_LAG.labels(RELAY).set(_behind(written, published))
    TEXTS_UNSENT.set(
        max(timedelta(), claims.health(for_readers(engine), now).oldest_unsent).total_seconds()
    )


def observe_intake(
    messages: Sequence[RawMessage], receipts: Iterable[Receipt], now: datetime
) -> None:
    """Note a batch that was committed."""
    INTAKE_BATCH.observe(len(messages))
    milliseconds = microseconds(now) / _MILLISECONDS
    for message in messages:
        INTAKE_LATENCY.observe(max(0.0, (milliseconds - message.timestamp_ms) / _MILLISECONDS))
    for receipt in receipts:
        INTAKE_ANSWERS.labels(_answer(receipt)).inc()


def measure_places(standing: Mapping[Place, tuple[int, int]], handled: Mapping[Place, int]) -> None:
    """Note where group and database stand in the partitions of one worker."""
    for gauge in (INTAKE_HANDLED, INTAKE_COMMITTED, INTAKE_END, CONSUMER_LAG):
        gauge.clear()  # others may have taken over some
    for place, (committed, end) in standing.items():
        topic, partition = place
        INTAKE_HANDLED.labels(topic, partition).set(handled.get(place, 0))
        INTAKE_COMMITTED.labels(topic, partition).set(committed)
        INTAKE_END.labels(topic, partition).set(end)
        CONSUMER_LAG.labels(topic).inc(max(0, end - committed))


def observed(subscription: Subscription, clock: Callable[[], datetime]) -> Subscription:
    """Give the same subscription, whose delay is measured by the oldest line of each round."""

    def prepare(connection: Connection, pages: Sequence[LogPage]) -> Write:
        write = subscription.prepare(connection, pages)

        def measured(connection: Connection) -> None:
            write(connection)
            oldest = min(page.lines[0].recorded_at for page in pages)
            READ_MODEL_LATENCY.observe(max(0.0, (clock() - oldest).total_seconds()))

        return measured

    return replace(subscription, prepare=prepare)


def _answer(receipt: Receipt) -> str:
    if receipt.repeated:
        return "repeated"
    return "dead-letter" if receipt.status is ReceiptStatus.DEAD else receipt.status.value


def _published(connection: Connection) -> dict[int, int]:
    return bookmarks(connection, RELAY)


def _behind(written: Mapping[int, int], read: Mapping[int, int]) -> int:
    return sum(max(0, head - read.get(part, 0)) for part, head in written.items())
