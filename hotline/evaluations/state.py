"""State of a service and its rating."""

from datetime import datetime

from hotline.clocks.due import Due
from hotline.evaluations.vocabulary import EvaluationSource, Mark, Node, RatedObject, Signal
from hotline.values import dataclass


@dataclass(frozen=True, kw_only=True)
class Service:
    """办件 with at most one rating and one later rating. No slots: a fold copies it whole."""

    project_no: str
    service_number: str
    region: str
    department: str
    node: Node
    object: RatedObject
    served_at: datetime
    last_at: datetime
    item_code: str = ""
    citizen: str = ""
    staff: str = ""
    ticket: str = ""
    language: str = "zh"
    invite_due: Due | None = None
    invitations_count: int = 0
    level: int = 0  # 0 = not rated
    is_default: bool = False
    source: EvaluationSource = EvaluationSource.CITIZEN
    evaluator: str = ""
    real_name: bool = False
    reason_pending: bool = False
    rated_at: datetime | None = None
    later_level: int = 0
    rerate_until: datetime | None = None
    mark: Mark = Mark.NONE
    loop: str = ""
    signals: tuple[Signal, ...] = ()
    signals_wait: bool = False  # nobody has looked at them yet
