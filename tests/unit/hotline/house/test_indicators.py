"""Indicators are versioned data: a version replaces, a code keeps its meaning for ever."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hotline.evaluations.indicators import NATIONAL, Indicator
from hotline.facts import Fact
from hotline.house.commands import PublishIndicators
from hotline.house.decide import decide
from hotline.house.events import HouseEvent
from hotline.house.evolve import evolve
from hotline.house.state import HouseSettings, PublishedIndicators, Wording
from hotline.people.actors import SYSTEM
from hotline.refusal import Refusal
from hotline.situation import Situation

NEW = Indicator("L1-09", 1, "要求到指定中介办理", "Sent to an agency")
CITY = PublishIndicators(version="2027", sentences=(*NATIONAL.sentences, NEW))


def after(state: HouseSettings | None, *events: HouseEvent) -> HouseSettings | None:
    for event in events:
        state = evolve(state, Fact(event, SYSTEM, datetime(2026, 3, 2, tzinfo=UTC)))
    return state


def published(
    command: PublishIndicators, state: HouseSettings | None, situation: Situation
) -> HouseSettings | None:
    decision = decide(command, state, situation)
    assert not isinstance(decision, Refusal), decision
    return after(state, *decision)


def test_a_version_replaces_the_one_before_and_repeats_in_silence(situation: Situation) -> None:
    state = published(CITY, None, situation)
    assert isinstance(state, PublishedIndicators)
    assert (state.version, state.sentences, state.former) == ("2027", CITY.sentences, ())
    assert decide(CITY, state, situation) == ()


def test_a_sentence_that_went_keeps_its_code(situation: Situation) -> None:
    state = published(CITY, None, situation)
    less = PublishIndicators(version="2028", sentences=NATIONAL.sentences)
    state = published(less, state, situation)
    assert isinstance(state, PublishedIndicators)
    assert state.former == (NEW,)
    other = replace(NEW, zh="别的意思")
    reused = PublishIndicators(version="2029", sentences=(*NATIONAL.sentences, other))
    refusal = decide(reused, state, situation)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.detail) == ("indicator-reused", {"indicator": "L1-09"})
    back = replace(CITY, version="2029")
    state = published(back, state, situation)
    assert isinstance(state, PublishedIndicators)
    assert state.former == ()


@pytest.mark.parametrize(
    ("sentences", "code"),
    [
        ((*NATIONAL.sentences, NEW, NEW), "indicator-repeated"),
        ((*NATIONAL.sentences, replace(NEW, level=2)), "indicator-malformed"),
        ((*NATIONAL.sentences, replace(NEW, code="X")), "indicator-malformed"),
        ((*NATIONAL.sentences, replace(NEW, zh=" ")), "indicator-wordless"),
        ((*NATIONAL.sentences, replace(NEW, en="")), "indicator-wordless"),
        ((*NATIONAL.sentences, replace(NEW, zh="长" * 61)), "indicator-too-long"),
        ((replace(NATIONAL.sentences[1], zh="改了"), *NATIONAL.sentences[2:]), "indicator-reused"),
        (NATIONAL.sentences[1:], "indicator-other-missing"),
    ],
)
def test_half_a_table_is_refused_as_a_whole(
    sentences: tuple[Indicator, ...], code: str, situation: Situation
) -> None:
    refusal = decide(PublishIndicators(version="2027", sentences=sentences), None, situation)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


@pytest.mark.parametrize(
    ("version", "code"), [(" ", "version-missing"), (NATIONAL.version, "version-repeated")]
)
def test_a_version_has_a_name_of_its_own(version: str, code: str, situation: Situation) -> None:
    refusal = decide(replace(CITY, version=version), None, situation)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


def test_indicators_do_not_stand_where_words_do(situation: Situation) -> None:
    refusal = decide(CITY, Wording(words="x"), situation)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "wrong-stream"
