"""Events of oversight."""

from hotline.tickets.vocabulary import (
    ExclusionCode,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUrged:
    """催办 (L0)."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionOpened:
    """督办. `proposed` true: the system proposes level 3, a person signs it."""

    level: int
    reason: str
    proposed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisionClosed:
    """销号."""

    level: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionRequested:
    """申请剔除."""

    code: ExclusionCode
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionApproved:
    """同意剔除."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionRefused:
    """驳回剔除."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHoldPlaced:
    """法定保全."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHoldLifted:
    """解除保全."""

    reason: str
