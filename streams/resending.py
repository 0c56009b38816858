"""重发: sends dead letters again, once the defect that killed them is mended."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from handlers.envelope import Envelope
from handlers.receipt import Receipt, ReceiptStatus
from streams import dead_letters
from streams.engine import reading, writing
from streams.vault import Vault
from streams.wire import UnreadableError


@dataclass(frozen=True, slots=True)
class Resent:
    """重发结果: no receipt where the bytes are no envelope, or there is no such letter."""

    letter: str
    receipt: Receipt | None


def resend(
    engine: Engine, vault: Vault, submit: Callable[[Envelope], Receipt], letter_id: str
) -> Resent:
    """Send one dead letter again under an id of its own; closed unless it dies again."""
    with reading(engine) as connection:
        letter = dead_letters.find(connection, vault, letter_id)
    if letter is None or letter.resolved_by:
        return Resent(letter_id, None)
    try:
        envelope = dead_letters.envelope_again(letter)
    except UnreadableError:
        return Resent(letter_id, None)
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
