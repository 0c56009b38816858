"""Events of assignment."""

from hotline.clocks.due import Due
from hotline.tickets.vocabulary import (
    ContactWay,
    ReturnGround,
    TicketType,
    Urgency,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketPrechecked:
    """预审. New dues when the type or urgency was set anew."""

    type: TicketType
    category: str
    urgency: Urgency
    complex: bool
    citizen_due: Due
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAssigned:
    """派单. The department's clock runs from here, not from acknowledgement."""

    lead: str
    assists: tuple[str, ...]
    entry: str
    reason: str
    transfer_text: str
    department_due: Due
    stage_due: Due  # acknowledgement
    citizen_due: Due | None = None  # a new date that must be told, when returns used up the old one
    confidence: float = 0.0
    suggested: str = ""
    duty_guard_overridden: bool = False
    assist_due: Due | None = None  # one working day before the lead's


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAcknowledged:
    """签收, 认领."""

    handler: str
    contact_due: Due | None
    stage_due: Due | None = None  # poor evaluation: verification


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRecorded:
    """首次联系, or an attempt at it."""

    way: ContactWay
    evidence: str
    reached: bool
    call_id: str
    call_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketReturned:
    """退单 asked for."""

    department: str
    ground: ReturnGround
    basis: str
    proposed_department: str
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAccepted:
    """同意退单."""

    department: str
    lesson: str
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRefused:
    """驳回退单."""

    department: str
    reason: str
    stage_due: Due | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjudicationOpened:
    """提交裁定: two returns were used, or duty is unclear."""

    reason: str
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAdjudicated:
    """裁定."""

    lead: str
    assists: tuple[str, ...]
    minutes: str
    heard: tuple[str, ...]
    department_due: Due
    stage_due: Due
    citizen_due: Due | None = None
    assist_due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistRequested:
    """请求协办."""

    department: str
    task: str
    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistCompleted:
    """协办完成."""

    department: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistWaived:
    """免除协办."""

    department: str
    reason: str
