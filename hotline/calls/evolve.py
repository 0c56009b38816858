"""Folding the facts of a call."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

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
from hotline.calls.state import Call, Recording
from hotline.calls.vocabulary import CallStage
from hotline.facts import Fact


def evolve(state: Call | None, fact: Fact[CallEvent]) -> Call:
    """Fold one fact."""
    event, at = fact.event, fact.occurred_at
    if isinstance(event, CallReceived):
        return Call(
            caller=event.caller,
            region=event.region,
            language=event.language,
            received_at=at,
            last_at=at,
        )
    if state is None:
        raise ValueError("a call begins with its arrival")
    call = replace(state, last_at=max(at, state.last_at))
    match event:
        case CallLanguageChosen(language=language):
            return replace(call, language=language)
        case CallAccepted() | CallPassed() | CallRequeued() | CallConnected():
            return _taken(call, event, fact)
        case TalkEnded():
            return replace(call, stage=CallStage.RATING)
        case CallEnded(outcome=outcome, waited_seconds=waited):
            return replace(call, stage=CallStage.ENDED, outcome=outcome, waited_seconds=waited)
        case CallRated(level=level):
            return replace(call, level=level)
        case CallReasonGiven(reason=reason):
            return replace(call, reason=reason)
        case CallTicketLinked(ticket=ticket):
            return replace(call, tickets=(*call.tickets, ticket))
        case RecordingKept() | RecordingErased() | RecordingErasureConfirmed():
            return replace(call, recordings=_recordings(call, event))
        case _ as never:
            assert_never(never)


def _taken(
    call: Call,
    event: CallAccepted | CallPassed | CallRequeued | CallConnected,
    fact: Fact[CallEvent],
) -> Call:
    actor = fact.actor
    match event:
        case CallAccepted(attempt=attempt):
            return replace(
                call,
                stage=CallStage.ACCEPTED,
                attempt=attempt,
                operator=actor.person,
                department=actor.department,
            )
        case CallPassed():
            return replace(call, passed=(*call.passed, actor.person))
        case CallRequeued(operator=operator):
            passed = tuple(dict.fromkeys((*call.passed, operator)))
            return replace(call, stage=CallStage.WAITING, operator="", department="", passed=passed)
        case CallConnected(line_id=line_id, waited_seconds=waited):
            return replace(
                call,
                stage=CallStage.TALKING,
                line_id=line_id,
                waited_seconds=waited,
                connected_at=_connected_at(call, waited, fact.occurred_at),
            )


def _connected_at(call: Call, waited: int, at: datetime) -> datetime:
    """Give when they heard each other; a report that came late says so by the wait it counts."""
    return min(at, call.received_at + timedelta(seconds=waited))


def _recordings(
    call: Call, event: RecordingKept | RecordingErased | RecordingErasureConfirmed
) -> tuple[Recording, ...]:
    match event:
        case RecordingKept(recording=recording, seconds=seconds, keep_until=until):
            kept = Recording(recording=recording, seconds=seconds, keep_until=until)
            return (*call.recordings, kept)
        case RecordingErased(recording=recording):
            return tuple(
                replace(one, erased=True) if one.recording == recording else one
                for one in call.recordings
            )
        case RecordingErasureConfirmed(recording=recording):
            return tuple(
                replace(one, erasure_confirmed=True) if one.recording == recording else one
                for one in call.recordings
            )
