"""Commands of handling and answer."""

from hotline.tickets.vocabulary import (
    MatterResult,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportStage:
    """阶段反馈: every 5 working days of a complex case."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTicket:
    """答复 as drafted by the handler: public and internal text, basis, evidence."""

    public_text: str
    internal_text: str
    basis: str
    solved: bool
    evidence: tuple[str, ...] = ()
    unsolved_reason: str = ""
    matter_result: MatterResult | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitFeedback:
    """反馈: the department's leader signs the draft, the department's clock stops."""

    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewAnswer:
    """审核: by an assignment officer who did not handle it, against the checklist."""

    approved: bool
    contact_proven: bool
    answers_question: bool
    basis_stated: bool
    no_template: bool
    no_personal_data: bool
    reason: str = ""
