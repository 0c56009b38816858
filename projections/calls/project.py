"""来电折叠: facts of a call folded into its line. Total."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from hotline.calls import events as e
from hotline.calls.vocabulary import CallStage
from projections.calls.line import CallLine
from projections.log import LogLine

_Fold: TypeAlias = Callable[[CallLine, Any, LogLine], None]


def _received(line: CallLine, event: e.CallReceived, log: LogLine) -> None:
    line.caller = event.caller
    line.region = event.region
    line.language = event.language
    line.stage = CallStage.WAITING.value
    line.received_at = log.occurred_micros


def _language(line: CallLine, event: e.CallLanguageChosen, _log: LogLine) -> None:
    line.language = event.language


def _accepted(line: CallLine, _event: e.CallAccepted, log: LogLine) -> None:
    line.stage = CallStage.ACCEPTED.value
    line.operator = log.actor.person
    line.department = log.actor.department


def _left_to_others(line: CallLine, person: str) -> None:
    if person not in line.passed.split(","):
        line.passed = f"{line.passed},{person}" if line.passed else person


def _passed(line: CallLine, _event: e.CallPassed, log: LogLine) -> None:
    _left_to_others(line, log.actor.person)


def _requeued(line: CallLine, event: e.CallRequeued, _log: LogLine) -> None:
    line.stage = CallStage.WAITING.value
    line.operator = ""
    line.department = ""
    _left_to_others(line, event.operator)


def _connected(line: CallLine, event: e.CallConnected, log: LogLine) -> None:
    line.stage = CallStage.TALKING.value
    line.operator = event.operator
    line.department = event.department
    line.waited_seconds = event.waited_seconds
    began = line.received_at + 1_000_000 * event.waited_seconds
    line.connected_at = min(log.occurred_micros, began)


def _talk_ended(line: CallLine, event: e.TalkEnded, _log: LogLine) -> None:
    line.stage = CallStage.RATING.value
    line.talk_seconds = event.talk_seconds


def _ended(line: CallLine, event: e.CallEnded, log: LogLine) -> None:
    line.stage = CallStage.ENDED.value
    line.outcome = event.outcome.value
    line.waited_seconds = event.waited_seconds
    line.ended_at = log.occurred_micros


def _rated(line: CallLine, event: e.CallRated, _log: LogLine) -> None:
    line.level = event.level


def _reasoned(line: CallLine, event: e.CallReasonGiven, _log: LogLine) -> None:
    line.reason = event.reason.value


def _linked(line: CallLine, event: e.CallTicketLinked, _log: LogLine) -> None:
    line.ticket = event.ticket


def _kept(line: CallLine, _event: e.RecordingKept, _log: LogLine) -> None:
    line.recordings_count += 1


def _erased(line: CallLine, _event: e.RecordingErased, _log: LogLine) -> None:
    line.recordings_erased_count += 1


def _confirmed(line: CallLine, _event: e.RecordingErasureConfirmed, _log: LogLine) -> None:
    line.recordings_confirmed_count += 1


_FOLDS: Final[dict[type, _Fold]] = {
    e.CallReceived: _received,
    e.CallLanguageChosen: _language,
    e.CallAccepted: _accepted,
    e.CallPassed: _passed,
    e.CallRequeued: _requeued,
    e.CallConnected: _connected,
    e.TalkEnded: _talk_ended,
    e.CallEnded: _ended,
    e.CallRated: _rated,
    e.CallReasonGiven: _reasoned,
    e.CallTicketLinked: _linked,
    e.RecordingKept: _kept,
    e.RecordingErased: _erased,
    e.RecordingErasureConfirmed: _confirmed,
}


def project(line: CallLine | None, log: LogLine) -> CallLine:
    """Fold one fact."""
    line = line or CallLine(log.stream)
    line.version = log.version
    if fold := _FOLDS.get(type(log.event)):
        fold(line, log.event, log)
    return line
