"""Commands to a call; stream `call/<id of the telephone provider>`."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from hotline.calls.vocabulary import Admission, CallReason, ErasureGround, Leg, LineStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveCall:
    """来电: the telephone provider has a caller on the line; `caller` is a reference."""

    caller: str
    region: str
    language: str = "zh"
    admission: Admission = Admission.ADMITTED


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseCallLanguage:
    """选择语言: the caller pressed a key during the greeting."""

    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptCall:
    """接听: an operator takes the call; whoever is first has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassCall:
    """转给别人: an operator leaves a waiting call to the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLine:
    """线路回执: what the provider says of one line.

    `attempt` says which acceptance an operator's line belongs to, so that a late report about the
    one before changes nothing. `line_id` is the provider's own.
    """

    leg: Leg
    status: LineStatus
    attempt: int = 0
    seconds: int = 0  # of talk, where the provider says so
    line_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndTalk:
    """结束通话: the operator ends it; the caller is asked to rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnCallAway:
    """劝退: nobody was free for too long; the caller is told of the call back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCall:
    """按键评价."""

    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveCallReason:
    """按键原因 of a poor rating."""

    reason: CallReason


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCallTicket:
    """关联工单: what was registered in this call."""

    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRecording:
    """录音入库: `recording` names the provider's reference, which lies in the vault."""

    recording: str
    seconds: int
    keep_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseRecording:
    """录音抹除: before its time, because the person is erased."""

    recording: str
    ground: ErasureGround


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmRecordingErased:
    """录音已删: the provider keeps it no more."""

    recording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FireCallTimer:
    """来电定时器: nothing was heard of the call for too long, or a recording's time is over."""

    due_at: datetime


CallCommand: TypeAlias = (
    ReceiveCall
    | ChooseCallLanguage
    | AcceptCall
    | PassCall
    | ReportLine
    | EndTalk
    | TurnCallAway
    | RateCall
    | GiveCallReason
    | LinkCallTicket
    | KeepRecording
    | EraseRecording
    | ConfirmRecordingErased
    | FireCallTimer
)
