"""工单规则: what a command may do to a ticket. The one door; the rules live in `decide_*`.

A refusal is an answer: its codes stand in `refusals.py`. Which role may send which command is
asked before (`hotline.people.permissions`); here stage, ownership, separation of duties, limits,
evidence and the order of time are enforced. A kind's own rules (办不成事, 差评) are asked first
and may leave a command to the shared ones; they meet a `FireTimer` only when it runs and is due.
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias, assert_never

from hotline.refusal import Refusal
from hotline.situation import Decision, Situation
from hotline.tickets import decide_matters, decide_poor_evaluations
from hotline.tickets.commands import (
    AcceptReturn,
    AcknowledgeTicket,
    AdjudicateTicket,
    AnswerDirectly,
    AnswerTicket,
    AppendAddition,
    ApproveExclusion,
    ApproveExplainedClosure,
    ArchiveTicket,
    AskForInformation,
    AssignTicket,
    CheckRectification,
    CloseSupervision,
    CloseTicket,
    CompleteAssist,
    CompleteRectification,
    ConcludeJointReview,
    CorrectTicket,
    DecideAppeal,
    DenyExplainedClosure,
    DenyExtension,
    DenySuspension,
    FileAppeal,
    FireTimer,
    GiveFeedback,
    GiveNotice,
    GrantExtension,
    LiftLegalHold,
    LinkChild,
    MergeTicket,
    OpenJointReview,
    OpenSupervision,
    OrderRectification,
    OrderRedo,
    PlaceLegalHold,
    PrecheckTicket,
    ProposeExplainedClosure,
    ProvideInformation,
    RaiseObjection,
    RecomputeDue,
    RecordContact,
    RecordImprovement,
    RecordLaterEvaluation,
    RecordRevisit,
    RefuseExclusion,
    RefuseReturn,
    RefuseTicket,
    RegisterTicket,
    ReportStage,
    RequestAssist,
    RequestExclusion,
    RequestExtension,
    RequestSuspension,
    ResumeTicket,
    ReturnTicket,
    ReviewAnswer,
    SettleOnSpot,
    SubmitFeedback,
    SuspendTicket,
    TicketCommand,
    TriageMatter,
    UnlinkChild,
    UnmergeTicket,
    UrgeTicket,
    WaiveAssist,
)
from hotline.tickets.decide_answering import decide_answering
from hotline.tickets.decide_assignment import decide_assignment
from hotline.tickets.decide_closing import decide_closing
from hotline.tickets.decide_expiry import decide_expiry, running
from hotline.tickets.decide_intake import decide_intake, register
from hotline.tickets.decide_oversight import decide_oversight
from hotline.tickets.decide_returns import decide_returns
from hotline.tickets.decide_time import decide_time
from hotline.tickets.events import TicketEvent
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Kind, Stage
from hotline.values import replace

_ENDED: Final = frozenset({Stage.ARCHIVED, Stage.MERGED})


def decide(
    command: TicketCommand, state: Ticket | None, situation: Situation
) -> Decision[TicketEvent]:
    """Decide a command: the events that happen, none where it changes nothing, or a refusal."""
    if state is None:
        if isinstance(command, RegisterTicket):
            return register(command, situation)
        return Refusal("no-such-ticket")
    if isinstance(command, FireTimer):
        return _fire(command, state, situation)
    if situation.at < state.last_at:
        return Refusal("in-the-past", {"after": state.last_at.isoformat()})
    if refusal := _final(command, state):
        return refusal
    if (own := _by_kind(command, state, situation)) is not None:
        return own
    return _shared(command, state, situation)


def _fire(command: FireTimer, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """Let a timer that comes late follow what happened meanwhile, never precede it."""
    if situation.at < ticket.last_at:
        situation = replace(situation, at=ticket.last_at)
    timer = running(command, ticket, situation)
    if timer is None:
        return ()
    if (own := _by_kind(command, ticket, situation)) is not None:
        return own
    return decide_expiry(timer, ticket, situation)


def _final(command: TicketCommand, ticket: Ticket) -> Refusal | None:
    """Let only a hold, the end of a supervision or a pending exclusion reach an ended ticket."""
    if ticket.stage not in _ENDED:
        return None
    match ticket.stage, command:
        case Stage.ARCHIVED | Stage.MERGED, (
            PlaceLegalHold() | LiftLegalHold() | CloseSupervision() | RecomputeDue()
        ):
            return None
        case Stage.MERGED, UnmergeTicket():
            return None
        case Stage.ARCHIVED, ApproveExclusion() | RefuseExclusion():
            return None  # asked in time; the assessment of the month decides later
        case Stage.ARCHIVED, _:
            return Refusal("archived")
        case Stage.MERGED, _:
            return Refusal("merged", {"main": ticket.main})
        case _:
            return None


def _by_kind(
    command: TicketCommand, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent] | None:
    match ticket.kind:
        case Kind.HOTLINE:
            return None
        case Kind.MATTER:
            return decide_matters.decide(command, ticket, situation)
        case Kind.POOR_EVALUATION:
            return decide_poor_evaluations.decide(command, ticket, situation)


def _shared(command: TicketCommand, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    room = _ROOMS.get(type(command))
    if room is None:
        room = _ROOMS[type(command)] = _room_of(command)
    return room(command, ticket, situation)


_Room: TypeAlias = Callable[[Any, Ticket, Situation], Decision[TicketEvent]]
_ROOMS: Final[dict[type, _Room]] = {}
"""The answers of `_room_of`, by the type of the command: its questions are many."""


def _wrong_kind(_: TicketCommand, ticket: Ticket, __: Situation) -> Refusal:
    return Refusal("wrong-kind", {"kind": ticket.kind.value})


def _room_of(command: TicketCommand) -> _Room:
    """Find the rules that a command belongs to."""
    match command:
        case (
            RegisterTicket()
            | AnswerDirectly()
            | RefuseTicket()
            | MergeTicket()
            | UnmergeTicket()
            | LinkChild()
            | UnlinkChild()
            | AskForInformation()
            | ProvideInformation()
            | AppendAddition()
            | CorrectTicket()
        ):
            return decide_intake
        case (
            PrecheckTicket()
            | AssignTicket()
            | AcknowledgeTicket()
            | RecordContact()
            | RequestAssist()
            | CompleteAssist()
            | WaiveAssist()
        ):
            return decide_assignment
        case ReturnTicket() | AcceptReturn() | RefuseReturn() | AdjudicateTicket():
            return decide_returns
        case (
            RequestExtension()
            | GrantExtension()
            | DenyExtension()
            | RequestSuspension()
            | SuspendTicket()
            | DenySuspension()
            | ResumeTicket()
            | RecomputeDue()
        ):
            return decide_time
        case ReportStage() | AnswerTicket() | SubmitFeedback() | ReviewAnswer():
            return decide_answering
        case (
            RecordRevisit()
            | OrderRedo()
            | ProposeExplainedClosure()
            | ApproveExplainedClosure()
            | DenyExplainedClosure()
            | CloseTicket()
            | RaiseObjection()
            | ArchiveTicket()
        ):
            return decide_closing
        case (
            UrgeTicket()
            | OpenSupervision()
            | CloseSupervision()
            | RequestExclusion()
            | ApproveExclusion()
            | RefuseExclusion()
            | PlaceLegalHold()
            | LiftLegalHold()
        ):
            return decide_oversight
        case (
            TriageMatter()
            | SettleOnSpot()
            | GiveNotice()
            | OpenJointReview()
            | ConcludeJointReview()
            | GiveFeedback()
            | RecordImprovement()
            | FileAppeal()
            | DecideAppeal()
            | OrderRectification()
            | CompleteRectification()
            | RecordLaterEvaluation()
            | CheckRectification()
        ):
            return _wrong_kind
        case FireTimer():
            return _fire
        case _:
            assert_never(command)
