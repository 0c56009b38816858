"""What is kept of the settings of the house."""

from dataclasses import dataclass
from typing import TypeAlias

from hotline.evaluations.indicators import Indicator


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedIndicators:
    """评价指标 as last published, and the sentences of former versions, by codes still taken."""

    version: str
    sentences: tuple[Indicator, ...]
    former: tuple[Indicator, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """短信文案 in force; no words means those that the product brings along."""

    words: str = ""


HouseSettings: TypeAlias = PublishedIndicators | Wording
