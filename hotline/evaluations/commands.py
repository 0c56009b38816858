"""Commands to a service (办件) and its rating; stream `service/<projectNo>/<serviceNumber>`."""

from datetime import datetime
from typing import TypeAlias

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
class RecordService:
    """办件: a real service took place; only such a one can be rated."""

    project_no: str
    service_number: str
    region: str
    department: str
    item_code: str
    item_name: str
    node: Node
    object: RatedObject
    served_at: datetime
    citizen: str = ""  # reference; "" = anonymous
    staff: str = ""  # rated person, when a person is rated
    ticket: str = ""  # number, when the service is an answered ticket
    language: str = "zh"  # in which texts are written to the citizen


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEvaluation:
    """评价: once per service. `reason_pending` admits a bare digit of a text message."""

    level: int
    channel: EvaluationChannel
    kind: EvaluationKind = EvaluationKind.PER_MATTER
    source: EvaluationSource = EvaluationSource.CITIZEN
    indicators: tuple[str, ...] = ()
    text: str = ""  # masked
    narrative: str = ""
    evaluator: str = ""  # citizen reference; "" = anonymous
    device: str = ""  # keyed mark
    network: str = ""  # keyed mark of the address it came from
    real_name: bool = False
    is_default: bool = False  # imported default rating: kept, never counted
    reason_pending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReason:
    """补充原因: the reason of a bare poor digit, told later."""

    indicators: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLater:
    """追评: at most one; by the evaluator; the original stays."""

    level: int
    channel: EvaluationChannel
    indicators: tuple[str, ...] = ()
    text: str = ""
    evaluator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkEvaluation:
    """标记 as mistaken or malicious after an appeal was upheld (policy)."""

    mark: Mark
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRerateWindow:
    """开放追评 after feedback (policy)."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLoop:
    """差评工单 opened for this rating (policy)."""

    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteEvaluation:
    """邀评: one invitation, at most one reminder."""

    reminder: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FireInvitation:
    """The invitation timer of an unrated service came due."""

    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseSignals:
    """疑点提示 (policy): the rules found something about a rating that is on record."""

    signals: tuple[Signal, ...]
    related: tuple[str, ...] = ()  # streams of the other ratings that make it up
    rules: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSignals:
    """疑点核查 by a person. The rating stays as it is, whatever comes of it."""

    outcome: SignalOutcome
    note: str


ServiceCommand: TypeAlias = (
    RecordService
    | RecordEvaluation
    | RecordReason
    | RateLater
    | MarkEvaluation
    | OpenRerateWindow
    | LinkLoop
    | InviteEvaluation
    | FireInvitation
    | RaiseSignals
    | ReviewSignals
)
