"""Messages: both languages know the same, and every code of the core has words."""

import re
from pathlib import Path

import pytest

from api.messages import house_messages, language_of
from api.problems import STATUS
from hotline.people.actors import Role
from hotline.tickets.vocabulary import Channel, Kind, Stage, TicketType
from notifications.intent import Template
from notifications.outbox import TextStatus

MESSAGES = house_messages()
CODE = re.compile(r'Refusal\(\s*"([a-z-]+)"')
ROOT = Path(__file__).parents[3]


def test_both_languages_have_the_same_keys() -> None:
    assert MESSAGES.keys("zh") == MESSAGES.keys("en")


def test_no_text_is_empty() -> None:
    for language in ("zh", "en"):
        assert all(MESSAGES.text(language, key).strip() for key in MESSAGES.keys(language))


def test_every_refusal_of_the_core_has_words() -> None:
    codes = {
        code
        for room in ("hotline", "handlers")
        for path in (ROOT / room).rglob("*.py")
        for code in CODE.findall(path.read_text(encoding="utf-8"))
    } | set(STATUS)
    assert sorted(code for code in codes if not MESSAGES.has(f"refusal.{code}")) == []


def test_every_word_of_the_vocabulary_has_words() -> None:
    for section, words in (
        ("stage", Stage),
        ("kind", Kind),
        ("type", TicketType),
        ("channel", Channel),
        ("role", Role),
        ("template", Template),
        ("text_status", TextStatus),
    ):
        assert [w.value for w in words if not MESSAGES.has(f"{section}.{w.value}")] == []


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr;q=1,en;q=0.2", "en"),
        ("en;q=0.3,zh;q=0.7", "zh"),
        ("en;q=x", "zh"),
    ],
)
def test_the_reader_chooses_the_language(accepted: str, language: str) -> None:
    assert language_of(accepted) == language
