"""Events of time."""

from datetime import datetime

from hotline.clocks.due import Due, Ladder
from hotline.tickets.vocabulary import (
    Stage,
    SuspensionGround,
    TimerKind,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRequested:
    """申请延期; the department's clock runs on meanwhile."""

    working_days: int
    reason: str
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionGranted:
    """同意延期: old dues plus N working days."""

    working_days: int
    reason: str
    department_due: Due
    citizen_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionDenied:
    """驳回延期."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionRequested:
    """申请挂起."""

    ground: SuspensionGround
    evidence: str
    until: datetime
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSuspended:
    """挂起: both clocks stand still until `until` at the latest."""

    ground: SuspensionGround
    evidence: str
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionDenied:
    """驳回挂起."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketResumed:
    """恢复: dues shifted by the working days of the pause."""

    reason: str
    department_due: Due
    citizen_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRecomputed:
    """重算时限 after a calendar was published: old, new, and by which version."""

    calendar: str
    citizen_due: Due | None = None
    department_due: Due | None = None
    stage_due: Due | None = None
    citizen_due_before: datetime | None = None
    department_due_before: datetime | None = None
    stage_due_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketWarned:
    """黄灯."""

    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketBecameOverdue:
    """超期, 红灯: carries the instants of notice and supervision levels that follow."""

    due_at: datetime
    ladder: Ladder


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueNoticeIssued:
    """催办通知书, at the opening of the first working day after."""

    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenDueMissed:
    """The promise to the citizen ran out; a new date must be told."""

    due_at: datetime
    citizen_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class StageBecameOverdue:
    """A limit of a stage ran out; the stage goes on, the delay is on record."""

    stage: Stage
    timer: TimerKind
    due_at: datetime
    rule: str
    stage_due: Due | None = None  # next step, where no other clock covers the stage
