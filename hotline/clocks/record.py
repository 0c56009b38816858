"""到期记录: what a computed due date remembers, so that it can be explained and derived again.

Plain frozen values that go into events as they stand: compact, and readable without this code.
"""

from datetime import date, datetime
from enum import StrEnum

from hotline.values import dataclass


class StepKind(StrEnum):
    """步骤类别: what one line of the explanation says."""

    WORKING_DAY = "working_day"
    """The base clock in working days: `days` counted from `first` to `last`."""
    CALENDAR_DAY = "calendar_day"
    """The base clock in calendar days; `last` is a working day."""
    WORKING_MINUTE = "working_minute"
    CALENDAR_MINUTE = "calendar_minute"
    """The base clock in minutes; `days` holds minutes."""
    AGREED = "agreed"
    """An end moment that people agreed on; no calendar moves it."""
    ROLLED = "rolled"
    """Receipt out of office hours, counted as received on `last`."""
    HOLIDAY = "holiday"
    """Days off with a name inside the counted stretch, weekends among them included."""
    MAKEUP = "makeup"
    """A Saturday or Sunday that counted."""
    EXTENDED = "extended"
    """`days` working days added to a due date `first`, which became `last`."""
    PAUSED = "paused"
    """Suspended from `first` to `last`; `days` working days added (minutes on a minute clock)."""
    CREDITED = "credited"
    """Review from `first` to `last` not charged; `days` as for a pause."""
    KEPT = "kept"
    """A later calendar gave `first`; the date already shown, `last`, stands."""


@dataclass(frozen=True, slots=True)
class Step:
    """步骤: one machine-readable line of a due date's explanation."""

    kind: StepKind
    first: date
    last: date
    days: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """到期: when a clock runs out, from when it shows yellow, and how that was computed."""

    due_at: datetime
    warn_at: datetime
    received_at: datetime
    rule: str
    calendar: str
    provisional: bool
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """督办阶梯: what follows when a due date passes: the red notice, then supervision L1 to L3."""

    notice_at: datetime
    level_1_at: datetime
    level_2_at: datetime
    level_3_at: datetime
