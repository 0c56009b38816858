from dataclasses import fields
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_type_hints

import pytest

from hotline.clocks.due import Due, Ladder
from hotline.tickets import events as e
from projections.schema import micros
from projections.tickets.line import TicketLine
from projections.tickets.project import FOLDS, project
from tests.unit.projections.story import DAY, HOUR, START, Log, Story, due, number


def folded(log: Log) -> TicketLine:
    line: TicketLine | None = None
    for each in log.lines:
        line = project(line, each)
    assert line is not None
    return line


def story(log: Log) -> Story:
    return Story(log, number(1)).register()


def test_registration_fills_the_line(log: Log) -> None:
    story(log)
    line = folded(log)
    assert (line.number, line.title, line.stage) == (number(1), "小区停水", "Registered")
    assert line.citizen_due_at == micros(START + 10 * DAY)
    assert line.open


def test_the_departments_answer_is_judged_when_it_passes_review(log: Log) -> None:
    told = story(log).assign().acknowledge().contact().submit(on_time=False)
    assert folded(log).on_time is None
    told.approve()
    line = folded(log)
    assert (line.on_time, line.first_on_time, line.stage) == (False, False, "AwaitingRevisit")


def test_a_redo_keeps_the_mark_of_the_first_answer(log: Log) -> None:
    told = story(log).assign().acknowledge().submit(on_time=False).approve().revisit(solved=False)
    told.redo().submit(on_time=True).approve()
    line = folded(log)
    assert (line.redo_count, line.first_on_time, line.on_time) == (1, False, True)


def test_an_answer_sent_back_is_no_answer(log: Log) -> None:
    told = story(log).assign().acknowledge().submit(on_time=True)
    told.tell(e.AnswerSentBack(reason="模板", department_due=due(told.at + DAY)))
    line = folded(log)
    assert (line.submitted_at, line.on_time, line.sent_back_count) == (None, None, 1)


def test_a_new_department_begins_with_a_green_light_and_the_ticket_stays_marked(log: Log) -> None:
    told = story(log).assign().wait(6 * DAY).become_overdue()
    assert (folded(log).light, folded(log).light_order) == ("red", 0)
    told.hand_back().accept_return().assign("housing")
    line = folded(log)
    assert (line.light, line.light_order, line.overdue) == ("green", 2, True)
    assert line.departments == "water,housing"


def test_a_fact_seen_before_changes_nothing(log: Log) -> None:
    story(log).tell(e.TicketUrged(reason=""))
    line = folded(log)
    again = project(line, log.lines[-1])
    assert again.urges_count == 1


@pytest.mark.parametrize("kind", sorted(FOLDS, key=str))
def test_any_fact_may_come_first(kind: type, log: Log) -> None:
    event: Any = _any_event(kind)
    line = project(None, log.add(f"ticket/{number(7)}", event, START))
    assert (line.number, line.version) == (number(7), 1)


def test_a_fact_of_another_kind_only_moves_version_and_time(log: Log) -> None:
    told = story(log)
    before = folded(log).stage
    told.wait(HOUR).tell(object())
    assert (folded(log).stage, folded(log).version) == (before, 2)


def _any_event(kind: type) -> Any:
    """An event with a plausible value in every field."""

    def value(hint: Any) -> Any:
        if isinstance(hint, UnionType):
            return value(get_args(hint)[0])
        if isinstance(hint, type) and issubclass(hint, Enum):
            return next(iter(hint))
        plain: dict[Any, Any] = {
            Due: due(START),
            Ladder: Ladder(notice_at=START, level_1_at=START, level_2_at=START, level_3_at=START),
            str: "x",
            int: 1,
            bool: True,
            float: 0.5,
            dict[str, str]: {"title": "x", "urgency": "x"},
            tuple[str, ...]: ("x",),
        }
        return plain.get(hint, START)

    hints = get_type_hints(kind)
    made = {field.name: value(hints[field.name]) for field in fields(kind)}
    if "number" in made:
        made["number"] = number(7)
    return kind(**made)
