"""标记: the few moves that many folds share: go to a stage, set a clock, light a lamp."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from hotline.clocks.due import Due
from hotline.tickets.vocabulary import Light, Secrecy, Stage, TicketType
from projections.schema import micros
from projections.tickets.line import TicketLine

Fold: TypeAlias = Callable[[TicketLine, Any, int], None]
"""Change a line by an event that happened at these microseconds."""

CLOSED_STAGES: Final = frozenset(
    stage.value
    for stage in (
        Stage.DIRECTLY_ANSWERED,
        Stage.REFUSED,
        Stage.MERGED,
        Stage.CLOSED,
        Stage.CLOSED_WITH_EXPLANATION,
        Stage.ARCHIVED,
    )
)
"""Stages in which nobody has work with the ticket."""

_RED: Final = Light.RED.value
_ORDERS: Final = {Light.RED.value: 0, Light.YELLOW.value: 1, Light.GREEN.value: 2}


def go(line: TicketLine, stage: str, stage_due: Due | None = None) -> None:
    """Go to a stage with its limit, None where none runs."""
    line.stage = stage
    line.open = stage not in CLOSED_STAGES
    line.stage_overdue_at = None
    line.stage_due_at = micros(stage_due.due_at) if stage_due else None


def first(before: int | None, at: int) -> int:
    """Keep when something happened for the first time."""
    return at if before is None else before


def close(line: TicketLine, at: int) -> None:
    """Write down a closure; the first one stays known when the ticket is taken up again."""
    line.closed_at = at
    line.first_closed_at = first(line.first_closed_at, at)


def step_aside(line: TicketLine, stage: str, stage_due: Due | None = None) -> None:
    """Go to a stage that will return to where the ticket came from."""
    line.stage_before = line.stage
    go(line, stage, stage_due)


def come_back(line: TicketLine, otherwise: str, stage_due: Due | None = None) -> None:
    """Return from a stage that stood aside."""
    go(line, line.stage_before or otherwise, stage_due)
    line.stage_before = ""


def light(line: TicketLine, colour: str) -> None:
    """Light a lamp."""
    line.light = colour
    line.light_order = _ORDERS.get(colour, 2)


def promise(line: TicketLine, due: Due | None) -> None:
    """Set the citizen's clock, if it changed."""
    if due is not None:
        line.citizen_due_at = micros(due.due_at)
        line.provisional = due.provisional


def charge(line: TicketLine, due: Due | None, at: int) -> None:
    """Set the department's clock, None for none: the lamp is green unless that has passed too."""
    due_at = line.department_due_at = micros(due.due_at) if due else None
    line.provisional = line.provisional or (due is not None and due.provisional)
    if due_at is not None and line.light == _RED and due_at <= at:
        return
    light(line, Light.GREEN.value)
    line.notice_issued = False


def take_back_answer(line: TicketLine) -> None:
    """Forget what was handed in and told: it no longer stands."""
    line.submitted_at = None
    line.submitted_on_time = None
    line.answered_at = None
    line.answered_in_time = None


def pause_stage(line: TicketLine, due: Due) -> None:
    """Let a decision's limit run in place of the stage's own."""
    line.stage_due_before_at = line.stage_due_at
    line.stage_due_at = micros(due.due_at)


def resume_stage(line: TicketLine, stage: str) -> None:
    """Go on in a stage with the limit that ran before."""
    before = line.stage_due_before_at
    go(line, stage)
    line.stage_due_at = before
    line.stage_due_before_at = None


def hide_reports(line: TicketLine) -> None:
    """举报: a report of a violation is confidential at least, also when it became one later."""
    if line.type == TicketType.REPORT.value:
        line.secrecy = max(line.secrecy, Secrecy.CONFIDENTIAL.value)


def joined(codes: str, code: str) -> str:
    """Add a code to a list."""
    return f"{codes},{code}" if codes else code


def without(codes: str, code: str) -> str:
    """Take a code from a list."""
    return ",".join(each for each in codes.split(",") if each != code)
