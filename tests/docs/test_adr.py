"""The decisions keep their form, their numbers, and name what exists."""

import re
from pathlib import Path

import pytest

from docs.tools.pages import DOCS

ROOT = DOCS.parent
DECISIONS = sorted((DOCS / "adr").glob("*.md"))
PARTS = ("Context", "Decision", "Consequences", "What would change our mind")


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: str(page.name))
def test_a_decision_keeps_its_form(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.findall(r"^\*\*(.+?)\.\*\*", text, re.MULTILINE) == list(PARTS)
    assert text.startswith(f"# {int(page.name[:4])}. ")
    assert len(text.splitlines()) < 40


def test_the_numbers_have_no_gap() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: str(page.name))
def test_the_modules_named_exist(page: Path) -> None:
    named = re.findall(r"`([a-z]+/[a-z_/]+\.py)`", page.read_text("utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []
