from projections.assignments.line import AssignmentLine
from projections.assignments.project import project
from projections.schema import micros
from tests.unit.projections.story import DAY, HOUR, START, Log, Story, number


def folded(log: Log) -> list[AssignmentLine]:
    lines: list[AssignmentLine] = []
    for each in log.lines:
        project(lines, each, 1, number(1))
    return lines


def test_each_assignment_is_a_line_of_its_own(log: Log) -> None:
    Story(log, number(1)).register().assign().hand_back().accept_return().assign("housing")
    first, second = folded(log)
    assert (first.department, first.return_decision, first.end) == ("water", "approved", "returned")
    assert (second.department, second.sequence, second.end) == ("housing", 2, "")


def test_a_refused_return_leaves_the_clock_running(log: Log) -> None:
    Story(log, number(1)).register().assign().hand_back().refuse_return()
    (line,) = folded(log)
    assert (line.return_decision, line.end) == ("refused", "")
    assert line.due_at == micros(START + 5 * DAY)


def test_timeliness_is_that_of_the_submission_which_passed(log: Log) -> None:
    told = Story(log, number(1)).register().assign().acknowledge().contact().wait(HOUR)
    told.submit(on_time=False)
    assert folded(log)[0].on_time is None
    told.approve()
    line = folded(log)[0]
    assert (line.on_time, line.end, line.contact_proven) == (False, "passed", True)


def test_a_redo_is_a_clock_but_no_assignment(log: Log) -> None:
    told = Story(log, number(1)).register().assign().acknowledge().submit().approve()
    told.revisit(solved=False).redo()
    lines = folded(log)
    assert [line.redo for line in lines] == [0, 1]
    assert lines[1].due_at == micros(START + 5 * DAY)


def test_facts_before_any_assignment_make_no_line(log: Log) -> None:
    Story(log, number(1)).register().hand_back().submit().close()
    assert folded(log) == []


def test_facts_seen_before_change_nothing(log: Log) -> None:
    Story(log, number(1)).register().assign().hand_back().accept_return().assign("housing")
    lines = folded(log)
    for each in log.lines:
        project(lines, each, 1, number(1))
    assert lines == folded(log)
