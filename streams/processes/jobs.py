"""派工: makes the job of a worker from an open store: the same work that one process does alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from aiokafka import AIOKafkaProducer
from sqlalchemy import Engine

from handlers.envelope import Envelope
from handlers.receipt import Receipt
from streams.agents.positions import stored_positions
from streams.app import make_app
from streams.batches.committing import commit_in_order
from streams.database.engine import for_read_models, reading
from streams.database.partitions import PARTITIONS_COUNT
from streams.feed.following import follow
from streams.feed.subscriptions import READ_MODELS, Subscription
from streams.intake.early_ratings import EarlyRatings
from streams.intake.taking import patient, rules_of, take_in
from streams.kafka.access import aiokafka_options
from streams.kafka.producing import BATCH_BYTES_MAX
from streams.messages import topics
from streams.messages.decoding import RULES, IntakeRules
from streams.messages.raw import RawMessage
from streams.processes.measures import measure_places, measure_store, observe_intake, observed
from streams.processes.opening import (
    Store,
    recording_eraser,
    report_worker,
    text_sending,
    watchers,
)
from streams.processes.pruning import Pruning
from streams.processes.watch import Watch
from streams.processes.worker import Job, Worker
from streams.timers.firing import fire_all_due
from streams.timers.recomputing import recompute

INTAKE: Final = {
    "calls": topics.CALLS,
    "web_complaints": topics.WEB_COMPLAINTS,
    "evaluations": topics.EVALUATIONS,
    "services": topics.SERVICES,
}
TICK_SECONDS: Final = 1.0
EARLY_SECONDS: Final = 5.0
"""Between two looks at ratings that wait for their service (our default)."""
_PARTITIONS: Final = range(PARTITIONS_COUNT)

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Hands:
    """双手: what agents and timers call. Every step is synchronous and runs in a thread."""

    store: Store
    models_engine: Engine
    clock: Clock
    subscription: Subscription = READ_MODELS
    rules: IntakeRules = RULES

    def take_in(self, messages: Sequence[RawMessage]) -> object:
        """Commit a batch of intake."""
        store, now = self.store, self.clock()
        receipts = take_in(
            store.engine, messages, store.contexts.current(), store.wiring, now, rules=self.rules
        )
        observe_intake(messages, receipts, self.clock())
        return receipts

    def submit(self, envelope: Envelope) -> Receipt:
        """Commit one message that waited, as patiently as it would have been taken in."""
        store = self.store
        wiring = patient(store.wiring)
        (receipt,) = commit_in_order(store.engine, [envelope], store.contexts, wiring, self.clock)
        return receipt

    def follow(self) -> int:
        """Bring the read models up to the log, but for what another worker is feeding."""
        return follow(self.models_engine, self.subscription, _PARTITIONS, wait=False)

    def fire(self) -> None:
        """See settings that moved, compute due dates anew, fire what is due."""
        store, now = self.store, self.clock()
        context = store.contexts.refreshed()
        recompute(store.engine, context, store.wiring, now)
        fire_all_due(store.engine, context, store.wiring, now)


def job_of(store: Store, clock: Clock, *, models_engine: Engine | None = None) -> Job:
    """Make the job by the settings of the store."""
    settings = store.settings
    models = models_engine or for_read_models(store.engine)
    hands = Hands(store, models, clock, observed(READ_MODELS, clock), rules_of(settings))
    sending = text_sending(store, clock, models)
    eraser = recording_eraser(store, clock)
    early = EarlyRatings(store.engine, store.vault, hands.submit)
    reporting = report_worker(store, clock)
    reports = {"reports": (TICK_SECONDS, reporting.work)} if reporting else {}
    rating_watch, erasures = watchers(store, clock)
    pruning = Pruning(store.engine, settings.inbox_days)
    return Job(
        engine=store.engine,
        publishing=models,
        make_app=partial(make_app, settings),
        make_producer=partial(
            AIOKafkaProducer,
            **aiokafka_options(settings),
            acks="all",
            enable_idempotence=True,
            max_batch_size=BATCH_BYTES_MAX,
            compression_type=None,
        ),
        intake=INTAKE,
        take_in=hands.take_in,
        follow=hands.follow,
        rounds={
            "deadlines": (TICK_SECONDS, hands.fire),
            "texts": (TICK_SECONDS, lambda: sending(clock())),
            "early-ratings": (EARLY_SECONDS, lambda: early(clock())),
            "recordings": (TICK_SECONDS, eraser.work),
            "inbox": (TICK_SECONDS, lambda: pruning(clock())),
            "rating-signals": (TICK_SECONDS, rating_watch.work),
            "erasures": (TICK_SECONDS, erasures.work),
            **reports,
        },
        watch=partial(_watch, store, clock) if settings.worker_port else None,
    )


def _watch(store: Store, clock: Clock, worker: Worker) -> Watch:
    def measure() -> None:
        standing = worker.places()
        measure_store(store.engine, clock())
        with reading(store.engine) as connection:
            handled = stored_positions(connection, sorted(standing))
        measure_places(standing, handled)

    settings = store.settings
    return Watch(settings.worker_host, settings.worker_port, worker.troubles, measure)
