"""The outbox on each database: many workers, each text once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from sqlalchemy import Engine

from notifications.claims import Claim, ClaimedText, Verdict, claim_due, settle
from notifications.outbox import TextStatus
from notifications.sender import SendResult
from notifications.simulated_sender import SimulatedSender, TableLedger
from tests.unit.notifications.facts import NOON
from tests.unit.notifications.post import Clock, merged, statuses, store, worker

CLAIM = Claim(provider="simulated", now=NOON, lease=timedelta(minutes=5), limit=7)


def test_workers_at_once_hold_each_text_once(engine: Engine) -> None:
    store(engine, [merged(count) for count in range(200)])
    store(engine, [merged(count) for count in range(200)])
    together = Barrier(4)

    def claim_all() -> list[ClaimedText]:
        together.wait()
        taken: list[ClaimedText] = []
        while batch := claim_due(engine, CLAIM):
            assert len(batch) <= CLAIM.limit
            taken.extend(batch)
        return taken

    with ThreadPoolExecutor(4) as workers:
        futures = [workers.submit(claim_all) for _ in range(4)]
        held = Counter(text.intent_id for future in futures for text in future.result())
    assert len(held) == 200
    assert set(held.values()) == {1}


def test_a_result_is_put_down_once(engine: Engine) -> None:
    store(engine, [merged(1)])
    (text,) = claim_due(engine, CLAIM)
    done = Verdict(text, SendResult(TextStatus.DELIVERED, "1"), NOON, segments=1, attempts=1)
    assert settle(engine, [done], NOON) == 1
    assert settle(engine, [done], NOON) == 0
    assert statuses(engine) == ["delivered"]


def test_the_simulated_provider_remembers_beyond_the_process(engine: Engine) -> None:
    store(engine, [merged(1)])
    clock = Clock()
    claim_due(engine, CLAIM)  # by a worker that died after the call below
    TableLedger(engine).take(merged(1).intent_id, SendResult(TextStatus.DELIVERED), "words")
    clock.pass_by(CLAIM.lease)
    man = worker(engine, SimulatedSender(TableLedger(engine)), clock)
    assert man.reconcile() == 1
    assert statuses(engine) == ["delivered"]
