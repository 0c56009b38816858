"""The time machine: any moment, folded by the rules themselves."""

from datetime import timedelta
from typing import Any

from hotline.inspection.standing import Basis, Known, difference, standing
from hotline.tickets.vocabulary import Stage
from projections.log import LogLine
from tests.unit.projections.story import DAY, HOUR, START, Log, Story, number


def history() -> list[LogLine]:
    story = Story(Log(), number(1)).register().wait(HOUR).assign("water").wait(HOUR).acknowledge()
    story.wait(DAY).hand_back().wait(HOUR).accept_return().wait(HOUR).assign("roads")
    return story.log.lines


def known(later: timedelta = timedelta()) -> list[Known]:
    return [Known(line.version, line.fact, line.recorded_at + later) for line in history()]


def test_every_moment_gives_what_the_rules_knew_then() -> None:
    assert standing(known(), START - HOUR) == (None, 0)
    state, version = standing(known(), START + HOUR)
    assert state is not None
    assert (state.stage, state.lead, version) == (Stage.AWAITING_ACKNOWLEDGEMENT, "water", 2)
    state, version = standing(known(), START + 30 * DAY)
    assert state is not None
    assert (state.lead, state.returns, version) == ("roads", ("water",), 6)


def test_the_second_before_a_fact_does_not_hold_it() -> None:
    assert standing(known(), START + HOUR - timedelta(microseconds=1))[1] == 1


def test_what_the_house_did_not_know_yet_is_not_shown_as_known() -> None:
    late = known(later=2 * DAY)
    assert standing(late, START + DAY, Basis.RECORDED) == (None, 0)
    assert standing(late, START + DAY, Basis.OCCURRED)[1] == 3


def test_a_difference_names_what_changed_and_nothing_else() -> None:
    before, _ = standing(known(), START + 2 * HOUR)
    after, _ = standing(known(), START + 30 * DAY)
    found: dict[str, Any] = {one.name: (one.before, one.after) for one in difference(before, after)}
    assert found["lead"] == ("water", "roads")
    assert found["departments"] == (("water",), ("water", "roads"))
    assert found["returns"] == ((), ("water",))
    assert not {"title", "number", "caller", "hands", "last_at"} & found.keys()
    assert difference(after, after) == ()


def test_against_nothing_everything_that_says_something_differs() -> None:
    state, _ = standing(known(), START)
    names = {one.name for one in difference(None, state)}
    assert {"stage", "title", "citizen_due"} <= names
    assert "lead" not in names
