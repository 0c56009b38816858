"""Folding the facts of the settings of the house. No rules: they have already happened."""

from typing import assert_never

from hotline.facts import Fact
from hotline.house.decide import FIRST
from hotline.house.events import (
    HouseEvent,
    IndicatorsPublished,
    WordingPublished,
    WordingWithdrawn,
)
from hotline.house.state import HouseSettings, PublishedIndicators, Wording


def evolve(state: HouseSettings | None, fact: Fact[HouseEvent]) -> HouseSettings:
    """Fold one fact. A sentence that went keeps its code for ever."""
    match fact.event:
        case IndicatorsPublished(version=version, sentences=sentences):
            before = state if isinstance(state, PublishedIndicators) else FIRST
            codes = {one.code for one in sentences}
            former = {one.code: one for one in (*before.former, *before.sentences)}
            return PublishedIndicators(
                version=version,
                sentences=sentences,
                former=tuple(one for code, one in former.items() if code not in codes),
            )
        case WordingPublished(words=words):
            return Wording(words=words)
        case WordingWithdrawn():
            return Wording()
        case _ as never:
            assert_never(never)
