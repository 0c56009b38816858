"""The process dies between any two steps of a call and the provider asks again: it counts once."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final

import pytest

from handlers.envelope import Envelope
from handlers.receipt import Receipt
from hotline.calls.commands import AcceptCall, CallCommand, EndTalk
from hotline.calls.events import CallConnected, CallEnded, CallReasonGiven, RecordingKept
from hotline.calls.state import Call
from hotline.calls.vocabulary import CallOutcome, CallStage
from hotline.correspondence.events import ContactTaskOpened
from hotline.evaluations.events import EvaluationRecorded
from hotline.people.actors import Actor, Role
from streams.batches.commit import commit_batch
from streams.database.engine import reading
from streams.log.store import history
from streams.processes.opening import Store, open_store
from streams.processes.telephone import switchboard
from streams.settings import Settings
from streams.verification.verify import verify
from streams.voice.simulated_phone import CallScript, SimulatedPhone
from streams.voice.switchboard import Asked

LIN: Final = Actor("s-lin", Role.OPERATOR, "hotline")
STEPS: Final = 24
"""More than a call has messages: what comes later dies nowhere."""


class DiedError(BaseException):
    """No `except Exception` catches the end of a process."""


class Exchange:
    """A house that dies where it is told to; the provider asks again what was not answered."""

    def __init__(self, store: Store, dies: Callable[[], bool]) -> None:
        self.store, self.dies = store, dies
        self.now = datetime(2026, 3, 3, 4, tzinfo=UTC)
        self.deaths = 0
        self.board = switchboard(store, self.mortal, lambda: self.now)

    def commit(self, envelope: Envelope) -> Receipt:
        store = self.store
        context = store.contexts.refreshed()
        (receipt,) = commit_batch(store.engine, [envelope], context, store.wiring, self.now)
        return receipt

    def mortal(self, envelope: Envelope) -> Receipt:
        self._fate()
        receipt = self.commit(envelope)
        self._fate()
        return receipt

    def _fate(self) -> None:
        if self.dies():
            self.deaths += 1
            raise DiedError

    def ask(self, step: str, form: Mapping[str, str], query: Mapping[str, str]) -> str:
        while True:
            try:
                return self.board.answer(Asked(step, form, query))
            except DiedError:
                self.now += timedelta(milliseconds=100)

    def act(self, call_id: str, command: CallCommand, count: int) -> None:
        """Let the operator press, and press again while nobody answers."""
        envelope = Envelope(
            message_id=f"form/{call_id}/{type(command).__name__}/{count}",
            stream=f"call/{call_id}",
            command=command,
            actor=LIN,
            at=self.now,
        )
        while True:
            try:
                self.mortal(envelope)
            except DiedError:
                continue
            return

    def operator(self, call_id: str) -> None:
        call = self.call(call_id)
        if call.stage is CallStage.WAITING:
            self.act(call_id, AcceptCall(), call.attempt)
        talked = call.connected_at and self.now - call.connected_at > timedelta(seconds=5)
        if call.stage is CallStage.TALKING and talked:
            self.act(call_id, EndTalk(), call.attempt)

    def call(self, call_id: str) -> Call:
        call = self.board.call(call_id)
        assert call is not None
        return call

    def ring(self, call_id: str, *, answered: bool) -> None:
        def sleep(seconds: float) -> None:
            self.now += timedelta(seconds=seconds)
            if answered:
                self.operator(call_id)

        script = CallScript(
            sender="+8613812341234", rating=("1",), reason=("2",), patience_seconds=4
        )
        phone = SimulatedPhone(
            call_id,
            script,
            self.ask,
            is_talking=lambda: self.call(call_id).stage is CallStage.TALKING,
            clock=lambda: self.now,
            sleep=sleep,
        )
        phone.call()

    def counted(self, stream: str, kind: type[Any]) -> int:
        with reading(self.store.engine) as connection:
            lines = history(connection, stream)
        return sum(isinstance(line.fact.event, kind) for line in lines)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(Settings(data=tmp_path / "data"), durable=False)
    yield opened
    opened.engine.dispose()


def counts_once(exchange: Exchange, call_id: str) -> None:
    """Say that an answered call left everything behind exactly once."""
    call, stream = exchange.call(call_id), f"call/{call_id}"
    assert (call.stage, call.outcome) == (CallStage.ENDED, CallOutcome.ANSWERED)
    for kind in (CallConnected, CallEnded, CallReasonGiven, RecordingKept):
        assert exchange.counted(stream, kind) == 1, kind
    assert exchange.counted(f"service/{call_id}/1", EvaluationRecorded) == 1


def _is_step(steps: Iterator[int], place: int) -> bool:
    return next(steps) == place


def test_a_call_counts_once_wherever_the_process_dies(store: Store) -> None:
    deaths = 0
    for place in range(STEPS):
        exchange = Exchange(store, partial(_is_step, iter(range(1000)), place))
        exchange.ring(f"CA{place}", answered=True)
        counts_once(exchange, f"CA{place}")
        deaths += exchange.deaths
    assert deaths >= STEPS - 6  # the last places lie behind the end of the call
    assert verify(store.engine, store.wiring).clean


@pytest.mark.parametrize("seed", range(8))
def test_calls_count_once_on_a_machine_that_dies_all_the_time(store: Store, seed: int) -> None:
    chance = Random(seed)
    exchange = Exchange(store, lambda: chance.random() < 0.2)
    exchange.ring("CA1", answered=True)
    counts_once(exchange, "CA1")
    exchange.ring("CA2", answered=False)
    missed = exchange.call("CA2")
    assert missed.outcome is CallOutcome.ABANDONED
    assert exchange.counted(f"citizen/{missed.caller}", ContactTaskOpened) == 1
    assert exchange.deaths
