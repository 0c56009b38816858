"""Commands of oversight."""

from hotline.tickets.vocabulary import (
    ExclusionCode,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgeTicket:
    """催办 (L0), by staff or on behalf of the citizen."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSupervision:
    """督办 at a level 1-3. Level 3 is informed to the discipline inspection, signed by a person."""

    level: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseSupervision:
    """销号: a level only goes down with a closing text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestExclusion:
    """申请剔除 from assessment."""

    code: ExclusionCode
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveExclusion:
    """同意剔除: a second person outside the handling department."""

    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseExclusion:
    """驳回剔除."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceLegalHold:
    """法定保全: stops deletion."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftLegalHold:
    """解除保全."""

    reason: str
