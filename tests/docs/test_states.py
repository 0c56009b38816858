"""The generated pages say what the rules do today."""

import pytest

from docs.tools.states import DOCS, PAGES, arrows
from hotline.tickets.stages import TERMINAL
from hotline.tickets.vocabulary import Kind, Stage


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "run python -m docs.tools.states"


@pytest.mark.parametrize("kind", Kind)
def test_every_stage_that_is_left_behind_leads_to_an_end(kind: Kind) -> None:
    found = arrows(kind)
    ends: set[Stage] = set(TERMINAL)
    while more := {start for start, end in found if end in ends} - ends:
        ends |= more
    assert {stage for arrow in found for stage in arrow} <= ends
