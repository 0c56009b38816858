"""先存后办: intake goes to Kafka first, and through the transaction itself where Kafka is silent.

A registration, a service or a rating is answered once a worker has handled it; until then the
answer is that Kafka keeps it. Both ways carry one message id, so a late copy is a repeat.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Condition, Thread
from time import monotonic
from typing import Any, Final, Protocol, TypeAlias

import structlog

from handlers.envelope import Envelope
from handlers.receipt import Receipt, ReceiptStatus
from streams.batches.gathering import StoppedError
from streams.batches.inbox import fingerprint_of
from streams.database.engine import DatabaseUnavailable
from streams.letters.defects import reason_of
from streams.messages.decoding import topic_of
from streams.runtime import Runtime

LOOK_SECONDS: Final = 0.02
"""Between two looks into the inbox while anybody waits for an answer (our default)."""

_log: Final = structlog.get_logger(__name__)


class Sent(Protocol):
    """已发: what a producer gives for a message, as kafka-python does."""

    is_done: bool
    exception: BaseException | None

    def add_both(self, then: Callable[[Any], object]) -> object:
        """Call when it is acknowledged, or when it has failed."""
        ...


class Producer(Protocol):
    """发送者: hands messages to Kafka. What fails is thrown away and made anew."""

    def send(self, envelope: Envelope) -> Sent | None:
        """Begin to send; None for what no intake topic would take. Raises where Kafka is gone."""
        ...

    def drop(self) -> None:
        """Let go of what has failed."""
        ...


Look: TypeAlias = Callable[[Sequence[str]], Mapping[str, tuple[bytes, Receipt]]]
"""Gives fingerprint and answer of the message ids that the inbox knows."""


@dataclass(frozen=True, slots=True)
class Patience:
    """等待: seconds for Kafka's acknowledgement, for the answer, and of rest after a failure."""

    ack: float = 2.0
    answer: float = 2.0
    pause: float = 10.0


class Breaker:
    """断路器: after a failure nobody waits for Kafka until a rest is over; then one tries first."""

    def __init__(self, pause: float, clock: Callable[[], float]) -> None:
        self._pause: Final = pause
        self._clock: Final = clock
        self._closed_until = 0.0
        self._failed = False
        self._trying = False

    def lets_in(self) -> bool:
        """Tell whether this one may be sent; after a rest it is the one that tries."""
        if not self._failed:
            return True
        if self._trying or self._clock() < self._closed_until:
            return False
        self._trying = True
        return True

    def succeeded(self) -> None:
        """Note that Kafka answers."""
        self._failed = self._trying = False

    def failed(self) -> None:
        """Note that it does not."""
        self._failed, self._trying = True, False
        self._closed_until = self._clock() + self._pause


@dataclass(slots=True, eq=False)
class _Call:
    """一件: on its way from the face to its answer."""

    envelope: Envelope
    fingerprint: bytes
    answer: "Future[Receipt]"
    waits_until: float
    sent: Sent | None = None
    is_kept: bool = False  # acknowledged by Kafka


class KafkaFirst:
    """先存后办 in front of a runtime; what is no intake passes straight on."""

    def __init__(
        self,
        runtime: Runtime,
        producer: Producer,
        look: Look,
        patience: Patience,
        clock: Callable[[], float] = monotonic,
        *,
        note_bypass: Callable[[], object] = lambda: None,
    ) -> None:
        self._runtime: Final = runtime
        self._producer: Final = producer
        self._look: Final = look
        self._patience: Final = patience
        self._clock: Final = clock
        self._note_bypass: Final = note_bypass
        self._breaker: Final = Breaker(patience.pause, clock)
        self._turn: Final = Condition()
        self._handed: list[_Call] = []
        self._calls: list[_Call] = []
        self._open = False
        self._rings = False
        self._thread: Thread | None = None

    @property
    def last_tick_at(self) -> datetime | None:
        """Tell when the runner last went round."""
        return self._runtime.last_tick_at

    def start(self) -> None:
        """Begin to take commands."""
        self._runtime.start()
        self._open = True
        self._thread = Thread(target=self._work, name="bihuan-intake", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer what was taken, without waiting any longer for Kafka; then end."""
        with self._turn:
            self._open = False
            self._turn.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._runtime.stop()
        self._producer.drop()

    def submit(self, envelope: Envelope) -> Receipt:
        """Handle one command by the transaction: who calls this needs the answer, not a link."""
        return self._runtime.submit(envelope)

    def hand_in(self, envelope: Envelope) -> "Future[Receipt]":
        """Take one command: to Kafka where it is intake, to the transaction where it is not."""
        if not topic_of(envelope.command):
            return self._runtime.hand_in(envelope)
        end = self._clock() + self._patience.ack
        call = _Call(envelope, fingerprint_of(envelope), Future(), end)
        with self._turn:
            if not self._open:
                raise StoppedError("the runtime takes no commands now")
            self._handed.append(call)
            self._turn.notify_all()
        return call.answer

    def run(self, envelopes: Sequence[Envelope]) -> list[Receipt]:
        """Handle many at once: tables and tools wait for the transaction, not for Kafka."""
        return self._runtime.run(envelopes)

    def caught_up(self, receipt: Receipt, seconds: float) -> bool:
        """Wait until the read models have seen it."""
        return self._runtime.caught_up(receipt, seconds)

    def _work(self) -> None:
        while self._next_round():
            try:
                self.go_round()
            except Exception as error:  # noqa: BLE001 (told to who waits; the next round may succeed)
                _log.error("intake-failed", reason=reason_of(error))
                self._give_back(error)
        self._leave()

    def _next_round(self) -> bool:
        with self._turn:
            while self._open and not self._handed and not self._rings:
                if not self._turn.wait(LOOK_SECONDS if self._calls else None) and self._calls:
                    break
            self._rings = False
            return self._open

    def go_round(self) -> None:
        """Send what was handed in, and answer what has an answer or has waited long enough."""
        with self._turn:
            handed, self._handed = self._handed, []
        self._calls += handed
        known = self._known([call.envelope.message_id for call in handed])
        for call in handed:
            if call not in self._calls:
                continue  # one before it found Kafka gone
            if call.envelope.message_id in known:
                self._by_transaction(call)  # a repeat, or another message under its id
            else:
                self._send(call)
        self._see_to_kafka()
        self._answer()

    def _send(self, call: _Call) -> None:
        if not self._breaker.lets_in():
            self._by_transaction(call, bypassed=True)
            return
        try:
            call.sent = self._producer.send(call.envelope)
        except Exception as error:  # noqa: BLE001 (whatever Kafka's client says, the call is taken)
            self._fail(error)
            return
        if call.sent is None:
            self._by_transaction(call)
        else:
            call.sent.add_both(lambda _: self._ring())

    def _see_to_kafka(self) -> None:
        """See what Kafka has acknowledged, and whether it has failed or was silent for too long."""
        for call in list(self._calls):
            sent = call.sent
            if sent is None or call.is_kept or call.answer.done():
                continue
            if sent.is_done and sent.exception is None:
                self._breaker.succeeded()
                call.is_kept = True
                call.waits_until = self._clock() + self._patience.answer
            elif sent.is_done or self._clock() >= call.waits_until:
                self._fail(sent.exception or TimeoutError())
                return

    def _fail(self, error: BaseException) -> None:
        """Take everything that Kafka has not acknowledged: nobody waits for it a second time."""
        _log.warning("kafka-silent", kind=type(error).__name__)
        self._breaker.failed()
        self._producer.drop()  # after a failure an idempotent producer may refuse everything
        for call in [one for one in self._calls if not one.is_kept]:
            if call.sent is None or not call.sent.is_done or call.sent.exception is not None:
                self._by_transaction(call, bypassed=True)

    def _answer(self) -> None:
        kept = [call for call in self._calls if call.is_kept]
        known = self._known([call.envelope.message_id for call in kept])
        for call in kept:
            fingerprint, receipt = known.get(call.envelope.message_id, (b"", None))
            if receipt is None:
                if self._clock() >= call.waits_until:
                    self._accept(call)
            elif fingerprint == call.fingerprint:
                self._resolve(call, replace(receipt, repeated=False))
            else:
                self._by_transaction(call)

    def _known(self, message_ids: Sequence[str]) -> Mapping[str, tuple[bytes, Receipt]]:
        if not message_ids:
            return {}
        try:
            return self._look(message_ids)
        except DatabaseUnavailable:
            return {}  # Kafka keeps it meanwhile

    def _by_transaction(self, call: _Call, *, bypassed: bool = False) -> None:
        self._calls.remove(call)
        if bypassed:
            self._note_bypass()

        def answer(done: "Future[Receipt]") -> None:
            error = done.exception()
            if error is not None:
                call.answer.set_exception(error)
            else:
                call.answer.set_result(replace(done.result(), bypassed=bypassed))

        try:
            self._runtime.hand_in(call.envelope).add_done_callback(answer)
        except StoppedError as error:
            call.answer.set_exception(error)

    def _accept(self, call: _Call) -> None:
        envelope = call.envelope
        accepted = Receipt(
            message_id=envelope.message_id,
            status=ReceiptStatus.ACCEPTED,
            stream=envelope.stream,
            version=0,
        )
        self._resolve(call, accepted)

    def _resolve(self, call: _Call, receipt: Receipt) -> None:
        self._calls.remove(call)
        call.answer.set_result(receipt)

    def _give_back(self, error: Exception) -> None:
        """Tell everybody who waits; nobody may wait for ever."""
        calls, self._calls = self._calls, []
        for call in calls:
            if call.is_kept:
                self._calls.append(call)
                self._accept(call)
            elif not call.answer.done():
                call.answer.set_exception(error)

    def _leave(self) -> None:
        """Answer what is there as it stands: kept by Kafka, or by the transaction."""
        with self._turn:
            self._calls, self._handed = self._calls + self._handed, []
        self._see_to_kafka()
        for call in list(self._calls):
            if call.is_kept:
                self._accept(call)
            else:
                self._by_transaction(call)

    def _ring(self) -> None:
        with self._turn:
            self._rings = True
            self._turn.notify_all()
