"""Events of poor evaluation."""

from hotline.clocks.due import Due
from hotline.tickets.vocabulary import (
    AppealGround,
    RectificationResult,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealFiled:
    """申诉; no clock stops for it."""

    ground: AppealGround
    evidence: str
    evaluator_confirmed: bool
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDecided:
    """申诉审核. A mistaken rating ends the loop; a malicious one is marked and goes on."""

    ground: AppealGround
    upheld: bool
    reason: str
    stage_due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RectificationOrdered:
    """责令整改."""

    measure: str
    department_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class RectificationCompleted:
    """整改完成."""

    result: RectificationResult
    measure: str
    proof: str
    on_time: bool
    stage_due: Due  # feedback


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterEvaluationRecorded:
    """追评; the check may begin."""

    level: int
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class RerateWindowEnded:
    """The window of the re-evaluation passed without one; the check may begin."""

    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class RectificationChecked:
    """复核: passed, or back to rectification with a new clock."""

    passed: bool
    reason: str
    department_due: Due | None = None
