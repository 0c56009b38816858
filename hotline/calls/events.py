"""Events of a call. Seconds are counted when the fact happens, so that a figure needs one fact."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from hotline.calls.vocabulary import (
    Admission,
    CallOutcome,
    CallReason,
    ErasureGround,
    LineStatus,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReceived:
    """来电."""

    caller: str
    region: str
    language: str
    admission: Admission


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLanguageChosen:
    """选择语言."""

    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAccepted:
    """接听: the operator is the actor."""

    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPassed:
    """转给别人: by the actor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRequeued:
    """重新排队: the operator who took it did not pick up."""

    operator: str
    status: LineStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class CallConnected:
    """接通: operator and caller hear each other."""

    operator: str
    department: str
    waited_seconds: int
    line_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkEnded:
    """通话结束."""

    talk_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded:
    """来电结束."""

    outcome: CallOutcome
    waited_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRated:
    """按键评价."""

    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReasonGiven:
    """按键原因."""

    reason: CallReason


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTicketLinked:
    """关联工单."""

    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingKept:
    """录音入库: the reference lies in the vault, under the caller's key."""

    recording: str
    seconds: int
    keep_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingErased:
    """录音抹除: nobody hears it any more; the provider is told to delete it."""

    recording: str
    ground: ErasureGround


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingErasureConfirmed:
    """录音已删."""

    recording: str


CallEvent: TypeAlias = (
    CallReceived
    | CallLanguageChosen
    | CallAccepted
    | CallPassed
    | CallRequeued
    | CallConnected
    | TalkEnded
    | CallEnded
    | CallRated
    | CallReasonGiven
    | CallTicketLinked
    | RecordingKept
    | RecordingErased
    | RecordingErasureConfirmed
)
