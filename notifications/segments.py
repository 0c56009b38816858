"""短信条数: how many segments a text costs. Counts; never cuts.

A text of the GSM 03.38 alphabet has 160 septets alone and 153 in each joined segment; any other is
UCS-2 with 70 and 67 units (3GPP TS 23.038, TS 23.040). Neither an escaped character nor a surrogate
pair is split between two segments.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Encoding(StrEnum):
    """编码 on the air."""

    GSM_7 = "gsm-7"
    UCS_2 = "ucs-2"


@dataclass(frozen=True, slots=True)
class Length:
    """长度: units in the encoding, and the segments they fill."""

    encoding: Encoding
    units: int
    segments: int


@dataclass(frozen=True, slots=True)
class Tariff:
    """资费: what one segment costs (our default; every contract differs)."""

    per_segment: Decimal = Decimal("0.05")
    currency: str = "CNY"

    def estimate(self, text: str) -> Decimal:
        """Estimate the price of a text."""
        return self.per_segment * measure(text).segments


_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED: Final = frozenset("\f^{}\\[~]|€")
_ALONE: Final = {Encoding.GSM_7: 160, Encoding.UCS_2: 70}
_JOINED: Final = {Encoding.GSM_7: 153, Encoding.UCS_2: 67}
_PLANE_0_MAX: Final = 0xFFFF


def measure(text: str) -> Length:
    """Measure a text as it will be sent."""
    widths = [_septets(character) for character in text]
    encoding = Encoding.GSM_7
    if 0 in widths:
        encoding = Encoding.UCS_2
        widths = [2 if ord(character) > _PLANE_0_MAX else 1 for character in text]
    units = sum(widths)
    if units <= _ALONE[encoding]:
        return Length(encoding, units, 1 if text else 0)
    return Length(encoding, units, _segments(widths, _JOINED[encoding]))


def _septets(character: str) -> int:
    if character in _BASIC:
        return 1
    return 2 if character in _ESCAPED else 0


def _segments(widths: Iterable[int], room: int) -> int:
    segments, left = 1, room
    for width in widths:
        if width > left:
            segments, left = segments + 1, room
        left -= width
    return segments
