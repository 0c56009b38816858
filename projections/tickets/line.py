"""工单行: all that lists, boards, work-lists and figures show of a ticket.

Mutable on purpose: a rebuild folds millions of facts, a line lives only while its page is folded.
Field order is column order. Times are microseconds (see `projections.schema`). Coded words are kept
as their values; lists of codes are joined by commas.
"""

from hotline.values import dataclass


@dataclass(slots=True)
class TicketLine:
    """工单行: one ticket; "" and None say that it did not happen yet."""

    id: int
    number: str
    version: int = 0
    kind: str = ""
    type: str = ""
    channel: str = ""
    stage: str = ""
    stage_before: str = ""  # where a review, triage or appeal came from
    stage_due_before_at: int | None = None
    open: bool = True
    region: str = ""
    category: str = ""
    title: str = ""
    summary: str = ""
    place: str = ""
    caller: str = ""
    language: str = "zh"
    enterprise: bool = False
    urgency: int = 0
    secrecy: int = 2
    complex: bool = False
    legal_hold: bool = False
    # where the clocks stand
    light: str = "green"
    light_order: int = 2  # red 0, yellow 1, green 2: the order of an inbox
    registered_at: int = 0
    last_at: int = 0
    citizen_due_at: int | None = None
    department_due_at: int | None = None
    stage_due_at: int | None = None
    contact_due_at: int | None = None
    provisional: bool = False
    overdue: bool = False  # the department's clock ran out, now or before
    overdue_at: int | None = None
    citizen_overdue: bool = False
    stage_overdue_count: int = 0
    stage_overdue_at: int | None = None  # when the limit of the running stage first passed
    notice_issued: bool = False
    supervision: int = 0
    supervision_proposed: int = 0
    urges_count: int = 0
    # who has it
    lead: str = ""
    assists: str = ""
    departments: str = ""  # every lead so far, in order
    assignments_count: int = 0
    first_assigned_at: int | None = None
    assigned_at: int | None = None
    acknowledged_at: int | None = None
    contacted_at: int | None = None
    contact_proven: bool = False
    returns_count: int = 0
    returns_refused_count: int = 0
    returns_accepted_count: int = 0
    adjudicated: bool = False
    extensions_count: int = 0
    suspensions_count: int = 0
    suspended_until_at: int | None = None
    # the answer
    submitted_at: int | None = None
    submitted_on_time: bool | None = None  # waits for review
    first_on_time: bool | None = None  # the first answer that passed keeps its mark
    on_time: bool | None = None  # the last answer that passed
    sent_back_count: int = 0
    department_solved: bool | None = None
    answered_at: int | None = None
    answered_in_time: bool | None = None  # against the promise to the citizen
    answered_directly: bool = False
    refusal_class: str = ""
    # revisit and closure
    revisit_due_at: int | None = None
    revisit_attempts: int = 0
    revisited_at: int | None = None
    connected: bool | None = None
    contacted_by_department: bool | None = None
    solved: bool | None = None
    satisfaction: int | None = None
    attitude: int | None = None
    dissatisfaction_reason: str = ""
    redo_count: int = 0
    objections_count: int = 0
    closed_at: int | None = None
    closure_code: str = ""
    archived_at: int | None = None
    # bonds and corrections
    main: str = ""
    children_count: int = 0
    repeats: str = ""
    repeat_count: int = 0
    additions_count: int = 0
    corrections_count: int = 0
    exclusion: str = "none"
    exclusion_code: str = ""
    # a matter
    item_code: str = ""
    service_number: str = ""
    matter_cause: str = ""
    matter_scope: str = ""
    matter_result: str = ""
    feedback_given_at: int | None = None
    improved_at: int | None = None
    # a poor evaluation
    evaluation: str = ""
    rated_department: str = ""
    level: int = 0
    real_name: bool = False
    finding: str = ""
    verified_at: int | None = None
    appeal: str = ""
    appeal_decided_at: int | None = None
    appeal_upheld: bool | None = None
    rectification: str = ""
    rectification_due_at: int | None = None
    rectified_at: int | None = None
    rectified_on_time: bool | None = None
    later_level: int = 0
    checked: bool = False
    # when it happened first, never taken back: so the figures of a past month stand still
    answered_directly_at: int | None = None
    refused_at: int | None = None
    merged_at: int | None = None
    excluded_at: int | None = None
    first_extended_at: int | None = None
    first_suspended_at: int | None = None
    first_revisited_at: int | None = None
    first_redo_at: int | None = None
    first_closed_at: int | None = None
    doubts: str = ""  # codes of single facts that an inspector would stop at
