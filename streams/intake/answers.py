"""收件答复: what became of a message, by its id, also where it died first and was sent again."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from handlers.receipt import Receipt, ReceiptStatus
from streams.batches import inbox
from streams.intake.taking import PREMATURE_REASON
from streams.letters import dead_letters
from streams.people.vault import Vault

_AGAIN_MAX: Final = 8
"""How often a letter that was sent again is followed to its next answer (our default)."""


@dataclass(frozen=True, slots=True)
class IntakeAnswer:
    """收件答复: `waits` while a rating is kept until its service is known."""

    receipt: Receipt
    waits: bool = False


def answer_of(connection: Connection, vault: Vault, message_id: str) -> IntakeAnswer | None:
    """Give the newest answer to a message; None while there is none."""
    answer: IntakeAnswer | None = None
    for _ in range(_AGAIN_MAX):
        found = inbox.answered(connection, [message_id]).get(message_id)
        if found is None:
            break
        answer = IntakeAnswer(found[1])
        letter = _letter_of(connection, vault, found[1])
        if letter is None:
            break
        if not letter.resolved_by:
            return IntakeAnswer(found[1], waits=letter.reason == PREMATURE_REASON)
        message_id = letter.resolved_by
    return answer


def _letter_of(
    connection: Connection, vault: Vault, receipt: Receipt
) -> dead_letters.DeadLetter | None:
    if receipt.status is not ReceiptStatus.DEAD or receipt.refusal is None:
        return None
    return dead_letters.find(connection, vault, receipt.refusal.detail.get("letter", ""))
