"""The generated pages say what the code does today."""

import pytest

from docs.tools.pages import DOCS, PAGES

pytestmark = pytest.mark.xdist_group("states")  # the walk is made once


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "run python -m docs.tools"
