"""State of a ticket: what `decide` needs to know of the past, and nothing that it does not read."""

from dataclasses import field
from datetime import datetime

from hotline.clocks.due import Due, Ladder
from hotline.tickets.vocabulary import (
    AppealGround,
    Channel,
    ClosureCode,
    Decision,
    Kind,
    Light,
    Secrecy,
    Stage,
    SuspensionGround,
    TicketType,
    Urgency,
    VerificationFinding,
)
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Assist:
    """协办: a sub-task of an assisting department."""

    department: str
    task: str = ""
    due: Due | None = None
    settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPause:
    """申请挂起, or the pause that runs."""

    ground: SuspensionGround
    until: datetime
    asked_by: str
    evidence: str = ""


# The two states below have no slots: a fold copies them whole (`hotline.values`).


@dataclass(frozen=True, kw_only=True)
class Hands:
    """经手人: who did what, for the separation of duties (S1 to S5)."""

    registered_by: str = ""
    assigned_by: str = ""
    assigned_for: str = ""  # department of whoever assigned: the hotline, where a person did
    handled_by: tuple[str, ...] = ()  # acknowledged, contacted, drafted, signed
    worked_by: tuple[str, ...] = ()  # the same without acknowledging and signing
    drafted_by: str = ""
    signed_by: str = ""
    reviewed_by: tuple[str, ...] = ()
    revisited_by: tuple[str, ...] = ()
    triaged_by: str = ""
    proposed_by: str = ""  # explained closure
    merged_by: str = ""
    refused_by: str = ""  # return refused or ticket refused
    extension_asked_by: str = ""
    exclusion_asked_by: str = ""
    exclusion_decided_by: str = ""
    closed_by: str = ""  # answered directly, refused or closed: may not decide an objection
    appealed_by: str = ""
    appeal_decided_by: str = ""
    rectified_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """工单: one of the three kinds, folded from its facts."""

    number: str
    kind: Kind
    type: TicketType
    channel: Channel
    stage: Stage
    region: str
    registered_at: datetime
    last_at: datetime  # occurred_at of the newest fact; nothing may be earlier
    citizen_due: Due | None = None
    department_due: Due | None = None
    stage_due: Due | None = None
    contact_due: Due | None = None
    light: Light = Light.GREEN
    ladder: Ladder | None = None  # set once overdue
    ladder_step: int = 0  # highest supervision level that the clock has reached on this ladder
    notice_issued: bool = False
    citizen_due_missed: bool = False
    stage_overdue: bool = False  # the running stage limit has been reported as overdue
    contact_overdue: bool = False
    stage_due_before: Due | None = None  # the limit that a review or pause put aside
    stage_before: Stage | None = None  # where a review, pause, appeal or adjudication returns to
    caller: str = ""
    category: str = ""
    title: str = ""
    summary: str = ""
    place: str = ""
    language: str = "zh"  # in which texts are written to the caller
    urgency: Urgency = Urgency.NORMAL
    secrecy: Secrecy = Secrecy.MASKED
    complex: bool = False
    repeats: str = ""
    lead: str = ""
    assists: tuple[Assist, ...] = ()
    departments: tuple[str, ...] = ()  # every lead so far, in order
    assigned_at: datetime | None = None
    acknowledged_at: datetime | None = None
    contacted_at: datetime | None = None
    contact_attempts: int = 0
    information_asked: int = 0
    submitted_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    paused_at: datetime | None = None
    pause: AskedPause | None = None
    returns: tuple[str, ...] = ()  # departments that asked for a return, in order
    returns_refused: tuple[str, ...] = ()
    returns_accepted: tuple[str, ...] = ()
    adjudicated: bool = False
    extensions_count: int = 0
    extension_days_asked: int = 0
    suspensions_count: int = 0
    draft_ready: bool = False
    draft_text: str = ""  # what the citizen will read once the review lets it go
    solved: bool | None = None
    redo_count: int = 0
    revisit_attempts: tuple[datetime, ...] = ()
    explained_closure: ClosureCode | None = None  # proposed, waiting for the second person
    explained_text: str = ""
    explained_basis: str = ""
    objected: bool = False  # an objection waits for its decision
    objection_denied: bool = False  # answered without a redo: the same closure is final
    objections_count: int = 0
    supervision: int = 0
    supervision_proposed: int = 0
    urges_count: int = 0
    exclusion: Decision = Decision.NONE
    legal_hold: bool = False
    main: str = ""  # merged into
    children: tuple[str, ...] = ()
    item_code: str = ""
    evaluation: str = ""  # poor evaluation: stream of the rated service
    rated_department: str = ""
    level: int = 0
    real_name: bool = False
    appeal: AppealGround | None = None
    appeals_count: int = 0
    malicious: bool = False
    rerated: bool = False
    rerate_window_ended: bool = False
    feedback_given_at: datetime | None = None
    verified: bool = False  # poor evaluation: 回访 is on record
    finding: VerificationFinding | None = None  # of that 回访
    rectified: bool = False
    improvement_pending: bool = False  # matter: 共性整改 ordered, not yet on record
    checked: bool = False
    hands: Hands = field(default_factory=Hands)
