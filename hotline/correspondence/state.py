"""State of what passes between the house and one citizen."""

from datetime import datetime

from hotline.correspondence.vocabulary import ErasureDecision, TaskKind
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactTask:
    """联络任务 that is open."""

    task: str
    kind: TaskKind
    about: str
    reason: str
    template: str
    text: str
    opened_at: datetime
    by_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedErasure:
    """删除申请, as the newest one stands."""

    ticket: str
    asked_at: datetime
    by_at: datetime
    decision: ErasureDecision = ErasureDecision.WAITING
    decided_at: datetime | None = None
    reason: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondence:
    """往来. Times are kept only as far back as a rule looks."""

    last_at: datetime
    wants_invitations: bool = True
    reason_asked_of: str = ""  # stream of the service whose poor rating waits for its reason
    reason_asked_at: datetime | None = None
    replies_at: tuple[datetime, ...] = ()
    states_told_at: tuple[datetime, ...] = ()
    tasks: tuple[ContactTask, ...] = ()
    region: str = ""
    erasure: AskedErasure | None = None
