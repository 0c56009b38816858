"""Events of intake."""

from datetime import datetime

from hotline.clocks.due import Due
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
class TicketRegistered:
    """登记. The citizen's clock starts here."""

    number: str
    kind: Kind
    type: TicketType
    channel: Channel
    region: str
    title: str
    summary: str
    citizen_due: Due
    stage_due: Due
    caller: str = ""
    narrative: str = ""
    category: str = ""
    urgency: Urgency = Urgency.NORMAL
    secrecy: Secrecy = Secrecy.MASKED
    enterprise: bool = False
    language: str = "zh"
    place: str = ""
    recording: str = ""
    external_id: str = ""
    repeats: str = ""
    repeat_count: int = 0
    item_code: str = ""
    service_number: str = ""
    visits_count: int = 0
    rated_department: str = ""
    evaluation: str = ""
    level: int = 0
    real_name: bool = False
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAnsweredDirectly:
    """即时答复."""

    article: str
    article_version: int
    text: str
    stage_due: Due  # end of the objection window


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketRefused:
    """不予受理."""

    refusal_class: RefusalClass
    reason: str
    basis: str
    way_told: str
    phone_told: str
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMerged:
    """并案."""

    main: str
    reasons: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketUnmerged:
    """拆分: goes back to precheck with its own clocks."""

    main: str
    reason: str
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildLinked:
    """子单 joined; the earliest promise to a citizen wins."""

    child: str
    citizen_due_at: datetime | None
    citizen_due: Due | None = None  # when the child's promise is the earlier one


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildUnlinked:
    """子单 left."""

    child: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationRequested:
    """待补充; clocks pause."""

    missing: str
    way: ContactWay
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationProvided:
    """补充; clocks go on, shifted by the pause."""

    summary: str
    narrative: str
    citizen_due: Due
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationLapsed:
    """Nothing came in time; the ticket goes on with what is there."""

    citizen_due: Due
    stage_due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionAppended:
    """追加."""

    summary: str
    narrative: str
    channel: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketCorrected:
    """更正: `before` and `after` name the changed fields only; dues when the clock changed."""

    reason: str
    before: dict[str, str]
    after: dict[str, str]
    citizen_due: Due | None = None
    department_due: Due | None = None
