"""The board of poor evaluations: five steps, each by its clock, a page at a time."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from hotline.people.sight import EVERYTHING, Sight
from hotline.tickets.events import StageBecameOverdue
from hotline.tickets.vocabulary import AppealGround, Kind, Stage, TimerKind
from projections.apply import apply_page
from projections.schema import micros
from projections.tickets import boards
from projections.tickets.line import TicketLine
from projections.tickets.loops import (
    LoopCount,
    LoopStep,
    appeals_decided,
    loop_column,
    loop_counts,
    step_of,
)
from projections.tickets.rows import LIVE
from tests.unit.projections.story import DAY, HOUR, START, Log, Story, number

_NOW = START + 10 * DAY


def line(id_: int, stage: Stage, days: float, **more: Any) -> TicketLine:
    """Give a loop whose clock runs out so many days after the start."""
    made = TicketLine(id_, f"n{id_}", kind=Kind.POOR_EVALUATION.value, stage=stage.value)
    made.stage_due_at = micros(START + timedelta(days=days))
    for name, value in more.items():
        setattr(made, name, value)
    return made


def saved(connection: Connection, *lines: TicketLine) -> None:
    LIVE.save(connection, lines)


def numbers(lines: Any) -> list[int]:
    return [one.id for one in lines]


@pytest.mark.parametrize(
    ("stage", "finding", "step"),
    [
        (Stage.AWAITING_ACKNOWLEDGEMENT, "", LoopStep.RATING),
        (Stage.RETURN_UNDER_REVIEW, "", LoopStep.RATING),
        (Stage.IN_VERIFICATION, "", LoopStep.REVISIT),
        (Stage.IN_APPEAL, "complex", LoopStep.HANDLING),
        (Stage.IN_RECTIFICATION, "reasonable", LoopStep.HANDLING),
        (Stage.IN_RECTIFICATION, "item_itself", LoopStep.RECTIFICATION),
        (Stage.AWAITING_FEEDBACK, "complex", LoopStep.FEEDBACK),
        (Stage.AWAITING_CHECK, "", LoopStep.FEEDBACK),
        (Stage.CLOSED, "complex", None),
    ],
)
def test_a_loop_stands_in_one_of_five_steps(
    stage: Stage, finding: str, step: LoopStep | None
) -> None:
    assert step_of(stage.value, finding) is step


@pytest.mark.parametrize("stage", sorted(Stage))
def test_a_column_holds_what_its_step_counts(connection: Connection, stage: Stage) -> None:
    for finding in ("", "reasonable", "complex"):
        saved(connection, line(1, stage, 1, finding=finding))
        held = [step for step in LoopStep if loop_column(connection, step).lines]
        counted = [step for step, one in loop_counts(connection, _NOW).items() if one.open]
        step = step_of(stage.value, finding)
        assert held == counted == ([step] if step else []), finding


@pytest.fixture
def feedback(connection: Connection) -> Connection:
    """Two stages in one column, interleaved by their clocks, and what does not belong there."""
    saved(
        connection,
        *(line(one, Stage.AWAITING_FEEDBACK, one) for one in (1, 3, 5, 7)),
        *(line(one, Stage.AWAITING_CHECK, one) for one in (2, 4, 6)),
        line(8, Stage.AWAITING_CHECK, 3),
        line(20, Stage.AWAITING_CHECK, 0, open=False),
        line(21, Stage.AWAITING_FEEDBACK, 0, kind=Kind.MATTER.value),
        line(22, Stage.AWAITING_CHECK, 0, secrecy=4),
    )
    return connection


def test_a_column_is_walked_page_by_page_in_the_order_of_its_clocks(feedback: Connection) -> None:
    found: list[int] = []
    cursor = ""
    for _ in range(5):
        page = loop_column(feedback, LoopStep.FEEDBACK, cursor=cursor, limit=2)
        found += numbers(page.lines)
        cursor = page.cursor
        if not cursor:
            break
    assert found == [1, 2, 3, 8, 4, 5, 6, 7]


def test_a_count_leads_to_the_lines_it_counts(feedback: Connection) -> None:
    now = START + timedelta(days=3, hours=1)
    counts = loop_counts(feedback, now)
    assert counts[LoopStep.FEEDBACK] == LoopCount(open=8, overdue=4)
    late = loop_column(feedback, LoopStep.FEEDBACK, overdue_at=now)
    assert numbers(late.lines) == [1, 2, 3, 8]


def test_a_reader_counts_what_the_reader_sees(feedback: Connection) -> None:
    only = Sight(department="water")
    assert loop_counts(feedback, _NOW, sight=only)[LoopStep.FEEDBACK].open == 0
    assert loop_counts(feedback, _NOW, sight=EVERYTHING)[LoopStep.FEEDBACK].open == 9
    none = Sight(kinds=frozenset({Kind.MATTER}))
    assert loop_column(feedback, LoopStep.FEEDBACK, sight=none).lines == ()


def test_every_column_is_read_from_its_index(connection: Connection) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(
        connection,
        "before_cursor_execute",
        lambda _c, _k, text, given, *_: asked.append((text, given)),
    )
    for step in LoopStep:
        loop_column(connection, step)
    questions = [one for one in asked if one[0].startswith("SELECT")]
    assert len(questions) >= len(LoopStep)
    for text, given in questions:
        plan = " ".join(
            row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", given)
        )
        assert "ix_ticket_lines_loop (stage=?)" in plan
        assert "TEMP B-TREE" not in plan


def test_decided_appeals_are_listed_newest_first(connection: Connection) -> None:
    saved(
        connection,
        *(
            line(
                one,
                Stage.CLOSED,
                1,
                appeal=AppealGround.MISTAKEN.value,
                appeal_decided_at=micros(START + one * HOUR),
            )
            for one in (1, 2, 3)
        ),
        line(4, Stage.IN_APPEAL, 1, appeal=AppealGround.MISTAKEN.value),
    )
    page = appeals_decided(connection, limit=2)
    rest = appeals_decided(connection, limit=2, cursor=page.cursor)
    assert (numbers(page.lines), numbers(rest.lines), rest.cursor) == ([3, 2], [1], "")


def test_what_missed_the_limit_of_its_stage_stays_on_the_lists_in_front(
    connection: Connection, log: Log
) -> None:
    late, soon = number(1), number(2)
    story = Story(log, late).register().wait(2 * HOUR)
    story.tell(
        StageBecameOverdue(
            stage=Stage.AWAITING_PRECHECK,
            timer=TimerKind.STAGE,
            due_at=START + HOUR,
            rule="default/precheck",
        )
    )
    Story(log, soon, START + HOUR).register()
    for page in log.pages():
        apply_page(connection, page)
    found = boards.stage_deadlines(connection, tuple(stage.value for stage in Stage))
    assert [one.number for one in found.lines] == [late, soon]
    assert found.lines[0].stage_overdue_at == micros(START + HOUR)
