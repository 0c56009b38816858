"""Folding the facts of what passes between the house and one citizen."""

from datetime import datetime
from typing import assert_never

from hotline.correspondence.decide import recent
from hotline.correspondence.events import (
    ContactTaskCompleted,
    ContactTaskOpened,
    CorrespondenceEvent,
    ErasureDenied,
    ErasureGranted,
    ErasureRequested,
    InvitationsResumed,
    InvitationsStopped,
    PersonErased,
    TextReceived,
    TextSettled,
)
from hotline.correspondence.state import AskedErasure, ContactTask, Correspondence
from hotline.correspondence.vocabulary import ErasureDecision, Reading
from hotline.facts import Fact
from hotline.values import replace


def evolve(state: Correspondence | None, fact: Fact[CorrespondenceEvent]) -> Correspondence:
    """Fold one fact."""
    at, event = fact.occurred_at, fact.event
    kept = replace(state, last_at=at) if state else Correspondence(last_at=at)
    match event:
        case TextReceived():
            return kept
        case TextSettled():
            return _settled(kept, event, fact)
        case InvitationsStopped():
            return replace(kept, wants_invitations=False)
        case InvitationsResumed():
            return replace(kept, wants_invitations=True)
        case ContactTaskOpened():
            return replace(kept, tasks=(*kept.tasks, _task(event, fact)))
        case ContactTaskCompleted(task=task):
            return replace(kept, tasks=tuple(one for one in kept.tasks if one.task != task))
        case ErasureRequested():
            asked = AskedErasure(ticket=event.ticket, asked_at=at, by_at=event.by_at)
            return replace(kept, erasure=asked)
        case ErasureGranted(reason=reason):
            return _decided(kept, ErasureDecision.WAITING, at, reason)
        case ErasureDenied(reason=reason, basis=basis):
            return _decided(kept, ErasureDecision.DENIED, at, reason, basis)
        case PersonErased():
            reason = kept.erasure.reason if kept.erasure else ""
            return _decided(kept, ErasureDecision.ERASED, at, reason)
        case _ as never:
            assert_never(never)


def _decided(
    kept: Correspondence, decision: ErasureDecision, at: datetime, reason: str, basis: str = ""
) -> Correspondence:
    if kept.erasure is None:
        return kept
    decided = replace(kept.erasure, decision=decision, decided_at=at, reason=reason, basis=basis)
    return replace(kept, erasure=decided)


def _settled(
    kept: Correspondence, event: TextSettled, fact: Fact[CorrespondenceEvent]
) -> Correspondence:
    at = fact.occurred_at
    replies = recent(kept.replies_at, at)
    states = recent(kept.states_told_at, at)
    if event.replied:
        kept = replace(kept, replies_at=(*replies, at))
    if event.reading in (Reading.STATE_TOLD, Reading.STATE_UNKNOWN):
        kept = replace(kept, states_told_at=(*states, at))
    if event.reading is Reading.RATED_POOR:
        return replace(kept, reason_asked_of=event.about, reason_asked_at=at)
    if event.reading is Reading.REASON_TAKEN:
        return replace(kept, reason_asked_of="", reason_asked_at=None)
    return kept


def _task(event: ContactTaskOpened, fact: Fact[CorrespondenceEvent]) -> ContactTask:
    return ContactTask(
        task=event.task,
        kind=event.kind,
        about=event.about,
        reason=event.reason,
        template=event.template,
        text=event.text,
        opened_at=fact.occurred_at,
        by_at=event.by_at,
    )
