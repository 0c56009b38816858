"""派单行: one stretch of a department's responsibility, from assignment or redo to its end."""

from dataclasses import dataclass
from enum import StrEnum


class AssignmentEnd(StrEnum):
    """终结: how a department's stretch ended; "" while it runs."""

    NONE = ""
    RETURNED = "returned"  # 同意退单
    REASSIGNED = "reassigned"  # 裁定 or assigned anew
    PASSED = "passed"  # the answer passed review
    CLOSED = "closed"  # the ticket ended otherwise


@dataclass(slots=True)
class AssignmentLine:
    """派单行: `redo` above 0 marks a redo's clock, which is no assignment of its own."""

    ticket: int
    sequence: int
    number: str
    version: int = 0
    department: str = ""
    redo: int = 0
    entry: str = ""
    suggested: str = ""
    confidence: float = 0.0
    adjudicated: bool = False
    joint: bool = False
    duty_guard_overridden: bool = False
    assigned_at: int = 0
    acknowledge_due_at: int | None = None
    acknowledged_at: int | None = None
    contact_due_at: int | None = None
    contacted_at: int | None = None
    contact_proven: bool = False
    due_at: int | None = None
    returned_at: int | None = None
    return_ground: str = ""
    return_based: bool = False  # a legal basis was stated
    proposed_department: str = ""
    return_decision: str = "none"
    return_decided_at: int | None = None
    extensions_count: int = 0
    suspensions_count: int = 0
    overdue: bool = False
    submitted_at: int | None = None
    submitted_on_time: bool | None = None  # waits for review
    sent_back_count: int = 0
    on_time: bool | None = None  # of the submission that passed
    end: str = ""
    ended_at: int | None = None
