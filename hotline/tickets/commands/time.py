"""Commands of time."""

from datetime import datetime

from hotline.tickets.vocabulary import (
    SuspensionGround,
    TimerKind,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestExtension:
    """申请延期, at least 1 working day before the due time."""

    working_days: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantExtension:
    """同意延期."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyExtension:
    """驳回延期."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSuspension:
    """申请挂起: ground, evidence and an end."""

    ground: SuspensionGround
    evidence: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendTicket:
    """同意挂起: the assignment officer decides."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DenySuspension:
    """驳回挂起."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeTicket:
    """恢复 before the agreed end."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecomputeDue:
    """重算时限 after a calendar was published (policy); under the calendar of the batch."""

    calendar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FireTimer:
    """到时: a timer row came due. Quiet when the ticket no longer runs that timer."""

    timer: TimerKind
    due_at: datetime
