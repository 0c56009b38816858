"""归并: folds one fact into the state of a ticket. No rules: the fact has already happened.

The kinds' own folds are asked first and may leave a fact to the shared ones.
"""

from typing import assert_never

from hotline.facts import Fact
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
    event, actor, at = fact.event, fact.actor, fact.occurred_at
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
            return evolve_intake(ticket, event, actor, at)
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
            return evolve_assignment(ticket, event, actor, at)
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
            return evolve_time(ticket, event, actor, at)
        case (
            StageReported()
            | AnswerDrafted()
            | FeedbackSubmitted()
            | AnswerApproved()
            | AnswerSentBack()
            | TicketAnswered()
        ):
            return evolve_answering(ticket, event, actor, at)
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
            return evolve_closing(ticket, event, actor, at)
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
            return evolve_oversight(ticket, event, actor, at)
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
            raise CorruptHistoryError(f"{type(event).__name__} in a ticket of kind {ticket.kind}")
        case _:
            assert_never(event)
