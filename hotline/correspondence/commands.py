"""Commands to what passes between the house and one citizen; stream `citizen/<reference>`."""

from datetime import datetime
from typing import TypeAlias

from hotline.correspondence.vocabulary import Meaning, Reading
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveText:
    """来信: a text of the citizen. `text` is masked; `narrative` names the words in the vault.

    `related` names the streams that stand behind that number: what the house wrote about, newest
    first, and the other citizens who share it.
    """

    text_id: str
    meaning: Meaning
    level: int = 0
    solved: bool | None = None
    number: str = ""
    text: str = ""
    narrative: str = ""
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleText:
    """来信处理 (policy): what was made of it, and what the reply says."""

    text_id: str
    reading: Reading
    about: str = ""  # stream
    number: str = ""
    kind: str = ""
    secret: bool = False
    level: int = 0
    other: str = ""  # another number that waits for a rating
    stage: str = ""
    due_at: datetime | None = None
    language: str = "zh"
    text: str = ""  # masked; only where somebody has to read it


@dataclass(frozen=True, slots=True, kw_only=True)
class StopInvitations:
    """退订: no invitations any more; legal notices go on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeInvitations:
    """订阅: invitations again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportUndelivered:
    """短信未达: a text that cannot reach the citizen, so that somebody tells them by telephone."""

    intent_id: str
    template: str
    about: str  # stream
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMissedCall:
    """漏接: nobody took the call; it is called back."""

    call_id: str
    call_back_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CompleteContactTask:
    """联络任务办结."""

    task: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestErasure:
    """申请删除: the citizen asks for the end of their personal data (个人信息保护法 47)."""

    ticket: str  # number, by whose query code they are known


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantErasure:
    """同意删除. `tickets` names the streams of all tickets of this citizen."""

    reason: str
    tickets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyErasure:
    """不同意删除: with the lawful reason, which the citizen reads."""

    reason: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmErasure:
    """删除确认 (policy): names what stands against it; nothing does, and the person is erased."""

    held: tuple[str, ...] = ()  # numbers under legal hold
    open: tuple[str, ...] = ()  # numbers whose business is not done


CorrespondenceCommand: TypeAlias = (
    ReceiveText
    | SettleText
    | StopInvitations
    | ResumeInvitations
    | ReportUndelivered
    | ReportMissedCall
    | CompleteContactTask
    | RequestErasure
    | GrantErasure
    | DenyErasure
    | ConfirmErasure
)
