"""The rules of the settings of the house: which indicators and which words may be published."""

import re
from collections import Counter
from typing import Final, assert_never

from hotline.evaluations.indicators import NATIONAL, Indicator
from hotline.evaluations.vocabulary import Level
from hotline.house.commands import (
    HouseCommand,
    PublishIndicators,
    PublishWording,
    WithdrawWording,
)
from hotline.house.events import (
    HouseEvent,
    IndicatorsPublished,
    WordingPublished,
    WordingWithdrawn,
)
from hotline.house.state import HouseSettings, PublishedIndicators, Wording
from hotline.house.wording import LANGUAGES, wording_problem
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation

_CODE: Final = re.compile(r"L([1-5])-[0-9]{2,3}")
_OTHER: Final = "L{level}-00"
SENTENCE_LENGTH_MAX: Final = 60
"""A sentence stands beside a tick box on a small phone (our default)."""


def decide(
    command: HouseCommand, state: HouseSettings | None, situation: Situation
) -> Decision[HouseEvent]:
    """Say what follows from the command, or why nothing does."""
    match command:
        case PublishIndicators():
            if isinstance(state, Wording):
                return Refusal("wrong-stream", {"expected": "indicators"})
            return _publish_indicators(command, state or FIRST)
        case PublishWording():
            if isinstance(state, PublishedIndicators):
                return Refusal("wrong-stream", {"expected": "wording"})
            return _publish_wording(command, state or Wording(), situation.subject)
        case WithdrawWording():
            if isinstance(state, PublishedIndicators):
                return Refusal("wrong-stream", {"expected": "wording"})
            if not command.reason.strip():
                return Refusal("reason-missing")
            return (WordingWithdrawn(reason=command.reason),) if state and state.words else ()
        case _ as never:
            assert_never(never)


FIRST: Final = PublishedIndicators(version=NATIONAL.version, sentences=NATIONAL.sentences)
"""What is in force before anything was published."""


def _publish_indicators(
    command: PublishIndicators, state: PublishedIndicators
) -> Decision[HouseEvent]:
    if not command.version.strip():
        return Refusal("version-missing")
    if command.version == state.version:
        same = command.sentences == state.sentences
        return () if same else Refusal("version-repeated", {"version": command.version})
    codes = Counter(one.code for one in command.sentences)
    if repeated := next((code for code, count in codes.items() if count > 1), ""):
        return Refusal("indicator-repeated", {"indicator": repeated})
    taken = {one.code: one for one in (*state.former, *state.sentences)}
    for one in command.sentences:
        if problem := _sentence_problem(one, taken.get(one.code)):
            return problem
    for level in Level:
        if (other := _OTHER.format(level=int(level))) not in codes:
            return Refusal("indicator-other-missing", {"indicator": other})
    return (IndicatorsPublished(version=command.version, sentences=command.sentences),)


def _sentence_problem(one: Indicator, taken: Indicator | None) -> Refusal | None:
    where = {"indicator": one.code}
    found = _CODE.fullmatch(one.code)
    if found is None or int(found[1]) != one.level:
        return Refusal("indicator-malformed", where)
    if not one.zh.strip() or not one.en.strip():
        return Refusal("indicator-wordless", where)
    if max(len(one.zh), len(one.en)) > SENTENCE_LENGTH_MAX:
        return Refusal("indicator-too-long", {**where, "most": str(SENTENCE_LENGTH_MAX)})
    if taken is not None and taken.zh != one.zh:
        return Refusal("indicator-reused", where)
    return None


def _publish_wording(command: PublishWording, state: Wording, subject: str) -> Decision[HouseEvent]:
    language, _, template = subject.partition("/")
    if language not in LANGUAGES:
        return Refusal("unknown-language", {"language": language})
    if not command.reason.strip():
        return Refusal("reason-missing")
    if problem := wording_problem(template, command.words):
        return problem
    if command.words == state.words:
        return ()
    return (WordingPublished(words=command.words, reason=command.reason),)
