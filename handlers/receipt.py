"""The receipt: the one answer an envelope ever gets. A repeat of the message reads it again."""

from enum import StrEnum

from hotline.refusal import Refusal
from hotline.values import dataclass


class ReceiptStatus(StrEnum):
    """回执状态."""

    DONE = "done"
    ACCEPTED = "accepted"  # Kafka keeps it, and it has no answer yet; never stored
    REFUSED = "refused"
    DEAD = "dead"  # could not be read or met a defect; the bytes are in the dead letters


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """回执: `version` is the stream's version after it; `positions` are (partition, position)."""

    message_id: str
    status: ReceiptStatus
    stream: str
    version: int
    refusal: Refusal | None = None
    positions: tuple[tuple[int, int], ...] = ()
    repeated: bool = False  # true when the message had been handled before
    bypassed: bool = False  # true when Kafka did not answer and the transaction took it itself
