"""Commands of poor evaluation."""

from hotline.tickets.vocabulary import (
    AppealGround,
    RectificationResult,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAppeal:
    """申诉 by the rated side, with evidence."""

    ground: AppealGround
    evidence: str
    evaluator_confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAppeal:
    """申诉审核 by another person."""

    upheld: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRectification:
    """责令整改: of the cause of a cluster, or after a failed check."""

    measure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteRectification:
    """整改完成: measure, person and proof."""

    result: RectificationResult
    measure: str
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordLaterEvaluation:
    """追评: the evaluator rates once more after feedback (policy)."""

    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRectification:
    """复核: passed, or back with the reason."""

    passed: bool
    reason: str = ""
