"""The list a person reads and the state a rule reads tell the same after every single fact."""

from datetime import timedelta

import hypothesis
from hypothesis import strategies as st

from tests.city import City
from tests.property.test_loops import (
    MATTER_STEPS,
    OPENINGS,
    RATINGS,
    Step,
    poor_stories,
    steps,
    tell_matter,
    tell_poor,
)
from tests.property.test_ticket_invariants import Told, moderately, stories
from tests.unit.projections.agreement import disagreements


@moderately
@hypothesis.given(stories())
def test_a_line_agrees_with_a_hotline_ticket(told: Told) -> None:
    assert disagreements(f"ticket/{told.state.number}", told.facts) == []


@moderately
@hypothesis.given(steps(MATTER_STEPS))
def test_a_line_agrees_with_a_matter(story: list[tuple[Step | None, timedelta]]) -> None:
    assert _of_city(tell_matter(story)) == []


@moderately
@hypothesis.given(poor_stories, st.sampled_from(RATINGS), st.sampled_from(OPENINGS))
def test_a_line_agrees_with_a_poor_evaluation_and_its_service(
    story: list[tuple[Step | None, timedelta]], rating: Step, opening: tuple[Step, ...]
) -> None:
    opened = [(step, timedelta(0)) for step in opening]
    assert _of_city(tell_poor([*opened, *story], rating)) == []


def _of_city(city: City) -> list[str]:
    found: list[str] = []
    for stream in city.records:
        if stream.startswith(("ticket/", "service/")):
            facts = [line.fact for line in city.log if line.stream == stream]
            found += disagreements(stream, facts)
    return found
