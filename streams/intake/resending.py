"""重发: sends dead letters again, once the defect that killed them is mended."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from handlers.envelope import Envelope
from handlers.receipt import Receipt, ReceiptStatus
from streams.database.engine import reading, writing
from streams.intake.taking import read_again
from streams.letters import dead_letters
from streams.messages.wire import UnreadableError
from streams.people.vault import Vault


@dataclass(frozen=True, slots=True)
class Resent:
    """重发结果: no receipt where there is no such letter, or `reason` says why it is unreadable."""

    letter: str
    receipt: Receipt | None
    reason: str = ""


def resend(
    engine: Engine,
    vault: Vault,
    submit: Callable[[Envelope], Receipt],
    letter_id: str,
    now: datetime,
) -> Resent:
    """Send one dead letter again; closed unless it dies again.

    An envelope goes under an id of its own. A message that could not be read is read once more,
    for the reader may have learnt what it did not know.
    """
    with reading(engine) as connection:
        letter = dead_letters.find(connection, vault, letter_id)
    if letter is None or letter.resolved_by:
        return Resent(letter_id, None)
    try:
        envelope = _envelope_of(engine, vault, letter, now)
    except UnreadableError as error:
        with writing(engine) as connection:
            dead_letters.mark_resent(connection, letter_id)
        return Resent(letter_id, None, str(error))
    receipt = submit(envelope)
    with writing(engine) as connection:
        if receipt.status is ReceiptStatus.DEAD:
            # The new letter of the attempt says the same; the old one stays the one that waits.
            dead_letters.mark_resent(connection, letter_id)
            if receipt.refusal is not None:
                again = receipt.refusal.detail["letter"]
                dead_letters.resolve(connection, again, letter_id)
        else:
            dead_letters.resolve(connection, letter_id, receipt.message_id)
    return Resent(letter_id, receipt)


def _envelope_of(
    engine: Engine, vault: Vault, letter: dead_letters.DeadLetter, now: datetime
) -> Envelope:
    if not letter.message_id:
        with reading(engine) as connection:
            if envelope := read_again(connection, vault, letter.data, now):
                return envelope
    return dead_letters.envelope_again(letter)
