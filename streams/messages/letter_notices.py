"""死信通报: on `bihuan.dead-letters.v1`, that something could not be handled, and why.

It holds reference and reason only. The letter itself may be personal and stays in the database,
sealed; who may see it asks for it by its reference.
"""

from datetime import datetime
from typing import Final

import msgspec

from streams.database.partitions import partition_of
from streams.messages.cloudevents import JSON
from streams.messages.raw import Headers, OutgoingMessage
from streams.messages.topics import DEAD_LETTERS

NOTICE_SOURCE: Final = "/bihuan/dead-letters"
NOTICE_TYPE: Final = "bihuan.dead-letter.v1"

_FIXED: Final[Headers] = (
    ("ce_specversion", b"1.0"),
    ("ce_source", NOTICE_SOURCE.encode()),
    ("ce_type", NOTICE_TYPE.encode()),
    ("content-type", JSON.encode()),
)


class LetterNotice(msgspec.Struct, frozen=True, kw_only=True):
    """死信通报: one letter; `place` is topic/partition/offset, "" for what came by another way."""

    letter: str
    place: str
    reason: str
    first_seen_at: datetime


def message_of_notice(notice: LetterNotice) -> OutgoingMessage:
    """Make the message. Its id is the letter's, so that a repeat is known as one."""
    headers = (
        *_FIXED,
        ("ce_id", notice.letter.encode()),
        ("ce_time", notice.first_seen_at.isoformat().encode()),
    )
    key = notice.letter
    return OutgoingMessage(
        DEAD_LETTERS, partition_of(key), key.encode(), msgspec.json.encode(notice), headers
    )
