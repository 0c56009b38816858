"""An outside system under load: keeps at a message until the brokers have acknowledged it."""

import random
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from threading import Event, Lock, Thread
from typing import Any, Final

from kafka import KafkaProducer
from kafka.errors import KafkaError

from tests.chaos.ledger import Ledger
from tests.chaos.messages import GOOD, HUGE, REPEAT, Composer, Message

PENDING_MAX: Final = 500
_BLOCK_MS_MAX: Final = 5_000
_REQUEST_BYTES_MAX: Final = 4_000_000
_SETTLE_SECONDS_MAX: Final = 600
_SILENT_SECONDS_MAX: Final = 30
"""Longer than the client itself may take to give a message up."""


class IntakeLoad(Thread):
    """Produces by seed at a rate, repeats what was not acknowledged, notes what was."""

    def __init__(
        self, bootstrap: str, ledger: Ledger, seed: int, rate: float, rated: Callable[[], str]
    ) -> None:
        super().__init__(name="intake-load", daemon=True)
        self._brokers: Final = bootstrap
        self._ledger: Final = ledger
        self._composer: Final = Composer(seed)
        self._draw: Final = random.Random(seed)
        self._rate: Final = rate
        self._rated: Final = rated
        """Gives the number of a service that is recorded and not rated, "" for none."""
        self._again: Final[deque[Message]] = deque()
        self._underway: Final[dict[int, Message]] = {}
        self._count = 0
        self._lock: Final = Lock()
        self._acked: Final[list[Message]] = []
        self._producer: KafkaProducer | None = None
        self._broken = Event()
        self.stopping: Final = Event()
        self.failed: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.stopping.is_set():
                self._send(self._again.popleft() if self._again else self._made())
                time.sleep(self._draw.expovariate(self._rate))
            self._settle()
        except BaseException as error:  # noqa: BLE001 (the harness looks at it)
            self.failed = error
        finally:
            self._close()

    def _made(self) -> Message:
        now, draw, composer = datetime.now(UTC), self._draw.random(), self._composer
        if draw < 0.04:
            known = self._draw.choice(self._acked) if self._acked else None
            return composer.poison(now, known)
        if draw < 0.045:
            return composer.huge(now)
        if draw < 0.09 and self._acked:  # the producer's own repeat, long after
            known = self._draw.choice(self._acked)
            return Message(
                known.topic, known.id, known.key, known.value, REPEAT, known.type, known.time
            )
        if draw < 0.25 and (service := self._rated()):
            return composer.evaluation(service, now)
        if draw < 0.35:
            return composer.service(now)
        if draw < 0.45:
            return composer.web_complaint(now)
        return composer.call(now)

    def _send(self, message: Message) -> None:
        """Hand one over; what becomes of it is told to a callback, from another thread."""
        if message.mark == HUGE:
            self._send_huge(message)
            return
        self._count += 1
        number = self._count
        try:
            producer = self._open()
        except KafkaError:
            self._again.append(message)
            return
        with self._lock:
            self._underway[number] = message
        try:
            future = producer.send(
                message.topic, message.value, key=message.key, headers=message.headers
            )
        except KafkaError as error:
            self._refused(number, error)
            return
        future.add_callback(partial(self._acknowledged, number, message))
        future.add_errback(partial(self._refused, number))

    def _send_huge(self, message: Message) -> None:
        """Try it alone: the others of its batch would be refused with it."""
        try:
            producer = self._made_producer()
            try:
                producer.send(message.topic, message.value, key=message.key).get(timeout=10)
            finally:
                producer.close(timeout=2)
        except KafkaError as error:
            self._ledger.note("huge-refused", id=message.id, error=type(error).__name__)
        else:
            self._ledger.note("huge-taken", id=message.id)

    def _acknowledged(self, number: int, message: Message, place: Any) -> None:
        self._ledger.note(
            "acknowledged",
            topic=message.topic,
            id=message.id,
            partition=place.partition,
            offset=place.offset,
            mark=message.mark.decode(),
        )
        with self._lock:
            self._underway.pop(number, None)
            if message.mark == GOOD:
                self._acked.append(message)

    def _refused(self, number: int, error: BaseException) -> None:
        with self._lock:
            message = self._underway.pop(number, None)
        self._broken.set()  # an idempotent producer may refuse everything from here on
        if message is not None:
            self._ledger.note("not-acknowledged", id=message.id, error=type(error).__name__)
            self._again.append(message)

    def _open(self) -> KafkaProducer:
        silent_at = time.monotonic() + _SILENT_SECONDS_MAX
        while len(self._underway) > PENDING_MAX and not self._broken.is_set():
            if self.stopping.is_set() or time.monotonic() > silent_at:
                break
            time.sleep(0.05)
        if self._broken.is_set() or time.monotonic() > silent_at:
            self._broken.clear()
            self._close()
        if self._producer is None:
            self._producer = self._made_producer()
        return self._producer

    def _made_producer(self) -> KafkaProducer:
        return KafkaProducer(
            bootstrap_servers=self._brokers.split(","),
            acks="all",
            enable_idempotence=True,
            max_block_ms=_BLOCK_MS_MAX,
            max_request_size=_REQUEST_BYTES_MAX,
            delivery_timeout_ms=20_000,
            request_timeout_ms=8_000,
            bootstrap_timeout_ms=_BLOCK_MS_MAX,
            linger_ms=5,
        )

    @property
    def _left(self) -> int:
        return len(self._again) + len(self._underway)

    def _close(self) -> None:
        """Let the producer go. It may never tell what became of what it held: that goes again."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(KafkaError):
                producer.close(timeout=2)
            with self._lock:
                self._again.extend(self._underway.values())
                self._underway.clear()

    def _settle(self) -> None:
        """Keep at it until every good message is acknowledged: then what follows is promised."""
        end = time.monotonic() + _SETTLE_SECONDS_MAX
        silent_at = time.monotonic() + _SILENT_SECONDS_MAX
        while time.monotonic() < end and self._left:
            if self._again:
                self._send(self._again.popleft())
                silent_at = time.monotonic() + _SILENT_SECONDS_MAX
            elif time.monotonic() > silent_at:
                self._close()
            else:
                time.sleep(0.05)
        if self._left:
            raise AssertionError(f"{self._left} messages found no broker")
