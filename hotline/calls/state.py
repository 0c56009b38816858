"""State of a call."""

from dataclasses import dataclass
from datetime import datetime

from hotline.calls.vocabulary import CallOutcome, CallReason, CallStage


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """录音: `recording` names the provider's reference in the vault."""

    recording: str
    seconds: int
    keep_until: datetime
    erased: bool = False
    erasure_confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """来电."""

    caller: str
    region: str
    language: str
    received_at: datetime
    last_at: datetime
    stage: CallStage = CallStage.WAITING
    outcome: CallOutcome = CallOutcome.NONE
    attempt: int = 0  # how often an operator took it
    operator: str = ""  # who has it, or had it last
    department: str = ""
    passed: tuple[str, ...] = ()  # who left it to others
    line_id: str = ""
    waited_seconds: int | None = None
    connected_at: datetime | None = None
    level: int = 0
    reason: CallReason | None = None
    tickets: tuple[str, ...] = ()
    recordings: tuple[Recording, ...] = ()
