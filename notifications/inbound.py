"""来信: a text that reached the provider, and the command that it becomes. Pure.

Number and words are kept out of `repr`, so that no log can hold them; the command carries masked
words only, and what was written goes to the vault beside it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from hotline.correspondence.commands import ReceiveText
from hotline.correspondence.grammar import parse
from hotline.correspondence.vocabulary import Meaning
from hotline.people.masking import mask

WORDS_MAX: Final = 2000
"""Longer than any text can be; what is beyond is left in the provider's list (our default)."""

_KEPT: Final = frozenset({Meaning.WORDS, Meaning.NOTHING})


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedText:
    """来信, as the provider hands it over. `text_id` is the provider's own."""

    provider: str
    text_id: str
    phone: str = field(repr=False)
    words: str = field(repr=False)

    @property
    def message_id(self) -> str:
        """Name the message: the same text twice is one."""
        return f"{self.provider}/{self.text_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedCall:
    """漏接, as the telephone provider hands it over."""

    provider: str
    call_id: str
    phone: str = field(repr=False)

    @property
    def message_id(self) -> str:
        """Name the message: the same call twice is one."""
        return f"{self.provider}/{self.call_id}"


def command_of(
    received: ReceivedText, related: Iterable[str], narrative: str, known: Iterable[str] = ()
) -> ReceiveText:
    """Make the command of a text. `known` are words of this person that must be masked."""
    words = received.words[:WORDS_MAX]
    signal = parse(words)
    kept = signal.meaning in _KEPT
    return ReceiveText(
        text_id=received.text_id,
        meaning=signal.meaning,
        level=signal.level,
        solved=signal.solved,
        number=signal.number,
        text=mask(words.strip(), known=known) if kept else "",
        narrative=narrative if kept else "",
        related=tuple(related),
    )
