"""归并: folds one fact into the state of a ticket. No rules: the fact has already happened.

The kinds' own folds are asked first and may leave a fact to the shared ones.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeAlias, assert_never

from hotline.facts import Fact
from hotline.people.actors import Actor
from hotline.tickets import evolve_matters, evolve_poor_evaluations
from hotline.tickets.events import (
    AdditionAppended,
    AdjudicationOpened,
    AnswerApproved,
    AnswerDrafted,
    AnswerSentBack,
    AppealDecided,
    AppealFiled,
    AssistCompleted,
    AssistRequested,
    AssistWaived,
    ChildLinked,
    ChildUnlinked,
    CitizenDueMissed,
    ContactRecorded,
    DueRecomputed,
    ExclusionApproved,
    ExclusionRefused,
    ExclusionRequested,
    ExplainedClosureDenied,
    ExplainedClosureProposed,
    ExtensionDenied,
    ExtensionGranted,
    ExtensionRequested,
    FeedbackGiven,
    FeedbackSubmitted,
    ImprovementRecorded,
    InformationLapsed,
    InformationProvided,
    InformationRequested,
    JointReviewConcluded,
    JointReviewOpened,
    LaterEvaluationRecorded,
    LegalHoldLifted,
    LegalHoldPlaced,
    MatterSettledOnSpot,
    MatterTriaged,
    NoticeGiven,
    ObjectionDecided,
    ObjectionRaised,
    OverdueNoticeIssued,
    RectificationChecked,
    RectificationCompleted,
    RectificationOrdered,
    RedoOrdered,
    RerateWindowEnded,
    ReturnAccepted,
    ReturnRefused,
    RevisitRecorded,
    StageBecameOverdue,
    StageReported,
    SupervisionClosed,
    SupervisionOpened,
    SuspensionDenied,
    SuspensionRequested,
    TicketAcknowledged,
    TicketAdjudicated,
    TicketAnswered,
    TicketAnsweredDirectly,
    TicketArchived,
    TicketAssigned,
    TicketBecameOverdue,
    TicketClosed,
    TicketCorrected,
    TicketEvent,
    TicketMerged,
    TicketPrechecked,
    TicketRefused,
    TicketRegistered,
    TicketResumed,
    TicketReturned,
    TicketSuspended,
    TicketUnmerged,
    TicketUrged,
    TicketWarned,
    TriageOpened,
)
from hotline.tickets.evolve_assignment import evolve_assignment
from hotline.tickets.evolve_closing import evolve_answering, evolve_closing
from hotline.tickets.evolve_intake import begun, evolve_intake
from hotline.tickets.evolve_oversight import evolve_oversight
from hotline.tickets.evolve_time import evolve_time
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Kind


class CorruptHistoryError(Exception):
    """历史损坏: a fact stands where `decide` could not have put it."""


def evolve(state: Ticket | None, fact: Fact[TicketEvent]) -> Ticket:
    """Fold one fact; the first one of a ticket is its registration."""
    if state is None:
        if not isinstance(fact.event, TicketRegistered):
            raise CorruptHistoryError(f"{type(fact.event).__name__} before registration")
        state = begun(fact.event, fact.actor, fact.occurred_at)
        own = _by_kind(state, fact)
        return state if own is None else own
    own = _by_kind(state, fact)
    return _shared(state, fact) if own is None else own


def _by_kind(ticket: Ticket, fact: Fact[TicketEvent]) -> Ticket | None:
    match ticket.kind:
        case Kind.HOTLINE:
            return None
        case Kind.MATTER:
            return evolve_matters.evolve(ticket, fact)
        case Kind.POOR_EVALUATION:
            return evolve_poor_evaluations.evolve(ticket, fact)


def _shared(ticket: Ticket, fact: Fact[TicketEvent]) -> Ticket:
    event = fact.event
    fold = _FOLDS.get(type(event))
    if fold is None:
        fold = _FOLDS[type(event)] = _fold_of(event)
    return fold(ticket, event, fact.actor, fact.occurred_at)


_Fold: TypeAlias = Callable[[Ticket, Any, Actor, datetime], Ticket]
_FOLDS: Final[dict[type, _Fold]] = {}
"""The answers of `_fold_of`, by the type of the event: its questions are many."""


def _of_another_kind(ticket: Ticket, event: TicketEvent, _: Actor, __: datetime) -> Ticket:
    raise CorruptHistoryError(f"{type(event).__name__} in a ticket of kind {ticket.kind}")


def _fold_of(event: TicketEvent) -> _Fold:
    """Find the fold that an event belongs to."""
    match event:
        case (
            TicketRegistered()
            | TicketAnsweredDirectly()
            | TicketRefused()
            | TicketMerged()
            | TicketUnmerged()
            | ChildLinked()
            | ChildUnlinked()
            | InformationRequested()
            | InformationProvided()
            | InformationLapsed()
            | AdditionAppended()
            | TicketCorrected()
        ):
            return evolve_intake
        case (
            TicketPrechecked()
            | TicketAssigned()
            | TicketAcknowledged()
            | ContactRecorded()
            | TicketReturned()
            | ReturnAccepted()
            | ReturnRefused()
            | AdjudicationOpened()
            | TicketAdjudicated()
            | AssistRequested()
            | AssistCompleted()
            | AssistWaived()
        ):
            return evolve_assignment
        case (
            ExtensionRequested()
            | ExtensionGranted()
            | ExtensionDenied()
            | SuspensionRequested()
            | TicketSuspended()
            | SuspensionDenied()
            | TicketResumed()
            | DueRecomputed()
            | TicketWarned()
            | TicketBecameOverdue()
            | OverdueNoticeIssued()
            | CitizenDueMissed()
            | StageBecameOverdue()
        ):
            return evolve_time
        case (
            StageReported()
            | AnswerDrafted()
            | FeedbackSubmitted()
            | AnswerApproved()
            | AnswerSentBack()
            | TicketAnswered()
        ):
            return evolve_answering
        case (
            RevisitRecorded()
            | TriageOpened()
            | RedoOrdered()
            | ExplainedClosureProposed()
            | ExplainedClosureDenied()
            | TicketClosed()
            | ObjectionRaised()
            | ObjectionDecided()
            | TicketArchived()
        ):
            return evolve_closing
        case (
            TicketUrged()
            | SupervisionOpened()
            | SupervisionClosed()
            | ExclusionRequested()
            | ExclusionApproved()
            | ExclusionRefused()
            | LegalHoldPlaced()
            | LegalHoldLifted()
        ):
            return evolve_oversight
        case (
            MatterTriaged()
            | MatterSettledOnSpot()
            | NoticeGiven()
            | JointReviewOpened()
            | JointReviewConcluded()
            | FeedbackGiven()
            | ImprovementRecorded()
            | AppealFiled()
            | AppealDecided()
            | RectificationOrdered()
            | RectificationCompleted()
            | LaterEvaluationRecorded()
            | RerateWindowEnded()
            | RectificationChecked()
        ):
            return _of_another_kind
        case _:
            assert_never(event)
