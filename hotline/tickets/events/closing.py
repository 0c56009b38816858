"""Events of revisit, triage, closure."""

from hotline.clocks.due import Due
from hotline.tickets.vocabulary import (
    Channel,
    ClosureCode,
    ContactWay,
    DissatisfactionReason,
    VerificationFinding,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisitRecorded:
    """回访: one attempt. `stage_due` is the next attempt when nobody answered."""

    attempt: int
    way: ContactWay
    connected: bool
    contacted_by_department: bool | None = None
    solved: bool | None = None
    satisfaction: int | None = None
    attitude: int | None = None
    reason: DissatisfactionReason | None = None
    text: str = ""
    recording: str = ""
    finding: VerificationFinding | None = None
    department_due: Due | None = None  # poor evaluation: the rectification clock
    stage_due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageOpened:
    """研判: unsolved or dissatisfied."""

    reason: str
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class RedoOrdered:
    """重办: a new 5 working day clock and a new promise; the first answer keeps its mark."""

    redo: int
    lawful_because: str
    differently: str
    department_due: Due | None
    citizen_due: Due
    stage_due: Due | None = None  # where no department held it yet: precheck


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedClosureProposed:
    """拟解释结案."""

    code: ClosureCode
    basis: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedClosureDenied:
    """驳回解释结案."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketClosed:
    """结案. `explained` marks ClosedWithExplanation; `stage_due` ends the objection window."""

    code: ClosureCode
    explained: bool
    basis: str
    text: str
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionRaised:
    """异议."""

    channel: Channel
    summary: str
    narrative: str
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionDecided:
    """异议处理: upheld by a redo, or answered by an explained closure."""

    upheld: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketArchived:
    """归档: read only from here."""
