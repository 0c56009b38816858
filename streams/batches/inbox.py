"""收件箱: makes twice once. Every message has one answer; a repeat reads it again.

The same id with other content is no repeat but a defect of the sender, and goes to the dead
letters.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, func, or_, select
from sqlalchemy.sql import ClauseElement

from handlers.envelope import Envelope
from handlers.receipt import Receipt
from hotline.calls.commands import KeepRecording, ReceiveCall
from hotline.correspondence.commands import ReceiveText, ReportMissedCall
from hotline.evaluations.commands import RecordEvaluation, RecordService
from hotline.tickets.commands import RegisterTicket
from hotline.values import replace
from streams.database.moments import microseconds
from streams.database.statements import ByKey, Insert, Row, Statement
from streams.database.tables import inbox
from streams.messages.wire import decode_receipt, encode, encode_actor, encode_receipt

_LOOKED_UP: Final[dict[type, tuple[str, ...]]] = {
    RegisterTicket: ("caller",),
    RecordService: ("citizen",),
    RecordEvaluation: ("evaluator",),
    ReceiveText: ("related",),
    ReportMissedCall: ("call_back_at",),
    ReceiveCall: ("caller", "admission"),
    KeepRecording: ("keep_until",),
}
"""The fields of a command that were looked up or reckoned when the command was made."""

_KNOWN: Final = ByKey(inbox.c.message_id, inbox.c.message_id, inbox.c.fingerprint, inbox.c.receipt)
_WRITE: Final = Insert(inbox)


def _prune(_dialect: str) -> ClauseElement:
    """Spare the newest message of each place: it says how far an intake topic was handled."""
    others = inbox.alias("others")
    newest = (
        select(func.max(others.c.offset))
        .where(others.c.topic == inbox.c.topic, others.c.partition == inbox.c.partition)
        .correlate(inbox)
        .scalar_subquery()
    )
    older = or_(inbox.c.topic.is_(None), inbox.c.offset < newest)
    return delete(inbox).where(inbox.c.received_at < bindparam("before"), older)


_PRUNE: Final = Statement(_prune)


def fingerprint_of(envelope: Envelope) -> bytes:
    """Give what must be the same in a repeat: stream, actor and command.

    The time may differ: a form sent again after a broken line arrives later. So may the reference
    of a person who was looked up by number: the first attempt itself may have made it known.
    """
    command: Any = envelope.command
    if looked_up := _LOOKED_UP.get(type(command)):
        command = replace(command, **dict.fromkeys(looked_up, ""))
    said = (envelope.stream, type(command).__name__, encode_actor(envelope.actor), command)
    return hashlib.sha256(encode(said)).digest()


def fallback_fingerprint(envelope: Envelope) -> bytes:
    """Give a fingerprint of an envelope that may not even be encoded."""
    text = f"{envelope.message_id}\n{envelope.stream}\n{envelope.command!r}"
    return hashlib.sha256(text.encode(errors="backslashreplace")).digest()


def answered(
    connection: Connection, message_ids: Sequence[str]
) -> dict[str, tuple[bytes, Receipt]]:
    """Give the fingerprint and the first answer of the messages that are known already."""
    return {
        message_id: (fingerprint, replace(decode_receipt(receipt), repeated=True))
        for message_id, fingerprint, receipt in _KNOWN.rows(connection, sorted(set(message_ids)))
    }


def remember(
    connection: Connection,
    handled: Sequence[tuple[Envelope, bytes, Receipt]],
    now: datetime,
) -> None:
    """Store the answers."""
    at = microseconds(now)
    _WRITE.run(connection, [_row(*one, at) for one in handled])


def prune(connection: Connection, before: datetime) -> int:
    """Forget messages older than this; their repeats would be handled anew."""
    return _PRUNE.count(connection, (microseconds(before),))


def _row(envelope: Envelope, fingerprint: bytes, receipt: Receipt, at: int) -> Row:
    source = envelope.source
    place = (source.topic, source.partition, source.offset) if source else (None, None, None)
    return (envelope.message_id, fingerprint, *place, encode_receipt(receipt), at)
