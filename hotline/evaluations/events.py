"""Events of a service and its rating."""

from datetime import datetime
from typing import TypeAlias

from hotline.clocks.due import Due
from hotline.evaluations.vocabulary import (
    EvaluationChannel,
    EvaluationKind,
    EvaluationSource,
    Mark,
    Node,
    RatedObject,
    Signal,
    SignalOutcome,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRecorded:
    """办件."""

    project_no: str
    service_number: str
    region: str
    department: str
    item_code: str
    item_name: str
    node: Node
    object: RatedObject
    served_at: datetime
    citizen: str
    staff: str
    ticket: str
    invite_due: Due | None  # 智能邀评; None where nobody can be invited
    language: str = "zh"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRecorded:
    """评价. `indicator_version` says which table the indicators were chosen from."""

    level: int
    channel: EvaluationChannel
    kind: EvaluationKind
    source: EvaluationSource
    indicators: tuple[str, ...]
    indicator_version: str
    text: str
    narrative: str
    evaluator: str
    device: str
    real_name: bool
    is_default: bool
    reason_pending: bool
    network: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonRecorded:
    """补充原因."""

    indicators: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterEvaluationGiven:
    """追评."""

    level: int
    channel: EvaluationChannel
    indicators: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationMarked:
    """标记; the rating stays, in a column of its own."""

    mark: Mark
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RerateWindowOpened:
    """开放追评."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopLinked:
    """差评工单 number."""

    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationInvited:
    """邀评 or its one reminder."""

    reminder: bool
    next_due: Due | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalsRaised:
    """疑点, beside the rating; a person looks."""

    signals: tuple[Signal, ...]
    related: tuple[str, ...]
    rules: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalsReviewed:
    """疑点核查."""

    outcome: SignalOutcome
    note: str


ServiceEvent: TypeAlias = (
    ServiceRecorded
    | EvaluationRecorded
    | ReasonRecorded
    | LaterEvaluationGiven
    | EvaluationMarked
    | RerateWindowOpened
    | LoopLinked
    | EvaluationInvited
    | SignalsRaised
    | SignalsReviewed
)
