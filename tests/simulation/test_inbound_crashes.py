"""The process dies while texts arrive and the provider delivers again: each text counts once."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from handlers.envelope import Command, Envelope, Personal
from handlers.receipt import Receipt, ReceiptStatus
from hotline.correspondence.events import TextReceived, TextSettled
from hotline.evaluations.commands import InviteEvaluation, RecordService
from hotline.evaluations.events import EvaluationRecorded
from hotline.evaluations.vocabulary import Node, RatedObject
from hotline.people.actors import SYSTEM
from notifications.inbound import ReceivedText
from streams.batches.commit import commit_batch
from streams.database.engine import reading
from streams.log.store import history
from streams.processes.opening import Store, open_store, text_sending
from streams.settings import Settings
from streams.texting.letterbox import Letterbox
from streams.verification.verify import verify

CITIZENS: Final = 60
TEXTS: Final = 240
START: Final = datetime(2026, 3, 3, 2, tzinfo=UTC)
WORDS: Final = ("5", "1", "3N", "0", "退订", "订阅", "路灯坏了", "5118002026021301000123", "")


class DiedError(BaseException):
    """No `except Exception` catches the end of a process."""


class Provider:
    """Delivers every text until it is answered, some of them twice, in any order."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.chance, self.now = store, random.Random(seed), START
        self.deaths = 0

    def commit(self, envelope: Envelope) -> Receipt:
        context = self.store.contexts.refreshed()
        (receipt,) = commit_batch(
            self.store.engine, [envelope], context, self.store.wiring, self.now
        )
        return receipt

    def mortal(self, envelope: Envelope) -> Receipt:
        self._fate()
        receipt = self.commit(envelope)
        self._fate()
        return receipt

    def _fate(self) -> None:
        if self.chance.random() < 0.15:
            self.deaths += 1
            raise DiedError

    def deliver(self, received: list[ReceivedText]) -> None:
        waiting = [*received, *self.chance.sample(received, len(received) // 4)]
        while waiting:
            self.chance.shuffle(waiting)
            text = waiting.pop()
            self.now += timedelta(seconds=20)
            letterbox = Letterbox(
                self.store.engine, self.store.vault, self.mortal, lambda: self.now
            )
            try:
                assert letterbox.receive(text).status is ReceiptStatus.DONE
            except DiedError:
                waiting.append(text)


def people(provider: Provider) -> None:
    """Serve and invite everybody."""
    for count in range(CITIZENS):
        stream, citizen = f"service/P{count}/1", f"c-{count}"
        service = RecordService(
            project_no=f"P{count}",
            service_number="1",
            region="",
            department="water",
            item_code="i",
            item_name="供水报装",
            node=Node.FINISHED,
            object=RatedObject.ITEM,
            served_at=START,
            citizen=citizen,
        )
        commands: tuple[Command, ...] = (service, InviteEvaluation())
        for place, command in enumerate(commands):
            envelope = Envelope(
                message_id=f"{stream}/{place}",
                stream=stream,
                command=command,
                actor=SYSTEM,
                at=START,
                personal=(Personal(citizen=citizen, phone=f"138{count:08}"),),
            )
            assert provider.commit(envelope).status is ReceiptStatus.DONE
    text_sending(provider.store, lambda: START)(START)
    text_sending(provider.store, lambda: START)(START)


@pytest.mark.parametrize("seed", range(2))
def test_each_text_counts_once(seed: int, tmp_path: Path) -> None:
    store = open_store(Settings(data=tmp_path), durable=False)
    provider = Provider(store, seed)
    people(provider)
    received = [
        ReceivedText(
            provider="simulated",
            text_id=f"t-{count}",
            phone=f"138{count % CITIZENS:08}",
            words=provider.chance.choice(WORDS),
        )
        for count in range(TEXTS)
    ]
    provider.deliver(received)
    assert provider.deaths > TEXTS // 10
    ids: list[str] = []
    for count in range(CITIZENS):
        with reading(store.engine) as connection:
            lines = [line.fact.event for line in history(connection, f"citizen/c-{count}")]
            rated = [line.fact.event for line in history(connection, f"service/P{count}/1")]
        ids += [event.text_id for event in lines if isinstance(event, TextReceived)]
        settled = [event for event in lines if isinstance(event, TextSettled)]
        assert len(settled) == sum(isinstance(event, TextReceived) for event in lines)
        assert sum(isinstance(event, EvaluationRecorded) for event in rated) <= 1
    assert sorted(ids) == sorted(text.text_id for text in received)
    assert verify(store.engine, store.wiring).clean
    store.engine.dispose()
