"""The page on importing lists the columns that the command knows, and codes that exist."""

import re
from typing import Final

import pytest

from cli.importing import _KNOWN, _REQUIRED, _TYPES
from docs.tools.pages import DOCS
from docs.tools.refusals import command_codes

TEXT: Final = (DOCS / "how-to" / "import.md").read_text("utf-8")
COLUMNS: Final = TEXT.partition("## Columns")[2].partition("## ")[0]
CODES: Final = TEXT.partition("| code | do |")[2]


@pytest.mark.parametrize("field", sorted(_KNOWN))
def test_every_field_and_its_columns_are_listed(field: str) -> None:
    assert f"`{field}`" in COLUMNS
    row = next(line for line in COLUMNS.splitlines() if f"`{field}`" in line.partition("|")[2][:40])
    assert all(name in row for name in _KNOWN[field] if name != field)
    assert ("| yes |" in row) == (field in _REQUIRED)


def test_every_type_is_listed() -> None:
    assert all(name in COLUMNS for name in _TYPES)


def test_the_codes_exist() -> None:
    assert set(re.findall(r"`([a-z]+-[a-z-]+)`", CODES)) <= command_codes()
