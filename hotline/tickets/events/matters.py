"""Events of matter."""

from hotline.clocks.due import Due
from hotline.tickets.vocabulary import (
    ContactWay,
    MatterCause,
    MatterScope,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterTriaged:
    """研判 of a matter."""

    cause: MatterCause
    scope: MatterScope
    opinion: str
    negative_report: str
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterSettledOnSpot:
    """立即办."""

    result: str
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeGiven:
    """一次性告知."""

    materials: tuple[str, ...]
    proof: str
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class JointReviewOpened:
    """联动会审."""

    lead: str
    assists: tuple[str, ...]
    department_due: Due
    citizen_due: Due | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JointReviewConcluded:
    """会审纪要."""

    minutes: str
    lead: str
    stage_due: Due  # acknowledgement by the lead


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackGiven:
    """反馈 to the person. Opens the revisit of a matter, the re-rating of an evaluation."""

    way: ContactWay
    text: str
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ImprovementRecorded:
    """共性整改."""

    change: str
