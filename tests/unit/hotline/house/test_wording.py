"""What the words of a text may hold, and that every text of the product may be edited."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import Environment, meta

from hotline.facts import Fact
from hotline.house.commands import PublishWording, WithdrawWording
from hotline.house.decide import decide
from hotline.house.events import HouseEvent
from hotline.house.evolve import evolve
from hotline.house.state import HouseSettings, Wording
from hotline.house.wording import LANGUAGES, PLACEHOLDERS, placeholders, wording_problem
from hotline.people.actors import SYSTEM
from hotline.refusal import Refusal
from hotline.situation import Situation
from notifications.intent import Template

TEMPLATES = Path(__file__).parents[4] / "notifications" / "templates"
PUBLISH = PublishWording(words="工单{{ number }}已结案。", reason="简短")


def built_in(language: str, template: str) -> str:
    text = (TEMPLATES / language / f"{template}.jinja").read_text(encoding="utf-8")
    return text.partition("-%}\n")[2] if text.startswith("{%- import") else text


def code_of(template: str, words: str) -> str:
    problem = wording_problem(template, words)
    return problem.code if problem else ""


@pytest.mark.parametrize("template", Template)
def test_the_values_of_a_text_are_those_that_its_templates_use(template: Template) -> None:
    used = {
        name
        for language in LANGUAGES
        for name in meta.find_undeclared_variables(
            Environment(autoescape=True).parse(
                (TEMPLATES / language / f"{template}.jinja").read_text(encoding="utf-8")
            )
        )
    }
    assert PLACEHOLDERS[template] == used | {"hotline"}


@pytest.mark.parametrize("template", Template)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_that_the_product_brings_along_may_be_published(
    language: str, template: Template
) -> None:
    assert code_of(template, built_in(language, template)) == ""


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (" ", "wording-empty"),
        ("长" * 1001, "wording-too-long"),
        ("工单{{ phone }}", "unknown-placeholder"),
        ("工单{{ number", "wording-unbalanced"),
        ("工单 }}", "wording-unbalanced"),
        ("{% if number %}工单", "wording-unbalanced"),
        ("{% endif %}", "wording-unbalanced"),
        ("{% else %}", "wording-unbalanced"),
        ("{# 秘 #}", "wording-unbalanced"),
        ("{% for one in number %}{% endfor %}", "wording-not-understood"),
        ("{% if %}x{% endif %}", "wording-not-understood"),
        ("{% set x = 1 %}", "wording-not-understood"),
        ("{% import 'x' as w %}", "wording-not-understood"),
        ("{{ }}", "wording-not-understood"),
        ("{{ number.__class__ }}", "wording-not-understood"),
        ("{{ w.secret(number) }}", "wording-not-understood"),
        ("{{ range(9) }}", "wording-not-understood"),
        ("{{ number * 99999999 }}", "wording-not-understood"),
        ("{{ number | upper }}", "wording-not-understood"),
        ("{{ ''.join(number) }}", "wording-not-understood"),
        ("{{ (number)(1) }}", "wording-not-understood"),
        ("{{ [number][0](1) }}", "wording-not-understood"),
        ("{% if kind in ('hotline', 'matter') %}工单{% endif %}{{ w.day(until_at) }}", ""),
    ],
)
def test_nothing_but_values_dates_and_conditions(words: str, code: str) -> None:
    assert code_of("closed", words) == code


def test_a_text_that_does_not_exist_has_no_words() -> None:
    assert code_of("poem", "x") == "unknown-template"


def test_the_values_that_words_name_are_listed() -> None:
    words = "{% if kind == 'x' %}{{ w.day(until_at) }}{% endif %}{{ number }}"
    assert placeholders(words) == {"kind", "until_at", "number"}


@pytest.fixture
def about_closed(situation: Situation) -> Situation:
    return replace(situation, subject="zh/closed")


def test_words_are_published_once_and_withdrawn(about_closed: Situation) -> None:
    state: HouseSettings | None = None
    (event,) = _done(PUBLISH, state, about_closed)
    state = evolve(None, Fact(event, SYSTEM, datetime(2026, 3, 2, tzinfo=UTC)))
    assert state == Wording(words=PUBLISH.words)
    assert _done(PUBLISH, state, about_closed) == ()
    (event,) = _done(WithdrawWording(reason="改回"), state, about_closed)
    state = evolve(state, Fact(event, SYSTEM, datetime(2026, 3, 2, tzinfo=UTC)))
    assert state == Wording()
    assert _done(WithdrawWording(reason="改回"), state, about_closed) == ()


@pytest.mark.parametrize(
    ("command", "subject", "code"),
    [
        (PUBLISH, "fr/closed", "unknown-language"),
        (PUBLISH, "zh/poem", "unknown-template"),
        (replace(PUBLISH, reason=" "), "zh/closed", "reason-missing"),
        (WithdrawWording(reason=""), "zh/closed", "reason-missing"),
    ],
)
def test_words_need_a_place_and_a_reason(
    command: PublishWording | WithdrawWording, subject: str, code: str, situation: Situation
) -> None:
    refusal = decide(command, None, replace(situation, subject=subject))
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


def _done(
    command: PublishWording | WithdrawWording, state: HouseSettings | None, situation: Situation
) -> tuple[HouseEvent, ...]:
    decision = decide(command, state, situation)
    assert not isinstance(decision, Refusal), decision
    return decision
