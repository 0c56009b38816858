"""Events of the settings of the house. A change never rewrites history."""

from dataclasses import dataclass
from typing import TypeAlias

from hotline.evaluations.indicators import Indicator


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorsPublished:
    """发布评价指标."""

    version: str
    sentences: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingPublished:
    """发布短信文案."""

    words: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingWithdrawn:
    """撤回短信文案."""

    reason: str


HouseEvent: TypeAlias = IndicatorsPublished | WordingPublished | WordingWithdrawn
