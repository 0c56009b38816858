"""Commands to the settings of the house: `indicators/` and `wording/<language>/<template>`."""

from dataclasses import dataclass
from typing import TypeAlias

from hotline.evaluations.indicators import Indicator


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishIndicators:
    """发布评价指标: the sentences of all five levels, replacing the version before.

    A code is never used again for another sentence, so that old ratings keep their meaning.
    """

    version: str
    sentences: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishWording:
    """发布短信文案 of one text in one language, in place of the words that were in force."""

    words: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawWording:
    """撤回短信文案: back to the words that the product brings along."""

    reason: str


HouseCommand: TypeAlias = PublishIndicators | PublishWording | WithdrawWording
