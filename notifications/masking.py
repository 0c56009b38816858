"""脱敏: hides telephone, identity and card numbers inside free text.

The last fence, not the first: events hold masked text already. Found by pattern and checksum, so a
date or a document number stays readable. Public office lines are fine: they are land lines and
short numbers. A name or an address has no pattern; no template has a place for either.
"""

import re
from typing import Final

_DIGIT_BEFORE: Final = r"(?<![0-9])"
_DIGIT_AFTER: Final = r"(?![0-9])"
_MOBILE: Final = re.compile(
    _DIGIT_BEFORE + r"(1[3-9][0-9])[ -]?([0-9]{4})[ -]?([0-9]{4})" + _DIGIT_AFTER
)
_PREFIXED_MOBILE: Final = re.compile(r"(?:\+|00)86[ -]?(?=1[3-9])")
_IDENTITY: Final = re.compile(_DIGIT_BEFORE + r"[1-9][0-9]{16}[0-9Xx]" + _DIGIT_AFTER)
_CARD: Final = re.compile(_DIGIT_BEFORE + r"[1-9][0-9]{15,18}" + _DIGIT_AFTER)
_IDENTITY_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS: Final = "10X98765432"
_NINE: Final = 9


def masked(text: str) -> str:
    """Mask what must not be read by whoever holds the handset."""
    text = _PREFIXED_MOBILE.sub("", text)
    text = _IDENTITY.sub(_mask_identity, text)
    text = _CARD.sub(_mask_card, text)
    return _MOBILE.sub(r"\1****\3", text)


def _mask_identity(found: re.Match[str]) -> str:
    number = found.group().upper()
    total = sum(
        int(digit) * weight for digit, weight in zip(number[:-1], _IDENTITY_WEIGHTS, strict=True)
    )
    if _IDENTITY_CHECKS[total % 11] != number[-1]:
        return found.group()
    return f"{number[:6]}********{number[-4:]}"


def _mask_card(found: re.Match[str]) -> str:
    number = found.group()
    doubled = [int(digit) * (2 if index % 2 else 1) for index, digit in enumerate(reversed(number))]
    if sum(value - _NINE if value > _NINE else value for value in doubled) % 10:
        return number
    return "*" * (len(number) - 4) + number[-4:]
