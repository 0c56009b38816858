"""提交: runs a batch in transactions of its own, until every envelope has its answer.

A deadlock, or a neighbour who was first, runs the batch again. Any other error halves the batch
until the culprit stands alone, and that one goes to the dead letters. A database that is gone is
the caller's to wait for: nothing was stored.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from handlers.envelope import Envelope
from handlers.outcome import Context
from handlers.receipt import Receipt, ReceiptStatus
from hotline.refusal import Refusal
from streams.batches import inbox
from streams.batches.batch import run_batch
from streams.database.engine import DatabaseUnavailable, may_try_again, writing
from streams.letters import dead_letters
from streams.letters.defects import reason_of
from streams.wiring import Wiring

ATTEMPTS_MAX: Final = 12
"""How often a batch is run again after a deadlock or a lost race (our default)."""


def commit_batch(
    engine: Engine,
    envelopes: Sequence[Envelope],
    context: Context,
    wiring: Wiring,
    now: datetime,
) -> list[Receipt]:
    """Handle envelopes in order and commit; `DatabaseUnavailable` when nothing could be stored."""
    if not envelopes:
        return []
    try:
        return _attempts(engine, envelopes, context, wiring, now)
    except DatabaseUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 (whatever it is, it must not take the neighbours down)
        if len(envelopes) == 1:
            return [_bury(engine, envelopes[0], reason_of(error), wiring, now)]
    middle = len(envelopes) // 2
    return [
        receipt
        for half in (envelopes[:middle], envelopes[middle:])
        for receipt in commit_batch(engine, half, context, wiring, now)
    ]


def _attempts(
    engine: Engine,
    envelopes: Sequence[Envelope],
    context: Context,
    wiring: Wiring,
    now: datetime,
) -> list[Receipt]:
    for attempt in range(1, ATTEMPTS_MAX + 1):
        try:
            with writing(engine) as connection:
                return run_batch(connection, envelopes, context, wiring, now)
        except DBAPIError as error:
            if attempt == ATTEMPTS_MAX or not may_try_again(error):
                raise
    raise AssertionError("the last attempt returns or raises")


def _bury(
    engine: Engine, envelope: Envelope, reason: str, wiring: Wiring, now: datetime
) -> Receipt:
    """Keep an envelope that could not be written; its id may be one that no table can hold."""
    fingerprint = inbox.fallback_fingerprint(envelope)
    letter = dead_letters.letter_of(envelope, fingerprint, reason, wiring.vault, now)
    with writing(engine) as connection:
        dead_letters.bury(connection, [letter])
    return Receipt(
        message_id=envelope.message_id,
        status=ReceiptStatus.DEAD,
        stream=envelope.stream,
        version=0,
        refusal=Refusal("dead-letter", {"letter": letter[0]}),
    )
