"""Commands of assignment."""

from hotline.tickets.vocabulary import (
    ContactWay,
    ReturnGround,
    TicketType,
    Urgency,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PrecheckTicket:
    """预审: type, class and urgency as the hotline stands by them."""

    type: TicketType
    category: str
    urgency: Urgency = Urgency.NORMAL
    complex: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignTicket:
    """派单: lead and assisting departments, by a catalogue entry or for a stated reason."""

    lead: str
    assists: tuple[str, ...] = ()
    entry: str = ""  # catalogue entry id
    reason: str = ""
    transfer_text: str = ""  # 脱敏转办稿
    confidence: float = 0.0
    suggested: str = ""  # what the trained suggestion said, kept beside the choice
    override_duty_guard: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeTicket:
    """签收; 认领 for a poor evaluation."""

    handler: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContact:
    """首次联系: contact with evidence. `reached` false is an attempt."""

    way: ContactWay
    evidence: str
    reached: bool = True
    call_id: str = ""
    call_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnTicket:
    """退单: not this department's business, with the legal basis."""

    ground: ReturnGround
    basis: str
    proposed_department: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptReturn:
    """同意退单: a catalogue lesson."""

    lesson: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseReturn:
    """驳回退单: this department may not return it again."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjudicateTicket:
    """裁定: binding, with minutes, both departments heard; becomes a catalogue rule."""

    lead: str
    minutes: str
    heard: tuple[str, ...]
    assists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAssist:
    """请求协办."""

    department: str
    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteAssist:
    """协办完成."""

    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiveAssist:
    """免除协办, with the reason."""

    department: str
    reason: str
