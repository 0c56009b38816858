"""No code is given without the words that people read for it."""

from pathlib import Path

import pytest

from api.messages import LANGUAGES, Language, house_messages
from docs.tools.refusals import all_codes, refusals_of
from docs.tools.sources import codes_given
from hotline.tickets.refusals import REFUSALS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence(language: Language) -> None:
    known = house_messages().keys(language)
    assert sorted(code for code in all_codes() if f"refusal.{code}" not in known) == []


def test_the_page_misses_no_code_of_a_ticket() -> None:
    assert refusals_of("hotline/tickets") == set(REFUSALS)


def test_codes_are_found_in_either_branch_of_a_choice(tmp_path: Path) -> None:
    module = tmp_path / "rules.py"
    module.write_text('no(1); Refusal("plain", {}); x.Refusal("one" if x else "two-b")', "utf-8")
    assert list(codes_given(module, "Refusal")) == ["plain", "one", "two-b"]
