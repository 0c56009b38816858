"""The rules of a call.

Reports of a telephone network come twice, late and in any order. Each is read against how far the
call has come: what says nothing new is passed over, and what was left out is counted with the next.
"""

from datetime import datetime, timedelta
from typing import Final, assert_never

from hotline.calls import timers
from hotline.calls.commands import (
    AcceptCall,
    CallCommand,
    ChooseCallLanguage,
    ConfirmRecordingErased,
    EndTalk,
    EraseRecording,
    FireCallTimer,
    GiveCallReason,
    KeepRecording,
    LinkCallTicket,
    PassCall,
    RateCall,
    ReceiveCall,
    ReportLine,
    TurnCallAway,
)
from hotline.calls.events import (
    CallAccepted,
    CallConnected,
    CallEnded,
    CallEvent,
    CallLanguageChosen,
    CallPassed,
    CallRated,
    CallReasonGiven,
    CallReceived,
    CallRequeued,
    CallTicketLinked,
    RecordingErased,
    RecordingErasureConfirmed,
    RecordingKept,
    TalkEnded,
)
from hotline.calls.state import Call
from hotline.calls.vocabulary import (
    OVER,
    Admission,
    CallOutcome,
    CallStage,
    ErasureGround,
    Leg,
    LineStatus,
)
from hotline.evaluations.vocabulary import POOR_LEVEL_MAX, Level
from hotline.people.actors import Role
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation

LANGUAGES: Final = ("zh", "en")
_UNCONNECTED: Final = frozenset({CallStage.WAITING, CallStage.ACCEPTED})
_TURNED_AWAY: Final = {
    Admission.OUT_OF_HOURS: CallOutcome.OUT_OF_HOURS,
    Admission.OVERFLOW: CallOutcome.OVERFLOW,
}


def decide(command: CallCommand, state: Call | None, situation: Situation) -> Decision[CallEvent]:
    """Say what follows from the command, or why nothing does."""
    if isinstance(command, ReceiveCall):
        return _receive(command, state)
    if state is None:
        return Refusal("unknown-call")
    match command:
        case ChooseCallLanguage(language=language):
            return _choose(language, state)
        case AcceptCall():
            return _accept(state, situation)
        case PassCall():
            return _pass(state, situation)
        case ReportLine(leg=Leg.CALLER):
            return _caller_line(command.status, state, situation.at)
        case ReportLine():
            return _operator_line(command, state, situation.at)
        case EndTalk():
            return _end_talk(state, situation)
        case TurnCallAway():
            return _turn_away(state, situation.at)
        case RateCall(level=level):
            return _rate(level, state)
        case GiveCallReason(reason=reason):
            poor = 0 < state.level <= POOR_LEVEL_MAX and state.reason is None
            return (CallReasonGiven(reason=reason),) if poor else ()
        case LinkCallTicket(ticket=ticket):
            return _link(ticket, state, situation)
        case KeepRecording() | EraseRecording() | ConfirmRecordingErased():
            return _recording(command, state)
        case FireCallTimer(due_at=due_at):
            return _fire(due_at, state, situation.at)
        case _ as never:
            assert_never(never)


def _receive(command: ReceiveCall, state: Call | None) -> Decision[CallEvent]:
    if state is not None:
        return ()
    received = CallReceived(
        caller=command.caller,
        region=command.region,
        language=command.language,
        admission=command.admission,
    )
    outcome = _TURNED_AWAY.get(command.admission)
    if outcome is None:
        return (received,)
    return (received, CallEnded(outcome=outcome, waited_seconds=0))


def _choose(language: str, call: Call) -> Decision[CallEvent]:
    if language not in LANGUAGES or call.stage is CallStage.ENDED or call.language == language:
        return ()
    return (CallLanguageChosen(language=language),)


def _accept(call: Call, situation: Situation) -> Decision[CallEvent]:
    if call.stage is CallStage.WAITING:
        return (CallAccepted(attempt=call.attempt + 1),)
    mine = call.operator == situation.actor.person
    if mine and call.stage in (CallStage.ACCEPTED, CallStage.TALKING):
        return ()
    over = call.stage is CallStage.ENDED and call.outcome is not CallOutcome.ANSWERED
    return Refusal("call-over") if over else Refusal("call-taken")


def _pass(call: Call, situation: Situation) -> Decision[CallEvent]:
    person = situation.actor.person
    if call.stage is not CallStage.WAITING or person in call.passed:
        return ()
    return (CallPassed(),)


def _caller_line(status: LineStatus, call: Call, at: datetime) -> Decision[CallEvent]:
    """Take in how the caller's line stands; only its end says anything."""
    if status not in OVER or call.stage is CallStage.ENDED:
        return ()
    if call.stage in _UNCONNECTED:
        failed = status is LineStatus.FAILED
        return (_ended(call, CallOutcome.FAILED if failed else CallOutcome.ABANDONED, at),)
    if call.stage is CallStage.TALKING:
        return (_talk_ended(call, at), _ended(call, CallOutcome.ANSWERED, at))
    return (_ended(call, CallOutcome.ANSWERED, at),)


def _operator_line(command: ReportLine, call: Call, at: datetime) -> Decision[CallEvent]:
    """Take in how the line of the operator who has the call stands."""
    if command.attempt != call.attempt or call.stage not in (
        CallStage.ACCEPTED,
        CallStage.TALKING,
    ):
        return ()
    talking = call.stage is CallStage.TALKING
    match command.status:
        case LineStatus.IN_PROGRESS:
            return () if talking else (_connected(call, command.line_id, at),)
        case LineStatus.COMPLETED if talking:
            return (_talk_ended(call, at, command.seconds),)
        case LineStatus.COMPLETED:  # the report of the answer was lost, the talk was not
            began_at = at - timedelta(seconds=command.seconds)
            connected = _connected(call, command.line_id, began_at)
            return (connected, TalkEnded(talk_seconds=command.seconds))
        case LineStatus.BUSY | LineStatus.NO_ANSWER | LineStatus.CANCELED | LineStatus.FAILED:
            if talking:
                return ()
            return (CallRequeued(operator=call.operator, status=command.status),)
        case _:
            return ()


def _end_talk(call: Call, situation: Situation) -> Decision[CallEvent]:
    actor = situation.actor
    if actor.person != call.operator and actor.role is not Role.SHIFT_LEAD:
        return Refusal("not-your-call")
    if call.stage in _UNCONNECTED:
        return Refusal("call-not-connected")
    if call.stage is not CallStage.TALKING:
        return ()
    return (_talk_ended(call, situation.at),)


def _turn_away(call: Call, at: datetime) -> Decision[CallEvent]:
    if call.stage is not CallStage.WAITING:
        return ()
    return (_ended(call, CallOutcome.OVERFLOW, at),)


def _rate(level: int, call: Call) -> Decision[CallEvent]:
    """Take one rating of a call that was answered, and only once the talk is over."""
    if level not in {one.value for one in Level}:
        return Refusal("unknown-level", {"level": str(level)})
    talked = call.stage is CallStage.RATING or call.outcome is CallOutcome.ANSWERED
    if call.level or not talked:
        return ()
    return (CallRated(level=level),)


def _link(ticket: str, call: Call, situation: Situation) -> Decision[CallEvent]:
    actor = situation.actor
    if actor.person != call.operator and actor.role is not Role.SHIFT_LEAD:
        return Refusal("not-your-call")
    return () if ticket in call.tickets else (CallTicketLinked(ticket=ticket),)


def _recording(
    command: KeepRecording | EraseRecording | ConfirmRecordingErased, call: Call
) -> Decision[CallEvent]:
    known = {one.recording: one for one in call.recordings}.get(command.recording)
    match command:
        case KeepRecording(recording=recording, seconds=seconds, keep_until=until):
            if known is not None:
                return ()
            return (RecordingKept(recording=recording, seconds=seconds, keep_until=until),)
        case EraseRecording(recording=recording, ground=ground):
            if known is None or known.erased:
                return ()
            return (RecordingErased(recording=recording, ground=ground),)
        case ConfirmRecordingErased(recording=recording):
            if known is None or not known.erased or known.erasure_confirmed:
                return ()
            return (RecordingErasureConfirmed(recording=recording),)


def _fire(due_at: datetime, call: Call, at: datetime) -> Decision[CallEvent]:
    """Stay quiet when that timer no longer runs."""
    if at < due_at or due_at not in {one.due_at for one in timers.timers_of(call)}:
        return ()
    if call.stage is not CallStage.ENDED:
        return _caller_line(LineStatus.COMPLETED, call, due_at)
    return tuple(
        RecordingErased(recording=one.recording, ground=ErasureGround.RETENTION)
        for one in call.recordings
        if not one.erased and one.keep_until <= due_at
    )


def _connected(call: Call, line_id: str, at: datetime) -> CallConnected:
    return CallConnected(
        operator=call.operator,
        department=call.department,
        waited_seconds=_seconds(call.received_at, at),
        line_id=line_id,
    )


def _talk_ended(call: Call, at: datetime, seconds: int = 0) -> TalkEnded:
    return TalkEnded(talk_seconds=seconds or _seconds(call.connected_at or at, at))


def _ended(call: Call, outcome: CallOutcome, at: datetime) -> CallEnded:
    waited = call.waited_seconds
    return CallEnded(
        outcome=outcome,
        waited_seconds=_seconds(call.received_at, at) if waited is None else waited,
    )


def _seconds(since: datetime, until: datetime) -> int:
    return max(0, int((until - since).total_seconds()))
