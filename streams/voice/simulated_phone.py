"""演示电话: a telephone that calls the house and does what the TwiML says, as Twilio would.

It asks the same questions in the same fields and hears the same answers, so that a call without an
account goes the way of a real one. It sleeps by what it is handed, and never on its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit
from xml.etree.ElementTree import Element, fromstring

Ask: TypeAlias = Callable[[str, Mapping[str, str], Mapping[str, str]], str]
"""Puts a question to the house: step, form, query."""

LOOK_SECONDS: Final = 0.3
"""Between two looks of a waiting or talking telephone."""
HOTLINE: Final = "12345"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallScript:
    """通话脚本: what the caller does. Keys are pressed where the house asks for them."""

    sender: str = field(repr=False)
    language: str = ""  # key
    rating: tuple[str, ...] = ()  # one key for each time of asking
    reason: tuple[str, ...] = ()
    patience_seconds: float = 120.0  # in the queue
    talk_seconds: float | None = None  # the caller hangs up; None: the operator does


class HungUpError(Exception):
    """挂机: the caller has gone."""


class SimulatedPhone:
    """演示电话 for one call. `is_talking` tells whether the house thinks that the talk goes on."""

    def __init__(
        self,
        call_id: str,
        script: CallScript,
        ask: Ask,
        *,
        is_talking: Callable[[], bool],
        clock: Callable[[], datetime],
        sleep: Callable[[float], object],
    ) -> None:
        self._call_id: Final = call_id
        self._script: Final = script
        self._ask: Final = ask
        self._is_talking: Final = is_talking
        self._clock: Final = clock
        self._sleep: Final = sleep
        self._hung_up: Final = Event()
        self._over: Final = Event()
        self._legs_count = 0
        self._keys: Final = {"rating": list(script.rating), "reason": list(script.reason)}
        self.heard: Final[list[str]] = []

    def hang_up(self) -> None:
        """Let the caller hang up."""
        self._hung_up.set()

    @property
    def is_over(self) -> bool:
        """Tell whether the call has come to its end."""
        return self._over.is_set()

    def call(self) -> None:
        """Call, do what is said until there is no more, and end."""
        try:
            document = self._put("incoming", CallStatus="ringing")
            while document:
                document = self._played(document)
        except HungUpError:
            pass
        finally:
            self._over.set()
        self._put("status", CallStatus="completed")

    def _played(self, document: str) -> str:
        """Do the verbs of a document in their order; give the document that follows."""
        for verb in fromstring(document):  # noqa: S314 - our own document
            if self._hung_up.is_set():
                raise HungUpError
            match verb.tag:
                case "Say":
                    self.heard.append(verb.text or "")
                case "Gather":
                    if (following := self._gathered(verb)) is not None:
                        return following
                case "Redirect":
                    return self._follow(verb.text or "", {})
                case "Enqueue":
                    return self._enqueued(verb)
                case "Dial":
                    return self._dialled(verb)
                case "Hangup":
                    return ""
                case _:
                    pass
        return ""

    def _gathered(self, gather: Element) -> str | None:
        """Press the next key that the script has for this question."""
        self.heard.extend(one.text or "" for one in gather if one.tag == "Say")
        step = _step(gather.get("action", ""))[0]
        keys = self._keys.get(step, [])
        digit = keys.pop(0) if keys else (self._script.language if step == "language" else "")
        if not digit and gather.get("actionOnEmptyResult") != "true":
            return None
        return self._follow(gather.get("action", ""), {"Digits": digit})

    def _enqueued(self, enqueue: Element) -> str:
        """Wait until the house says to leave, or patience ends."""
        since, turn = self._clock(), enqueue.get("waitUrl", "")
        while True:
            document = self._follow(turn, {})
            verbs = list(fromstring(document))  # noqa: S314 - our own document
            if any(verb.tag == "Leave" for verb in verbs):
                return self._follow(enqueue.get("action", ""), {"QueueResult": "leave"})
            self.heard.extend(verb.text or "" for verb in verbs if verb.tag == "Say")
            turn = next((verb.text or "" for verb in verbs if verb.tag == "Redirect"), turn)
            waited = (self._clock() - since).total_seconds()
            if self._hung_up.is_set() or waited > self._script.patience_seconds:
                self._follow(enqueue.get("action", ""), {"QueueResult": "hangup"})
                raise HungUpError
            self._sleep(LOOK_SECONDS)

    def _dialled(self, dial: Element) -> str:
        """Ring the operator, talk, and say how it ended."""
        self._legs_count += 1
        leg = f"{self._call_id}-{self._legs_count}"
        callback = dial[0].get("statusCallback", "")
        for status in ("ringing", "in-progress"):
            self._follow(callback, _leg(self._call_id, leg, status))
        since = self._clock()
        while self._is_talking() and not self._gone(since):
            self._sleep(LOOK_SECONDS)
        seconds = str(round((self._clock() - since).total_seconds()))
        left = self._gone(since)
        if left:
            self._put("status", CallStatus="completed")
        ended = {**_leg(self._call_id, leg, "completed"), "CallDuration": seconds}
        self._follow(callback, ended)
        if recorded := dial.get("recordingStatusCallback", ""):
            form = {
                "RecordingSid": f"RE{leg}",
                "RecordingStatus": "completed",
                "RecordingDuration": seconds,
            }
            self._follow(recorded, form)
        if left:
            raise HungUpError
        said = {"DialCallStatus": "completed", "DialCallDuration": seconds, "DialCallSid": leg}
        return self._follow(dial.get("action", ""), said)

    def _gone(self, since: datetime) -> bool:
        limit = self._script.talk_seconds
        spoken = (self._clock() - since).total_seconds()
        return self._hung_up.is_set() or (limit is not None and spoken >= limit)

    def _put(self, step: str, **form: str) -> str:
        return self._ask(step, {**self._own(), **form}, {})

    def _follow(self, address: str, form: Mapping[str, str]) -> str:
        step, query = _step(address)
        return self._ask(step, {**self._own(), **form}, query)

    def _own(self) -> dict[str, str]:
        return {
            "CallSid": self._call_id,
            "From": self._script.sender,
            "To": HOTLINE,
            "Direction": "inbound",
            "CallStatus": "in-progress",
        }


def _leg(call_id: str, leg: str, status: str) -> dict[str, str]:
    return {"CallSid": leg, "ParentCallSid": call_id, "CallStatus": status}


def _step(address: str) -> tuple[str, dict[str, str]]:
    """Read an address of ours: which question, and what stands in its query."""
    parts = urlsplit(address)
    return parts.path.rpartition("/")[2], dict(parse_qsl(parts.query))
