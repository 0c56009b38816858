"""The drawn states leave nobody behind."""

import pytest

from docs.tools.states import walk
from hotline.tickets.stages import TERMINAL
from hotline.tickets.vocabulary import Kind, Stage

pytestmark = pytest.mark.xdist_group("states")  # the walk is made once


@pytest.mark.parametrize("kind", Kind)
def test_every_stage_that_is_left_behind_leads_to_an_end(kind: Kind) -> None:
    found = walk(kind).arrows
    ends: set[Stage] = set(TERMINAL)
    while more := {start for start, end in found if end in ends} - ends:
        ends |= more
    assert {stage for arrow in found for stage in arrow} <= ends


def test_every_stage_is_drawn_for_some_kind() -> None:
    drawn = {stage for kind in Kind for arrow in walk(kind).arrows for stage in arrow}
    assert drawn == set(Stage)
