"""No code is given without the words that people read for it."""

import re
from pathlib import Path
from typing import get_args

import pytest

from api.messages import LANGUAGES, Language, house_messages
from api.problems import status_of
from docs.tools.refusals import all_codes, refusals_of
from docs.tools.sources import codes_given, modules
from handlers.outcome import Event
from hotline.tickets.refusals import REFUSALS

OTHER = "other"
"""What is said of a code that is newer than the catalogue."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence(language: Language) -> None:
    known = house_messages().keys(language)
    assert sorted(code for code in all_codes() if f"refusal.{code}" not in known) == []


@pytest.mark.parametrize("section", ["refusal", "advice"])
def test_every_sentence_has_a_code(section: str) -> None:
    said = house_messages().section("zh", section)
    codes = {code for code in said if not code.startswith("status-")}
    assert sorted(codes - all_codes() - {OTHER}) == []


def test_every_status_that_is_given_has_advice() -> None:
    """What has no advice of its own is told what its status asks for."""
    statuses = {f"status-{status_of(code)}" for code in all_codes()}
    said = {code for code in house_messages().section("zh", "advice") if "status-" in code}
    assert said == statuses


def test_every_event_that_is_named_is_one() -> None:
    known = {event.__name__ for event in get_args(Event)}
    assert set(house_messages().section("zh", "event")) == known


def test_every_broken_rule_of_a_field_has_words() -> None:
    found = {
        code
        for path in modules("api")
        for code in re.findall(r'"code": "([a-z-]+)"', path.read_text("utf-8"))
    }
    assert set(house_messages().section("zh", "rule")) == found


def test_the_page_misses_no_code_of_a_ticket() -> None:
    assert refusals_of("hotline/tickets") == set(REFUSALS)


def test_codes_are_found_in_either_branch_of_a_choice(tmp_path: Path) -> None:
    module = tmp_path / "rules.py"
    module.write_text('no(1); Refusal("plain", {}); x.Refusal("one" if x else "two-b")', "utf-8")
    assert list(codes_given(module, "Refusal")) == ["plain", "one", "two-b"]
