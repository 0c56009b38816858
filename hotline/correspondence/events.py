"""Events of what passes between the house and one citizen."""

from datetime import datetime
from typing import TypeAlias

from hotline.correspondence.vocabulary import Meaning, Reading, TaskKind
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReceived:
    """来信."""

    text_id: str
    meaning: Meaning
    level: int
    solved: bool | None
    number: str
    text: str
    narrative: str
    related: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSettled:
    """来信处理. `replied` is false where the day's replies are used up."""

    text_id: str
    reading: Reading
    about: str
    number: str
    kind: str
    secret: bool
    level: int
    other: str
    stage: str
    due_at: datetime | None
    language: str
    replied: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationsStopped:
    """退订."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationsResumed:
    """订阅."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactTaskOpened:
    """联络任务: somebody must speak to this citizen."""

    task: str
    kind: TaskKind
    about: str  # stream, "" where it is about none
    reason: str  # why a text did not arrive; "" otherwise
    template: str
    text: str  # masked words to be read
    by_at: datetime | None  # promised to the citizen


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactTaskCompleted:
    """联络任务办结."""

    task: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureRequested:
    """申请删除."""

    ticket: str
    by_at: datetime  # until when it is decided


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureGranted:
    """同意删除."""

    reason: str
    tickets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureDenied:
    """不同意删除."""

    reason: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonErased:
    """个人信息删除: the key of this person is destroyed; the log stays."""


CorrespondenceEvent: TypeAlias = (
    TextReceived
    | TextSettled
    | InvitationsStopped
    | InvitationsResumed
    | ContactTaskOpened
    | ContactTaskCompleted
    | ErasureRequested
    | ErasureGranted
    | ErasureDenied
    | PersonErased
)
