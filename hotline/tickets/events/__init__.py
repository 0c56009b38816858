"""Events of a ticket: past tense, frozen for ever once released.

An event carries what its command said and what the rules made of it (due dates above all). Who did
it and when stand beside it in the `Fact`. A change of shape is a new type plus an upcaster.
"""

from typing import TypeAlias

from hotline.tickets.events.answering import (
    AnswerApproved,
    AnswerDrafted,
    AnswerSentBack,
    FeedbackSubmitted,
    StageReported,
    TicketAnswered,
)
from hotline.tickets.events.assignment import (
    AdjudicationOpened,
    AssistCompleted,
    AssistRequested,
    AssistWaived,
    ContactRecorded,
    ReturnAccepted,
    ReturnRefused,
    TicketAcknowledged,
    TicketAdjudicated,
    TicketAssigned,
    TicketPrechecked,
    TicketReturned,
)
from hotline.tickets.events.closing import (
    ExplainedClosureDenied,
    ExplainedClosureProposed,
    ObjectionDecided,
    ObjectionRaised,
    RedoOrdered,
    RevisitRecorded,
    TicketArchived,
    TicketClosed,
    TriageOpened,
)
from hotline.tickets.events.intake import (
    AdditionAppended,
    ChildLinked,
    ChildUnlinked,
    InformationLapsed,
    InformationProvided,
    InformationRequested,
    TicketAnsweredDirectly,
    TicketCorrected,
    TicketMerged,
    TicketRefused,
    TicketRegistered,
    TicketUnmerged,
)
from hotline.tickets.events.matters import (
    FeedbackGiven,
    ImprovementRecorded,
    JointReviewConcluded,
    JointReviewOpened,
    MatterSettledOnSpot,
    MatterTriaged,
    NoticeGiven,
)
from hotline.tickets.events.oversight import (
    ExclusionApproved,
    ExclusionRefused,
    ExclusionRequested,
    LegalHoldLifted,
    LegalHoldPlaced,
    SupervisionClosed,
    SupervisionOpened,
    TicketUrged,
)
from hotline.tickets.events.poor_evaluations import (
    AppealDecided,
    AppealFiled,
    LaterEvaluationRecorded,
    RectificationChecked,
    RectificationCompleted,
    RectificationOrdered,
    RerateWindowEnded,
)
from hotline.tickets.events.time import (
    CitizenDueMissed,
    DueRecomputed,
    ExtensionDenied,
    ExtensionGranted,
    ExtensionRequested,
    OverdueNoticeIssued,
    StageBecameOverdue,
    SuspensionDenied,
    SuspensionRequested,
    TicketBecameOverdue,
    TicketResumed,
    TicketSuspended,
    TicketWarned,
)

IntakeEvent: TypeAlias = (
    TicketRegistered
    | TicketAnsweredDirectly
    | TicketRefused
    | TicketMerged
    | TicketUnmerged
    | ChildLinked
    | ChildUnlinked
    | InformationRequested
    | InformationProvided
    | InformationLapsed
    | AdditionAppended
    | TicketCorrected
)
AssignmentEvent: TypeAlias = (
    TicketPrechecked
    | TicketAssigned
    | TicketAcknowledged
    | ContactRecorded
    | TicketReturned
    | ReturnAccepted
    | ReturnRefused
    | AdjudicationOpened
    | TicketAdjudicated
    | AssistRequested
    | AssistCompleted
    | AssistWaived
)
TimeEvent: TypeAlias = (
    ExtensionRequested
    | ExtensionGranted
    | ExtensionDenied
    | SuspensionRequested
    | TicketSuspended
    | SuspensionDenied
    | TicketResumed
    | DueRecomputed
    | TicketWarned
    | TicketBecameOverdue
    | OverdueNoticeIssued
    | CitizenDueMissed
    | StageBecameOverdue
)
AnsweringEvent: TypeAlias = (
    StageReported
    | AnswerDrafted
    | FeedbackSubmitted
    | AnswerApproved
    | AnswerSentBack
    | TicketAnswered
)
ClosingEvent: TypeAlias = (
    RevisitRecorded
    | TriageOpened
    | RedoOrdered
    | ExplainedClosureProposed
    | ExplainedClosureDenied
    | TicketClosed
    | ObjectionRaised
    | ObjectionDecided
    | TicketArchived
)
OversightEvent: TypeAlias = (
    TicketUrged
    | SupervisionOpened
    | SupervisionClosed
    | ExclusionRequested
    | ExclusionApproved
    | ExclusionRefused
    | LegalHoldPlaced
    | LegalHoldLifted
)
MatterEvent: TypeAlias = (
    MatterTriaged
    | MatterSettledOnSpot
    | NoticeGiven
    | JointReviewOpened
    | JointReviewConcluded
    | FeedbackGiven
    | ImprovementRecorded
)
PoorEvaluationEvent: TypeAlias = (
    AppealFiled
    | AppealDecided
    | RectificationOrdered
    | RectificationCompleted
    | LaterEvaluationRecorded
    | RerateWindowEnded
    | RectificationChecked
)
TicketEvent: TypeAlias = (
    IntakeEvent
    | AssignmentEvent
    | TimeEvent
    | AnsweringEvent
    | ClosingEvent
    | OversightEvent
    | MatterEvent
    | PoorEvaluationEvent
)

__all__ = [
    "AdditionAppended",
    "AdjudicationOpened",
    "AnswerApproved",
    "AnswerDrafted",
    "AnswerSentBack",
    "AnsweringEvent",
    "AppealDecided",
    "AppealFiled",
    "AssignmentEvent",
    "AssistCompleted",
    "AssistRequested",
    "AssistWaived",
    "ChildLinked",
    "ChildUnlinked",
    "CitizenDueMissed",
    "ClosingEvent",
    "ContactRecorded",
    "DueRecomputed",
    "ExclusionApproved",
    "ExclusionRefused",
    "ExclusionRequested",
    "ExplainedClosureDenied",
    "ExplainedClosureProposed",
    "ExtensionDenied",
    "ExtensionGranted",
    "ExtensionRequested",
    "FeedbackGiven",
    "FeedbackSubmitted",
    "ImprovementRecorded",
    "InformationLapsed",
    "InformationProvided",
    "InformationRequested",
    "IntakeEvent",
    "JointReviewConcluded",
    "JointReviewOpened",
    "LaterEvaluationRecorded",
    "LegalHoldLifted",
    "LegalHoldPlaced",
    "MatterEvent",
    "MatterSettledOnSpot",
    "MatterTriaged",
    "NoticeGiven",
    "ObjectionDecided",
    "ObjectionRaised",
    "OverdueNoticeIssued",
    "OversightEvent",
    "PoorEvaluationEvent",
    "RectificationChecked",
    "RectificationCompleted",
    "RectificationOrdered",
    "RedoOrdered",
    "RerateWindowEnded",
    "ReturnAccepted",
    "ReturnRefused",
    "RevisitRecorded",
    "StageBecameOverdue",
    "StageReported",
    "SupervisionClosed",
    "SupervisionOpened",
    "SuspensionDenied",
    "SuspensionRequested",
    "TicketAcknowledged",
    "TicketAdjudicated",
    "TicketAnswered",
    "TicketAnsweredDirectly",
    "TicketArchived",
    "TicketAssigned",
    "TicketBecameOverdue",
    "TicketClosed",
    "TicketCorrected",
    "TicketEvent",
    "TicketMerged",
    "TicketPrechecked",
    "TicketRefused",
    "TicketRegistered",
    "TicketResumed",
    "TicketReturned",
    "TicketSuspended",
    "TicketUnmerged",
    "TicketUrged",
    "TicketWarned",
    "TimeEvent",
    "TriageOpened",
]
