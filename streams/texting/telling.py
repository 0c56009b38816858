"""电话告知: a text that cannot arrive becomes a task for a person, by a command like any other.

The task's id is the intent's, so that a crash between command and mark repeats neither.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import Engine

from handlers.envelope import Envelope
from handlers.outcome import Context
from handlers.receipt import ReceiptStatus
from hotline.correspondence.commands import ReportUndelivered
from hotline.people.actors import Actor, Role
from notifications.undelivered import Undelivered, mark_reported, unreported
from streams.batches.commit import commit_batch
from streams.wiring import Wiring

OUTBOX: Final = Actor("outbox", Role.SYSTEM)


def report_undelivered(engine: Engine, context: Context, wiring: Wiring, now: datetime) -> int:
    """Report a batch of failed texts; give how many became a task."""
    failed = unreported(engine)
    reported = [_envelope(one, now) for one in failed if one.matters]
    receipts = commit_batch(engine, reported, context, wiring, now) if reported else []
    taken = sum(receipt.status is ReceiptStatus.DONE for receipt in receipts)
    mark_reported(engine, (one.intent_id for one in failed), now)
    return taken


def _envelope(one: Undelivered, now: datetime) -> Envelope:
    return Envelope(
        message_id=f"undelivered/{one.intent_id}",
        stream=one.recipient,
        command=ReportUndelivered(
            intent_id=one.intent_id, template=one.template, about=one.stream, error=one.error
        ),
        actor=OUTBOX,
        at=now,
        causation=one.stream,
    )
