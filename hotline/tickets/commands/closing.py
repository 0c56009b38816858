"""Commands of revisit, triage, closure."""

from hotline.tickets.vocabulary import (
    Channel,
    ClosureCode,
    ContactWay,
    DissatisfactionReason,
    VerificationFinding,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRevisit:
    """回访: one attempt, with its outcome when the citizen was reached.

    For a poor evaluation it is the verification (核实) before handling; `finding` is then due.
    """

    way: ContactWay
    connected: bool
    contacted_by_department: bool | None = None
    solved: bool | None = None
    satisfaction: int | None = None  # 1-5
    attitude: int | None = None  # 1-5
    reason: DissatisfactionReason | None = None
    text: str = ""
    recording: str = ""
    finding: VerificationFinding | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRedo:
    """重办: why the demand is lawful and what to do differently."""

    lawful_because: str
    differently: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeExplainedClosure:
    """拟解释结案: first of two persons."""

    code: ClosureCode
    basis: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveExplainedClosure:
    """同意解释结案: the second person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyExplainedClosure:
    """驳回解释结案."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseTicket:
    """结案 where no revisit closes it: a direct answer accepted, a refusal let stand."""

    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseObjection:
    """异议: by the citizen, within 5 working days after closure."""

    channel: Channel
    summary: str
    narrative: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveTicket:
    """归档 after the objection window."""
