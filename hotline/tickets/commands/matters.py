"""Commands of matter."""

from hotline.tickets.vocabulary import (
    ContactWay,
    MatterCause,
    MatterScope,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageMatter:
    """研判: cause, scope and opinion; a plain no needs a report."""

    cause: MatterCause
    scope: MatterScope
    opinion: str
    negative_report: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleOnSpot:
    """立即办."""

    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveNotice:
    """一次性告知: one list of what is missing, with proof that it was handed over."""

    materials: tuple[str, ...]
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenJointReview:
    """联动会审: lead and assisting departments at one table."""

    lead: str
    assists: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludeJointReview:
    """会审纪要: positions of each department; the lead handles on."""

    minutes: str
    lead: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveFeedback:
    """反馈 to the person (and, for a matter, the window)."""

    way: ContactWay
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordImprovement:
    """共性整改: the item owner changes guide, process or system, or says why not."""

    change: str
