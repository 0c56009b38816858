"""Commands to a ticket: imperative, frozen, without ids, times or personal data.

Which ticket is meant, who asks and when stand in the envelope. Texts are masked before they come
here; unmasked words are kept in the vault and named by a `narrative` reference.
"""

from typing import TypeAlias

from hotline.tickets.commands.answering import (
    AnswerTicket,
    ReportStage,
    ReviewAnswer,
    SubmitFeedback,
)
from hotline.tickets.commands.assignment import (
    AcceptReturn,
    AcknowledgeTicket,
    AdjudicateTicket,
    AssignTicket,
    CompleteAssist,
    PrecheckTicket,
    RecordContact,
    RefuseReturn,
    RequestAssist,
    ReturnTicket,
    WaiveAssist,
)
from hotline.tickets.commands.closing import (
    ApproveExplainedClosure,
    ArchiveTicket,
    CloseTicket,
    DenyExplainedClosure,
    OrderRedo,
    ProposeExplainedClosure,
    RaiseObjection,
    RecordRevisit,
)
from hotline.tickets.commands.intake import (
    AnswerDirectly,
    AppendAddition,
    AskForInformation,
    CorrectTicket,
    LinkChild,
    MergeTicket,
    ProvideInformation,
    RefuseTicket,
    RegisterTicket,
    UnlinkChild,
    UnmergeTicket,
)
from hotline.tickets.commands.matters import (
    ConcludeJointReview,
    GiveFeedback,
    GiveNotice,
    OpenJointReview,
    RecordImprovement,
    SettleOnSpot,
    TriageMatter,
)
from hotline.tickets.commands.oversight import (
    ApproveExclusion,
    CloseSupervision,
    LiftLegalHold,
    OpenSupervision,
    PlaceLegalHold,
    RefuseExclusion,
    RequestExclusion,
    UrgeTicket,
)
from hotline.tickets.commands.poor_evaluations import (
    CheckRectification,
    CompleteRectification,
    DecideAppeal,
    FileAppeal,
    OrderRectification,
    RecordLaterEvaluation,
)
from hotline.tickets.commands.time import (
    DenyExtension,
    DenySuspension,
    FireTimer,
    GrantExtension,
    RecomputeDue,
    RequestExtension,
    RequestSuspension,
    ResumeTicket,
    SuspendTicket,
)

IntakeCommand: TypeAlias = (
    RegisterTicket
    | AnswerDirectly
    | RefuseTicket
    | MergeTicket
    | UnmergeTicket
    | LinkChild
    | UnlinkChild
    | AskForInformation
    | ProvideInformation
    | AppendAddition
    | CorrectTicket
)
AssignmentCommand: TypeAlias = (
    PrecheckTicket
    | AssignTicket
    | AcknowledgeTicket
    | RecordContact
    | RequestAssist
    | CompleteAssist
    | WaiveAssist
)
ReturnCommand: TypeAlias = ReturnTicket | AcceptReturn | RefuseReturn | AdjudicateTicket
TimeCommand: TypeAlias = (
    RequestExtension
    | GrantExtension
    | DenyExtension
    | RequestSuspension
    | SuspendTicket
    | DenySuspension
    | ResumeTicket
    | RecomputeDue
)
AnswerCommand: TypeAlias = ReportStage | AnswerTicket | SubmitFeedback | ReviewAnswer
ClosingCommand: TypeAlias = (
    RecordRevisit
    | OrderRedo
    | ProposeExplainedClosure
    | ApproveExplainedClosure
    | DenyExplainedClosure
    | CloseTicket
    | RaiseObjection
    | ArchiveTicket
)
OversightCommand: TypeAlias = (
    UrgeTicket
    | OpenSupervision
    | CloseSupervision
    | RequestExclusion
    | ApproveExclusion
    | RefuseExclusion
    | PlaceLegalHold
    | LiftLegalHold
)
MatterCommand: TypeAlias = (
    TriageMatter
    | SettleOnSpot
    | GiveNotice
    | OpenJointReview
    | ConcludeJointReview
    | GiveFeedback
    | RecordImprovement
)
PoorEvaluationCommand: TypeAlias = (
    FileAppeal
    | DecideAppeal
    | OrderRectification
    | CompleteRectification
    | RecordLaterEvaluation
    | CheckRectification
)
TicketCommand: TypeAlias = (
    IntakeCommand
    | AssignmentCommand
    | ReturnCommand
    | TimeCommand
    | AnswerCommand
    | ClosingCommand
    | OversightCommand
    | MatterCommand
    | PoorEvaluationCommand
    | FireTimer
)

__all__ = [
    "AcceptReturn",
    "AcknowledgeTicket",
    "AdjudicateTicket",
    "AnswerCommand",
    "AnswerDirectly",
    "AnswerTicket",
    "AppendAddition",
    "ApproveExclusion",
    "ApproveExplainedClosure",
    "ArchiveTicket",
    "AskForInformation",
    "AssignTicket",
    "AssignmentCommand",
    "CheckRectification",
    "CloseSupervision",
    "CloseTicket",
    "ClosingCommand",
    "CompleteAssist",
    "CompleteRectification",
    "ConcludeJointReview",
    "CorrectTicket",
    "DecideAppeal",
    "DenyExplainedClosure",
    "DenyExtension",
    "DenySuspension",
    "FileAppeal",
    "FireTimer",
    "GiveFeedback",
    "GiveNotice",
    "GrantExtension",
    "IntakeCommand",
    "LiftLegalHold",
    "LinkChild",
    "MatterCommand",
    "MergeTicket",
    "OpenJointReview",
    "OpenSupervision",
    "OrderRectification",
    "OrderRedo",
    "OversightCommand",
    "PlaceLegalHold",
    "PoorEvaluationCommand",
    "PrecheckTicket",
    "ProposeExplainedClosure",
    "ProvideInformation",
    "RaiseObjection",
    "RecomputeDue",
    "RecordContact",
    "RecordImprovement",
    "RecordLaterEvaluation",
    "RecordRevisit",
    "RefuseExclusion",
    "RefuseReturn",
    "RefuseTicket",
    "RegisterTicket",
    "ReportStage",
    "RequestAssist",
    "RequestExclusion",
    "RequestExtension",
    "RequestSuspension",
    "ResumeTicket",
    "ReturnCommand",
    "ReturnTicket",
    "ReviewAnswer",
    "SettleOnSpot",
    "SubmitFeedback",
    "SuspendTicket",
    "TicketCommand",
    "TimeCommand",
    "TriageMatter",
    "UnlinkChild",
    "UnmergeTicket",
    "UrgeTicket",
    "WaiveAssist",
]
