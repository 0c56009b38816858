"""时限词汇: every clock by name, how long it runs, in which unit, and who says so.

The figures of the regions stand in `rules.py`. A rule is data: a region may publish another
one, and every due date names the preset, the clock and the version it was computed by.
"""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Literal, TypeAlias

from hotline.clocks.office import OfficeHours
from hotline.values import dataclass

Tag: TypeAlias = Literal["official", "press", "memory", "draft", "our default"]


class ClockName(StrEnum):
    """时限名称: every clock the loop runs on."""

    ANSWER_CONSULT = "answer_consult"
    ANSWER_HELP = "answer_help"
    ANSWER_SUGGEST = "answer_suggest"
    ANSWER_PRAISE = "answer_praise"
    ANSWER_COMPLAINT = "answer_complaint"
    ANSWER_REPORT = "answer_report"
    ANSWER_OTHER = "answer_other"
    ANSWER_COMPLEX = "answer_complex"
    STAGE_REPORT = "stage_report"
    URGENT_LIFE = "urgent_life"
    URGENT_UTILITY = "urgent_utility"
    ACCEPT_NET = "accept_net"
    ASSIGN = "assign"
    ASSIGN_URGENT = "assign_urgent"
    ACKNOWLEDGE = "acknowledge"
    ACKNOWLEDGE_URGENT = "acknowledge_urgent"
    RETURN = "return"
    RETURN_REVIEW = "return_review"
    ADJUDICATE = "adjudicate"
    FIRST_CONTACT = "first_contact"
    INFORMATION = "information"
    REFUSE = "refuse"
    MERGE = "merge"
    EXTENSION_ASK_AHEAD = "extension_ask_ahead"
    EXTENSION_REVIEW = "extension_review"
    REVIEW = "review"
    REVISIT = "revisit"
    TRIAGE = "triage"
    REDO = "redo"
    OBJECTION = "objection"
    EXPLAIN_CLOSURE = "explain_closure"
    SUSPENSION_REVIEW = "suspension_review"
    RING_BACK = "ring_back"
    MATTER_TRIAGE = "matter_triage"
    MATTER_ON_SPOT = "matter_on_spot"
    MATTER_SINGLE = "matter_single"
    MATTER_JOINT = "matter_joint"
    MATTER_JOINT_HARD = "matter_joint_hard"
    MATTER_CEILING = "matter_ceiling"
    MATTER_FEEDBACK = "matter_feedback"
    MATTER_IMPROVEMENT = "matter_improvement"
    POOR_ASSIGN = "poor_assign"
    POOR_CLAIM = "poor_claim"
    POOR_VERIFY = "poor_verify"
    POOR_APPEAL_ASK = "poor_appeal_ask"
    POOR_APPEAL_DECIDE = "poor_appeal_decide"
    POOR_RECTIFY = "poor_rectify"
    POOR_RECTIFY_COMPLEX = "poor_rectify_complex"
    POOR_EXPLAIN = "poor_explain"
    POOR_ITEM = "poor_item"
    POOR_FEEDBACK = "poor_feedback"
    POOR_RERATE = "poor_rerate"
    POOR_CHECK = "poor_check"
    INVITE = "invite"
    REMIND = "remind"


class Unit(StrEnum):
    """单位: what a clock counts. Minutes keep hours whole and need no fraction."""

    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    WORKING_MINUTE = "working_minute"
    CALENDAR_MINUTE = "calendar_minute"

    @property
    def counts_days(self) -> bool:
        """Whether the clock falls due at a closing time."""
        return self in (Unit.WORKING_DAY, Unit.CALENDAR_DAY)


class CountingMode(StrEnum):
    """计算方式: which date is day 0."""

    SAME_DATE = "same-date"
    """The receipt date, whatever the hour (memory: 民法典 art. 201)."""

    ROLL_FORWARD = "roll-forward"
    """After closing or on a day off, the next working day; before opening, that day."""


@dataclass(frozen=True, slots=True)
class ClockRule:
    """时限规则: how long one clock runs, and on whose word."""

    clock: ClockName
    amount: int
    unit: Unit
    basis: str
    tag: Tag

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError(f"a clock cannot run backwards: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """预设: the rules of one region, as one version of data.

    Limits on returns, extensions, redos and revisits are our default unless `rules.py` says
    otherwise.
    """

    name: str
    version: int
    title_zh: str
    title_en: str
    rules: Mapping[ClockName, ClockRule]
    mode: CountingMode = CountingMode.SAME_DATE
    office_hours: OfficeHours = field(default_factory=OfficeHours)
    returns_per_department_max: int = 1
    returns_max: int = 2
    extension_days_max: int = 10
    extensions_max: int = 1
    extensions_by_authority_max: int = 1
    """A second one, by the leader of the competent authority (山东, press)."""
    suspensions_max: int = 2
    """Of one ticket. A third would be a way around the extensions; two pauses are already a ground
    for the inspectors to look (domain handbook, section 7, no. 4; our default)."""
    redos_max: int = 2
    revisit_attempts_max: int = 3
    supervision_days: tuple[int, int, int] = (1, 3, 5)
    """Working days after the due date at whose close supervision L1, L2, L3 is proposed."""
    matter_supervision_days: tuple[int, int, int] = (5, 10, 15)
    """Working days after registration at whose close an 办不成事 matter climbs, once it is overdue.

    The handbook says "over 5 / 10 / 15 WD" where the limits of a matter are 5, 10 hard and 15 at
    most (section 3.2), so the days are read as counted from receipt, as those limits are, and not
    from a due date that has passed. Days on which the matter was paused are not counted.
    """

    def __post_init__(self) -> None:
        missing = [clock.value for clock in ClockName if clock not in self.rules]
        if missing:
            raise ValueError(f"preset {self.name!r} has no rule for {', '.join(missing)}")
        wrong = [clock.value for clock, rule in self.rules.items() if rule.clock is not clock]
        if wrong:
            raise ValueError(f"preset {self.name!r} files rules under other names: {wrong}")

    def identity(self, clock: str) -> str:
        """How a due date names its rule, for example ``sichuan/answer_complaint@1``."""
        return f"{self.name}/{clock}@{self.version}"
