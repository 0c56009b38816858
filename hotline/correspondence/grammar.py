"""来信语法: what the words of a text say by themselves. Full and half width, any case, polite ends.

Source: reply grammar of the domain handbook, section 8. Nothing is guessed: a text that is not
wholly one of these forms is words for a person to read.
"""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hotline.correspondence.vocabulary import Meaning
from hotline.values import dataclass

_ENDS: Final = " \t\r\n,.!?;:。、~\"'“”‘’()[]【】"
_RATING: Final = re.compile(r"([1-5])\s*(?:分|星)?\s*([YN])?")
_NUMBER: Final = re.compile(r"(?:查询?|工单|编号|CX)?\s*#?\s*(\d{20,24})")
_OUT: Final = frozenset({"退订", "退訂", "T", "TD", "QX", "取消", "STOP", "UNSUBSCRIBE"})
_IN: Final = frozenset({"订阅", "訂閱", "DY", "START", "UNSTOP", "SUBSCRIBE"})
_LEVELS: Final[Mapping[str, int]] = MappingProxyType(
    {"非常满意": 5, "满意": 4, "基本满意": 3, "不满意": 2, "非常不满意": 1}
)
_SOLVED: Final[Mapping[str, bool]] = MappingProxyType({"Y": True, "N": False})


@dataclass(frozen=True, slots=True)
class Signal:
    """信号: the meaning of a text with what it names."""

    meaning: Meaning
    level: int = 0
    solved: bool | None = None
    number: str = ""


def parse(text: str) -> Signal:
    """Understand a text by itself."""
    words = unicodedata.normalize("NFKC", text).strip(_ENDS).upper()
    if not words:
        return Signal(Meaning.NOTHING)
    if found := _RATING.fullmatch(words):
        return Signal(Meaning.RATING, int(found[1]), _SOLVED.get(found[2] or ""))
    if words in _LEVELS:
        return Signal(Meaning.RATING, _LEVELS[words])
    if words in ("0", "未解决", "没解决", "没有解决"):
        return Signal(Meaning.NOT_SOLVED, solved=False)
    if words in _OUT:
        return Signal(Meaning.OPT_OUT)
    if words in _IN:
        return Signal(Meaning.OPT_IN)
    if found := _NUMBER.fullmatch(words):
        return Signal(Meaning.STATE_ASKED, number=found[1])
    return Signal(Meaning.WORDS)
