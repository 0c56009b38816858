"""总机: answers the questions of the telephone provider about a call, each as often as it is asked.

A question becomes a command where it says something new; the answer is told by how the call stands
after it. A number is looked up and kept in the vault, and stands nowhere else.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine

from handlers.envelope import Envelope, Personal
from handlers.receipt import Receipt
from hotline.calls.admission import ServiceHours, admitted, call_back_at
from hotline.calls.commands import (
    CallCommand,
    ChooseCallLanguage,
    GiveCallReason,
    KeepRecording,
    RateCall,
    ReceiveCall,
    ReportLine,
    TurnCallAway,
)
from hotline.calls.state import Call
from hotline.calls.vocabulary import CallOutcome, CallStage, Leg, LineStatus
from hotline.evaluations.vocabulary import POOR_LEVEL_MAX, Level
from hotline.people.actors import Actor, Role
from notifications.voice.documents import ENGLISH_KEY, REASONS, TRIES_MAX, Documents
from notifications.voice.numbers import shown_number
from projections.calls import queries
from streams.database.engine import reading
from streams.log.store import record
from streams.people.vault import Vault
from streams.wiring import Wiring

RECORDING_TITLE: Final = "录音"
_CALL_ID: Final = re.compile(r"[A-Za-z0-9-]{2,64}")
_STATUSES: Final = frozenset(LineStatus)
_DIGITS_MAX: Final = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """提问: what the provider asks, and the fields that came with it; they are never shown."""

    step: str
    form: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def call_id(self) -> str:
        """Name the call; the line of an operator names the call it belongs to."""
        own = self.form.get("CallSid", "")
        return (self.form.get("ParentCallSid") or own) if self.step == "line" else own

    @property
    def is_well_formed(self) -> bool:
        """Tell whether the call can be named."""
        return bool(_CALL_ID.fullmatch(self.call_id))

    def number(self, name: str, source: Mapping[str, str] | None = None) -> int:
        """Read a small number; 0 for none."""
        text = (self.form if source is None else source).get(name, "")
        readable = text.isascii() and text.isdecimal() and len(text) <= _DIGITS_MAX
        return int(text) if readable else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Switchboard:
    """总机 over one store. `line_of` gives the telephone of an operator."""

    engine: Engine
    wiring: Wiring
    vault: Vault
    submit: Callable[[Envelope], Receipt]
    clock: Callable[[], datetime]
    documents: Documents
    hours: ServiceHours
    line_of: Callable[[str], str]
    region: str = ""
    provider: str = "twilio"
    recordings_kept: timedelta = timedelta(days=730)

    def answer(self, asked: Asked) -> str:
        """Answer one question; "" where the provider wants none."""
        steps: Mapping[str, Callable[[Asked, Call], str]] = {
            "incoming": self._incoming,
            "language": self._language,
            "wait": self._wait,
            "left": self._left,
            "talked": self._talked,
            "rating": self._rating,
            "reason": self._reason,
        }
        reports: Mapping[str, Callable[[Asked, Call], None]] = {
            "line": self._line,
            "recording": self._recording,
            "status": self._status,
        }
        if report := reports.get(asked.step):
            if (call := self.call(asked.call_id)) is not None:
                report(asked, call)
            return ""
        call = self.call(asked.call_id) or self._received(asked)
        step = steps.get(asked.step)
        return step(asked, call) if step and call else self.documents.sorry()

    def call(self, call_id: str) -> Call | None:
        """Give how a call stands."""
        with reading(self.engine) as connection:
            state = record(connection, f"call/{call_id}", self.wiring).state
        return state if isinstance(state, Call) else None

    def _received(self, asked: Asked) -> Call | None:
        """Take a call in; one whose first question was lost comes in with a later one."""
        number = shown_number(asked.form.get("From", ""))
        token = hashlib.sha256(f"{self.provider}/{asked.call_id}".encode()).hexdigest()[:24]
        now = self.clock()
        with reading(self.engine) as connection:
            citizens = self.vault.citizens_by_phone(connection, number)
            waiting_count = queries.waiting_count(connection)
        caller = min(citizens, default=f"c-{token}")
        command = ReceiveCall(
            caller=caller,
            region=self.region,
            admission=admitted(self.hours, now, waiting_count),
        )
        personal = () if citizens else (Personal(citizen=caller, phone=number),)
        self._tell(asked.call_id, command, "received", personal)
        return self.call(asked.call_id)

    def _incoming(self, _asked: Asked, call: Call) -> str:
        if call.stage is CallStage.ENDED:
            return self._ended(call)
        return self.documents.greeting(call)

    def _language(self, asked: Asked, call: Call) -> str:
        if asked.form.get("Digits", "") == ENGLISH_KEY:
            command = ChooseCallLanguage(language="en")
            call = self._told(asked, call, command, "language/en")
        return self._ended(call) if call.stage is CallStage.ENDED else self.documents.queue(call)

    def _wait(self, asked: Asked, call: Call) -> str:
        waited = (self.clock() - call.received_at).total_seconds()
        if call.stage is not CallStage.WAITING or waited > self.hours.waited_seconds_max:
            return self.documents.leave()
        turn = asked.number("turn", asked.query)
        ahead = self._ahead(asked.call_id) if self.documents.tells_queue(turn) else 0
        return self.documents.wait(call, turn, ahead)

    def _ahead(self, call_id: str) -> int:
        with reading(self.engine) as connection:
            lines = queries.running(connection)
        waiting = [one.stream for one in lines if one.stage == CallStage.WAITING]
        mine = f"call/{call_id}"
        return waiting.index(mine) if mine in waiting else len(waiting)

    def _left(self, asked: Asked, call: Call) -> str:
        """Say what comes after the queue: the operator, the queue again, or the call back."""
        if asked.form.get("QueueResult", "") == "hangup":
            report = ReportLine(leg=Leg.CALLER, status=LineStatus.COMPLETED)
            self._told(asked, call, report, "left/hangup")
            return self.documents.hang_up()
        waited = (self.clock() - call.received_at).total_seconds()
        if call.stage is CallStage.WAITING and waited > self.hours.waited_seconds_max:
            call = self._told(asked, call, TurnCallAway(), "turned-away")
        match call.stage:
            case CallStage.ACCEPTED | CallStage.TALKING:
                line = self.line_of(call.operator)
                return self.documents.connect(call, line, asked.form.get("To", ""))
            case CallStage.WAITING:
                return self.documents.queue(call)
            case CallStage.RATING:
                return self.documents.rate(call)
            case CallStage.ENDED:
                return self._ended(call)

    def _talked(self, asked: Asked, call: Call) -> str:
        """Take in how the operator's line ended, and ask for a rating where there was a talk."""
        said = asked.form.get("DialCallStatus", "")
        status = "completed" if said == "answered" else said
        if status in _STATUSES:
            report = self._line_report(asked, LineStatus(status), "DialCallDuration")
            call = self._told(asked, call, report, f"talked/{report.attempt}/{status}")
        match call.stage:
            case CallStage.RATING:
                return self.documents.rate(call)
            case CallStage.WAITING:
                return self.documents.queue(call, again=True)
            case _:
                return self.documents.hang_up()

    def _rating(self, asked: Asked, call: Call) -> str:
        digits, attempt = asked.form.get("Digits", ""), asked.number("attempt", asked.query)
        if digits in {str(one.value) for one in Level}:
            call = self._told(asked, call, RateCall(level=int(digits)), f"rating/{digits}")
        if call.level:
            poor = call.level <= POOR_LEVEL_MAX
            asks_why = poor and call.reason is None
            return (
                self.documents.reason(call) if asks_why else self.documents.thanks(call, poor=poor)
            )
        if attempt < TRIES_MAX and call.stage is CallStage.RATING:
            return self.documents.rate(call, attempt + 1)
        return self.documents.goodbye(call)

    def _reason(self, asked: Asked, call: Call) -> str:
        digits, attempt = asked.form.get("Digits", ""), asked.number("attempt", asked.query)
        if reason := REASONS.get(digits):
            call = self._told(asked, call, GiveCallReason(reason=reason), f"reason/{reason}")
        if call.reason is None and call.level and attempt < TRIES_MAX:
            return self.documents.reason(call, attempt + 1)
        return self.documents.thanks(call, poor=True)

    def _line(self, asked: Asked, call: Call) -> None:
        status = asked.form.get("CallStatus", "")
        if status in _STATUSES:
            report = self._line_report(asked, LineStatus(status), "CallDuration")
            self._told(asked, call, report, f"line/{report.attempt}/{status}")

    def _line_report(self, asked: Asked, status: LineStatus, duration: str) -> ReportLine:
        leg_id = asked.form.get("DialCallSid", "") or asked.form.get("CallSid", "")
        return ReportLine(
            leg=Leg.OPERATOR,
            status=status,
            attempt=asked.number("attempt", asked.query),
            seconds=asked.number(duration),
            line_id=leg_id[:64],
        )

    def _status(self, asked: Asked, call: Call) -> None:
        status = asked.form.get("CallStatus", "")
        if status in _STATUSES:
            report = ReportLine(leg=Leg.CALLER, status=LineStatus(status))
            self._told(asked, call, report, f"status/{status}")

    def _recording(self, asked: Asked, call: Call) -> None:
        """Keep the provider's reference in the vault, unless the person was erased meanwhile."""
        recording_id = asked.form.get("RecordingSid", "")[:64]
        if asked.form.get("RecordingStatus", "completed") != "completed" or not recording_id:
            return
        with reading(self.engine) as connection:
            if self.vault.person(connection, call.caller) is None:
                return
        token = hashlib.sha256(f"{self.provider}/{recording_id}".encode()).hexdigest()[:24]
        command = KeepRecording(
            recording=f"n-{token}",
            seconds=asked.number("RecordingDuration"),
            keep_until=self.clock() + self.recordings_kept,
        )
        reference = Personal(
            citizen=call.caller,
            narrative=command.recording,
            title=RECORDING_TITLE,
            body=recording_id,
        )
        self._tell(asked.call_id, command, f"recording/{command.recording}", (reference,))

    def _ended(self, call: Call) -> str:
        """Tell who was turned away when the call back comes."""
        if call.outcome in (CallOutcome.OUT_OF_HOURS, CallOutcome.OVERFLOW):
            with reading(self.engine) as connection:
                person = self.vault.person(connection, call.caller)
            reachable = bool(person and person.phone)
            back_at = call_back_at(call.last_at)
            return self.documents.turned_away(call, back_at, reachable=reachable)
        return self.documents.hang_up()

    def _told(self, asked: Asked, call: Call, command: CallCommand, said: str) -> Call:
        """Hand a command in, and give how the call stands after it."""
        self._tell(asked.call_id, command, said)
        return self.call(asked.call_id) or call

    def _tell(
        self,
        call_id: str,
        command: CallCommand,
        said: str,
        personal: tuple[Personal, ...] = (),
    ) -> Receipt:
        return self.submit(
            Envelope(
                message_id=f"{self.provider}/{call_id}/{said}",
                stream=f"call/{call_id}",
                command=command,
                actor=Actor(self.provider, Role.SYSTEM),
                at=self.clock(),
                personal=personal,
            )
        )
