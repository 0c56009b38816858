"""策略 of calls: the call back of one that nobody took, and what a keypad rating does. Pure.

A call is rated where its service stands: in the service of a ticket that was answered in the call,
which the rules recorded already, or in a service of its own. So one call has one rating.
"""

from collections.abc import Iterator
from typing import Final

from handlers.following import FollowUp, OnRefusal
from handlers.outcome import Recorded, Records
from hotline.calls.admission import call_back_at
from hotline.calls.events import CallConnected, CallEnded, CallRated, CallReasonGiven
from hotline.calls.state import Call
from hotline.calls.vocabulary import CallOutcome, CallReason
from hotline.correspondence.commands import CompleteContactTask, ReportMissedCall
from hotline.correspondence.state import Correspondence
from hotline.correspondence.vocabulary import TaskKind
from hotline.evaluations.commands import RecordEvaluation, RecordReason, RecordService
from hotline.evaluations.state import Service
from hotline.evaluations.timers import is_rated
from hotline.evaluations.vocabulary import (
    POOR_LEVEL_MAX,
    EvaluationChannel,
    Node,
    RatedObject,
)
from hotline.tickets.commands import AppendAddition
from hotline.tickets.vocabulary import Channel

ITEM: Final = "12345热线来电"
CALLED_AGAIN: Final = "来电人再次来电，已接通"

CALL_CAUSES: Final = (CallEnded, CallConnected, CallRated, CallReasonGiven)
"""Facts of a call from which anything follows."""

SAID: Final = {
    CallReason.NOT_SOLVED: "问题没有解决",
    CallReason.UNCLEAR: "解答不清楚",
    CallReason.ATTITUDE: "服务态度不好",
    CallReason.WAITED_LONG: "等候时间太长",
    CallReason.OTHER: "其他原因",
}
"""What a key says, in the words that the evaluation keeps."""


def foreseen_of_call(call_id: str) -> tuple[str, ...]:
    """Name the streams that a report of a call may touch."""
    return (f"service/{call_id}/1",)


def after_call(recorded: Recorded, call: Call, records: Records) -> Iterator[FollowUp]:
    """Say what follows from one fact of a call."""
    call_id = recorded.stream.partition("/")[2]
    at = recorded.fact.occurred_at
    match recorded.fact.event:
        case CallEnded(outcome=outcome) if outcome is not CallOutcome.ANSWERED:
            missed = ReportMissedCall(call_id=call_id, call_back_at=call_back_at(at))
            yield FollowUp(f"citizen/{call.caller}", missed, OnRefusal.IGNORE)
        case CallConnected():
            yield from _called_again(call, records)
        case CallRated(level=level):
            yield from _rated(recorded, call, level, records)
        case CallReasonGiven(reason=reason):
            yield from _reasoned(call_id, call, reason, records)
        case _:
            pass


def _called_again(call: Call, records: Records) -> Iterator[FollowUp]:
    """Somebody who waits for a call back and is now on the line need not be called back."""
    stream = f"citizen/{call.caller}"
    state = records.get(stream).state
    if not isinstance(state, Correspondence):
        return
    for task in state.tasks:
        if task.kind is TaskKind.CALL_BACK:
            done = CompleteContactTask(task=task.task, outcome=CALLED_AGAIN)
            yield FollowUp(stream, done, OnRefusal.IGNORE)


def _services(call_id: str, call: Call, records: Records) -> Iterator[tuple[str, Service]]:
    """List the services that this call may have been, the answers given in it first."""
    for ticket in (*call.tickets, call_id):
        stream = f"service/{ticket}/1"
        service = records.get(stream).state
        if isinstance(service, Service) and service.node is Node.CALL:
            yield stream, service


def _rated(recorded: Recorded, call: Call, level: int, records: Records) -> Iterator[FollowUp]:
    call_id, at = recorded.stream.partition("/")[2], recorded.fact.occurred_at
    services = dict(_services(call_id, call, records))
    stream = next((name for name, service in services.items() if not is_rated(service)), "")
    if services and not stream:
        return  # rated in another way meanwhile: one call, one rating
    if not stream:
        stream = f"service/{call_id}/1"
        served = RecordService(
            project_no=call_id,
            service_number="1",
            region=call.region,
            department=call.department,
            item_code="",
            item_name=ITEM,
            node=Node.CALL,
            object=RatedObject.HOTLINE_CALL,
            served_at=call.connected_at or at,
            citizen=call.caller,
            staff=call.operator,
            ticket=call.tickets[0] if call.tickets else "",
            language=call.language,
        )
        yield FollowUp(stream, served, OnRefusal.IGNORE)
    rating = RecordEvaluation(
        level=level,
        channel=EvaluationChannel.PHONE,
        evaluator=call.caller,
        reason_pending=level <= POOR_LEVEL_MAX,
    )
    yield FollowUp(stream, rating, OnRefusal.IGNORE)


def _reasoned(call_id: str, call: Call, reason: CallReason, records: Records) -> Iterator[FollowUp]:
    text = SAID[reason]
    for stream, service in _services(call_id, call, records):
        if service.reason_pending and service.evaluator == call.caller:
            yield FollowUp(stream, RecordReason(text=text), OnRefusal.IGNORE)
            if service.loop:
                added = AppendAddition(summary=text, channel=Channel.PHONE)
                yield FollowUp(f"ticket/{service.loop}", added, OnRefusal.IGNORE)
            return
