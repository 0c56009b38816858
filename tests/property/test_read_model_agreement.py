"""The list a person reads and the state a rule reads tell the same of every ticket."""

import hypothesis

from tests.property.test_ticket_invariants import Told, moderately, stories
from tests.unit.projections.agreement import held, line_of, shown


@moderately
@hypothesis.given(stories())
def test_a_line_agrees_with_the_state_after_every_story(told: Told) -> None:
    assert shown(line_of(told.state.number, told.facts)) == held(told.state)
