"""Commands of intake."""

from datetime import datetime

from hotline.tickets.vocabulary import (
    Channel,
    ContactWay,
    Kind,
    RefusalClass,
    Secrecy,
    TicketType,
    Urgency,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterTicket:
    """登记. `title` and `summary` are masked; `narrative` names the full words in the vault."""

    kind: Kind = Kind.HOTLINE
    type: TicketType
    channel: Channel
    region: str
    title: str
    summary: str
    caller: str = ""  # citizen reference, "" = anonymous
    narrative: str = ""
    category: str = ""
    urgency: Urgency = Urgency.NORMAL
    secrecy: Secrecy = Secrecy.MASKED
    enterprise: bool = False
    language: str = "zh"
    place: str = ""  # down to town or street only
    recording: str = ""
    external_id: str = ""
    repeats: str = ""  # number of the earlier closed ticket on the same matter
    repeat_count: int = 0
    item_code: str = ""  # matter: 事项编码
    service_number: str = ""  # matter: 原办件编号
    visits_count: int = 0  # matter: visits so far
    rated_department: str = ""  # poor evaluation
    evaluation: str = ""  # poor evaluation: stream of the rated service
    level: int = 0  # poor evaluation: 1 or 2
    real_name: bool = False  # poor evaluation: 实名差评
    attachments: tuple[str, ...] = ()  # SHA-256 of each


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDirectly:
    """即时答复 from the knowledge base, in the call."""

    article: str
    article_version: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseTicket:
    """不予受理: says which lawful way is open."""

    refusal_class: RefusalClass
    reason: str
    basis: str
    way_told: str
    phone_told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeTicket:
    """并案 into a main ticket, with the reasons why they are one matter."""

    main: str
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmergeTicket:
    """拆分: a second person undoes a merge."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChild:
    """子单: the main ticket learns of a child (policy)."""

    child: str
    citizen_due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkChild:
    """The main ticket lets a child go (policy)."""

    child: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForInformation:
    """待补充: asks the citizen for what is missing; the clocks pause, at most 5 working days."""

    missing: str
    way: ContactWay


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvideInformation:
    """补充: the citizen supplied what was missing."""

    summary: str
    narrative: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppendAddition:
    """追加: a repeat of the same person on the same open matter."""

    summary: str
    narrative: str = ""
    channel: Channel = Channel.PHONE


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectTicket:
    """更正: changes what was registered; old and new stay visible. None leaves a field alone."""

    reason: str
    type: TicketType | None = None
    category: str | None = None
    title: str | None = None
    summary: str | None = None
    urgency: Urgency | None = None
    secrecy: Secrecy | None = None
    region: str | None = None
