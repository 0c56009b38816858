"""Intake over a real broker: by our own faces, and by whoever has only read the document."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest

from docs.tools.pages import DOCS
from handlers.envelope import Envelope
from handlers.receipt import ReceiptStatus
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import RegisterTicket
from hotline.tickets.vocabulary import Channel, Kind, TicketType
from streams.messages.topics import CALLS
from streams.processes.opening import Store, distributed_runtime, kafka_first
from streams.runtime import Runtime
from tests.contract.distributed.crew import Crew, Topics, count, now, until
from tests.contract.distributed.test_intake import DEAD, HANDLED, TICKETS
from tests.simulation.small_city import TOWN

pytestmark = [pytest.mark.kafka, pytest.mark.postgresql]

Hire = Callable[..., Crew]


def registration() -> Envelope:
    return Envelope(
        message_id=f"api/{uuid4().hex}",
        stream="",
        command=RegisterTicket(
            kind=Kind.HOTLINE,
            type=TicketType.COMPLAINT,
            channel=Channel.PHONE,
            region=TOWN,
            title="路灯不亮",
            summary="路灯不亮三天",
        ),
        actor=Actor("o-1", Role.OPERATOR),
        at=now(),
    )


@contextmanager
def face(store: Store, **changed: object) -> Iterator[Runtime]:
    """Run what an API process runs."""
    settings = store.settings.model_copy(update=changed)
    opened = Store(
        settings=settings,
        engine=store.engine,
        wiring=store.wiring,
        vault=store.vault,
        accounts=store.accounts,
        contexts=store.contexts,
    )
    runtime = kafka_first(opened, distributed_runtime(opened, now))
    runtime.start()
    try:
        yield runtime
    finally:
        runtime.stop()


def test_a_call_goes_to_kafka_and_its_number_comes_back(crew: Hire, store: Store) -> None:
    crew().ready()
    with face(store, kafka_ack_seconds=20.0, intake_answer_seconds=30.0) as runtime:
        receipts = [one.result(60) for one in map(runtime.hand_in, (registration() for _ in "123"))]
    assert {receipt.status for receipt in receipts} == {ReceiptStatus.DONE}
    assert not any(receipt.bypassed for receipt in receipts)
    assert count(store, HANDLED) == count(store, TICKETS) == len(receipts)


def test_without_a_worker_kafka_keeps_the_call_for_the_next_one(crew: Hire, store: Store) -> None:
    with face(store, kafka_ack_seconds=20.0, intake_answer_seconds=0.1) as runtime:
        receipt = runtime.hand_in(registration()).result(60)
    assert receipt.status is ReceiptStatus.ACCEPTED
    assert count(store, TICKETS) == 0

    crew().ready()
    until(lambda: count(store, TICKETS) == 1, "the next worker registers it")


def test_where_no_broker_answers_the_transaction_takes_the_call(store: Store) -> None:
    gone = {"kafka_bootstrap": "127.0.0.1:1", "kafka_ack_seconds": 0.5}
    with face(store, **gone) as runtime:
        receipts = [runtime.hand_in(registration()).result(60) for _ in range(2)]
    assert [one.status for one in receipts] == [ReceiptStatus.DONE] * 2
    assert all(one.bypassed for one in receipts)
    assert (count(store, TICKETS), count(store, HANDLED)) == (2, 0)


def test_the_program_of_the_document_registers_a_ticket(
    crew: Hire, topics: Topics, store: Store
) -> None:
    page = (DOCS / "how-to" / "send-to-the-intake.md").read_text("utf-8")
    (program,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    environment = {**os.environ, "BOOTSTRAP": topics.broker, "REGION": TOWN}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=120)
    assert topics.lag(store.settings.kafka_group, CALLS) == 1

    crew().ready()

    until(lambda: count(store, TICKETS) == 1, "the ticket is registered")
    assert count(store, DEAD) == 0
