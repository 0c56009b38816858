"""派单行: one stretch of a department's responsibility, from assignment or redo to its end."""

from enum import StrEnum

from hotline.values import dataclass


class AssignmentEnd(StrEnum):
    """终结: how a department's stretch ended; "" while it runs."""

    NONE = ""
    RETURNED = "returned"  # 同意退单
    REASSIGNED = "reassigned"  # 裁定 or assigned anew
    PASSED = "passed"  # the answer passed review
    CLOSED = "closed"  # the ticket ended otherwise


@dataclass(slots=True)
class AssignmentLine:
    """派单行: `redo` above 0 marks a redo's clock, which is no assignment of its own.

    The revisit that follows an answer stands in the line of that answer, so that each round keeps
    its own. A line of sequence 0 holds the revisit of what nobody was assigned.
    """

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
    ending: str = ""
    ended_at: int | None = None
    suspended_at: int | None = None  # while it is
    revisit_due_at: int | None = None
    first_revisited_at: int | None = None  # the first attempt
    revisited_at: int | None = None  # the attempt that connected, or the last one
    connected: bool | None = None
    solved: bool | None = None
    satisfaction: int | None = None
