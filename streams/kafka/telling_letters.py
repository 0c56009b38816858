"""通报死信: tells the topic of dead letters of each letter, at least once.

Claim, publish, wait, mark: one transaction, whose locks keep other workers from the same letters.
"""

from collections import defaultdict
from typing import Final

from sqlalchemy import Engine, bindparam, select, update

from streams.database.engine import writing
from streams.database.moments import instant
from streams.database.statements import Statement
from streams.database.tables import dead_letters
from streams.kafka.relay import Publish
from streams.messages.letter_notices import LetterNotice, message_of_notice
from streams.messages.raw import OutgoingMessage

LETTERS_MAX: Final = 200
"""Letters that are told of at once (our default)."""

_CLAIM: Final = Statement(
    lambda _: (
        select(
            dead_letters.c.id,
            dead_letters.c.source,
            dead_letters.c.reason,
            dead_letters.c.first_seen_at,
        )
        .where(~dead_letters.c.is_published)
        .order_by(dead_letters.c.first_seen_at, dead_letters.c.id)
        .limit(bindparam("count"))
        .with_for_update(skip_locked=True)
    )
)
_MARK: Final = Statement(
    lambda _: (
        update(dead_letters)
        .values(is_published=True)
        .where(dead_letters.c.id == bindparam("letter"))
    )
)


def tell_letters(engine: Engine, publish: Publish, letters_max: int = LETTERS_MAX) -> int:
    """Publish a notice of each letter that nobody was told of; tell how many are safe."""
    with writing(engine) as connection:
        pages: defaultdict[int, list[OutgoingMessage]] = defaultdict(list)
        letters: defaultdict[int, list[str]] = defaultdict(list)
        for letter, place, reason, first_seen_at in _CLAIM.rows(connection, (letters_max,)):
            seen_at = instant(first_seen_at)
            message = message_of_notice(
                LetterNotice(letter=letter, place=place, reason=reason, first_seen_at=seen_at)
            )
            pages[message.partition].append(message)
            letters[message.partition].append(letter)
        if not pages:
            return 0
        safe = publish(pages)
        told = [one for part, count in safe.items() for one in letters[part][:count]]
        for letter in told:
            _MARK.run(connection, (letter,))
    return len(told)
