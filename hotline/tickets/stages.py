"""状态组: which stages are open, resting or final, asked by every rule on what may still move."""

from typing import Final

from hotline.tickets.vocabulary import Kind, Stage, TicketType

TERMINAL: Final = frozenset({Stage.MERGED, Stage.ARCHIVED})
"""Nothing runs any more: the main ticket runs for a merged one, an archived one is read only."""

RESTING: Final = frozenset(
    {
        Stage.DIRECTLY_ANSWERED,
        Stage.REFUSED,
        Stage.CLOSED,
        Stage.CLOSED_WITH_EXPLANATION,
    }
)
"""Answered or closed; the citizen's objection window runs and ends in the archive."""

PAUSED: Final = frozenset({Stage.SUSPENDED, Stage.AWAITING_INFORMATION})
"""Neither the department's nor the citizen's clock runs."""

BEFORE_ASSIGNMENT: Final = frozenset(
    {Stage.REGISTERED, Stage.AWAITING_PRECHECK, Stage.AWAITING_ASSIGNMENT}
)

WITH_DEPARTMENT: Final = frozenset(
    {
        Stage.AWAITING_ACKNOWLEDGEMENT,
        Stage.IN_HANDLING,
        Stage.EXTENSION_UNDER_REVIEW,
        Stage.SUSPENDED,
        Stage.RETURN_UNDER_REVIEW,
        Stage.IN_JOINT_REVIEW,
        Stage.IN_RECTIFICATION,
    }
)

OPEN: Final = frozenset(Stage) - TERMINAL - RESTING

CONTACT_FREE: Final = frozenset({TicketType.CONSULT, TicketType.SUGGEST, TicketType.PRAISE})
"""Types that may be answered without a contact on record (our default)."""


def after_information_stage(kind: str) -> Stage:
    """Say where a ticket goes on once the asked information came, or did not.

    A matter was triaged at its start and knows no precheck: its officer assigns it anew.
    """
    return Stage.AWAITING_ASSIGNMENT if kind == Kind.MATTER else Stage.AWAITING_PRECHECK
