"""后续: what a policy asks for, and what it means when the rules refuse it."""

from dataclasses import dataclass
from enum import StrEnum

from handlers.envelope import Command


class OnRefusal(StrEnum):
    """被拒时: what it means when the rules refuse what a policy wants."""

    DEFECT = "defect"  # rules and policies contradict each other
    IGNORE = "ignore"  # best effort; a person does it by hand
    REFUSE = "refuse"  # the first command was not possible after all


@dataclass(frozen=True, slots=True)
class FollowUp:
    """后续: a command that follows from an event."""

    stream: str
    command: Command
    on_refusal: OnRefusal = OnRefusal.DEFECT
