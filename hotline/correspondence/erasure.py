"""删除个人信息: who asks, who decides, and what stands against it.

Sources: 个人信息保护法 47 (erasure on request; while the law demands storage, or erasure is not
possible, only storage goes on), 50 (a refusal gives its reasons). Answered within 30 days (GB/T
35273-2020, 8.7, from memory: to be verified). A case under legal hold and one that is still worked
on are such reasons.
"""

from datetime import timedelta
from typing import Final, TypeAlias

from hotline.correspondence.commands import (
    ConfirmErasure,
    DenyErasure,
    GrantErasure,
    RequestErasure,
)
from hotline.correspondence.events import (
    CorrespondenceEvent,
    ErasureDenied,
    ErasureGranted,
    ErasureRequested,
    PersonErased,
)
from hotline.correspondence.state import Correspondence
from hotline.correspondence.vocabulary import ErasureDecision
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation

DECIDED_WITHIN: Final = timedelta(days=30)

_Erasure: TypeAlias = RequestErasure | GrantErasure | DenyErasure | ConfirmErasure


def decide_erasure(
    command: _Erasure, state: Correspondence | None, situation: Situation
) -> Decision[CorrespondenceEvent]:
    """Say what follows from the command, or why nothing does."""
    asked = state.erasure if state else None
    waits = asked is not None and asked.decision is ErasureDecision.WAITING
    if isinstance(command, RequestErasure):
        if asked is not None and asked.decision is ErasureDecision.ERASED:
            return Refusal("person-erased")
        if waits:
            return Refusal("erasure-asked")
        by_at = situation.at + DECIDED_WITHIN
        return (ErasureRequested(ticket=command.ticket, by_at=by_at),)
    if not waits:
        return Refusal("no-erasure-asked")
    match command:
        case GrantErasure(reason=reason, tickets=tickets):
            if not reason.strip():
                return Refusal("text-missing", {"field": "reason"})
            return (ErasureGranted(reason=reason, tickets=tickets),)
        case DenyErasure(reason=reason, basis=basis):
            for field, text in (("reason", reason), ("basis", basis)):
                if not text.strip():
                    return Refusal("text-missing", {"field": field})
            return (ErasureDenied(reason=reason, basis=basis),)
        case ConfirmErasure(held=held, open=still_open):
            if held:
                return Refusal("legal-hold", {"number": held[0]})
            if still_open:
                return Refusal("ticket-still-open", {"number": still_open[0]})
            return (PersonErased(),)
