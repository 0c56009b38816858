"""Events of handling and answer."""

from hotline.clocks.due import Due
from hotline.tickets.vocabulary import (
    MatterResult,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StageReported:
    """阶段反馈."""

    text: str
    stage_due: Due | None = None  # the next report of a complex case


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDrafted:
    """拟稿: the handler's draft of the answer."""

    public_text: str
    internal_text: str
    basis: str
    solved: bool
    evidence: tuple[str, ...]
    unsolved_reason: str
    matter_result: MatterResult | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackSubmitted:
    """反馈: signed by the department's leader. `on_time` judges the department."""

    on_time: bool
    note: str
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerApproved:
    """审核通过."""

    contact_proven: bool
    answers_question: bool
    basis_stated: bool
    no_template: bool
    no_personal_data: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSentBack:
    """审核退回: the time between is not charged to the department, at most 1 working day."""

    reason: str
    department_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAnswered:
    """答复 sent to the citizen; the citizen's clock stops."""

    public_text: str
    on_time: bool
    stage_due: Due  # revisit
