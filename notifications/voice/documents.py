"""应答文档: the TwiML that answers each question of the telephone provider. Pure.

An answer follows from how the call stands and from nothing else, so that a question asked twice is
answered alike. Callers are never transferred by a request of ours: a waiting call asks every few
seconds what to do (`Leave`), and so nothing can be done twice.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Final
from urllib.parse import urlencode

from twilio.twiml.voice_response import Gather, VoiceResponse

from hotline.calls.state import Call
from hotline.calls.vocabulary import CallOutcome, CallReason
from hotline.clocks.calendar import SHANGHAI

PATH: Final = "/api/v1/twilio/calls"
"""Where the questions of the telephone provider are answered."""
QUEUE: Final = "bihuan"
ENGLISH_KEY: Final = "2"
PAUSE_SECONDS: Final = 2
"""Between two questions of a waiting call; who accepts it waits no longer (our default)."""
TOLD_EVERY: Final = 8
"""Rounds of waiting between two words on the queue (our default)."""
KEY_SECONDS: Final = 6
"""How long a key is waited for (our default)."""
LANGUAGE_SECONDS: Final = 3
DIAL_SECONDS: Final = 20
"""How long an operator's telephone rings (our default)."""
TRIES_MAX: Final = 3
"""How often a caller is asked for the same key (our default)."""

REASONS: Final[Mapping[str, CallReason]] = {
    str(place): reason for place, reason in enumerate(CallReason, 1)
}
"""Which key means which reason."""

_LANGUAGES: Final = {"zh": "cmn-CN", "en": "en-US"}


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceSettings:
    """语音设置. `public_url` is our own address, "" where relative ones will do."""

    city: str = "12345"
    public_url: str = ""
    records: bool = True
    hold_music: str = ""
    voices: Mapping[str, str] = field(
        default_factory=lambda: {"zh": "Polly.Zhiyu", "en": "Polly.Joanna"}
    )

    def address(self, step: str, **query: object) -> str:
        """Give the address of a question."""
        asked = f"?{urlencode(query)}" if query else ""
        return f"{self.public_url.rstrip('/')}{PATH}/{step}{asked}"


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Read what callers hear."""
    text = files("notifications.voice").joinpath("words.toml").read_text("utf-8")
    return tomllib.loads(text)


class Documents:
    """应答文档 of one house."""

    __slots__ = ("_settings",)

    def __init__(self, settings: VoiceSettings) -> None:
        self._settings: Final = settings

    def greeting(self, call: Call) -> str:
        """Greet, tell of the recording, and offer English; without a key the caller waits."""
        response, house = VoiceResponse(), self._settings
        choice = Gather(
            num_digits=1,
            timeout=LANGUAGE_SECONDS,
            action=house.address("language"),
            method="POST",
        )
        self._say(choice, call, "greeting", city=house.city)
        if house.records:
            self._say(choice, call, "recorded")
        self._speak(choice, words()["keys"]["other_language"], "en")
        response.append(choice)
        self._enqueue(response)
        return str(response)

    def queue(self, call: Call, *, again: bool = False) -> str:
        """Let the caller wait."""
        response = VoiceResponse()
        if again:
            self._say(response, call, "again")
        self._enqueue(response)
        return str(response)

    def wait(self, call: Call, turn: int, ahead: int) -> str:
        """Let a little time pass, and ask again."""
        response, house = VoiceResponse(), self._settings
        if turn == 0:
            self._say(response, call, "connecting")
        elif self.tells_queue(turn):
            self._say(response, call, "queue", ahead=ahead)
        if house.hold_music:
            response.play(house.hold_music)
        else:
            response.pause(length=PAUSE_SECONDS)
        response.redirect(house.address("wait", turn=turn + 1), method="POST")
        return str(response)

    @staticmethod
    def tells_queue(turn: int) -> bool:
        """Tell whether the caller hears in this turn how many are ahead."""
        return turn > 0 and turn % TOLD_EVERY == 0

    def leave(self) -> str:
        """Take the caller out of the queue; what comes next is asked at its action."""
        response = VoiceResponse()
        response.leave()
        return str(response)

    def connect(self, call: Call, line: str, hotline_number: str) -> str:
        """Ring the operator who took the call; the caller's number is not shown there."""
        response, house = VoiceResponse(), self._settings
        recording = {
            "record": "record-from-answer-dual",
            "recording_status_callback": house.address("recording"),
            "recording_status_callback_event": "completed absent",
        }
        dial = response.dial(
            action=house.address("talked", attempt=call.attempt),
            method="POST",
            timeout=DIAL_SECONDS,
            answer_on_bridge=True,
            **({"caller_id": hotline_number} if hotline_number else {}),
            **(recording if house.records else {}),
        )
        reported = {
            "status_callback": house.address("line", attempt=call.attempt),
            "status_callback_event": "ringing answered completed",
        }
        if line.startswith("sip:"):
            dial.sip(line, **reported)
        elif line.startswith("client:"):
            dial.client(line.removeprefix("client:"), **reported)
        else:
            dial.number(line, **reported)
        return str(response)

    def rate(self, call: Call, attempt: int = 1) -> str:
        """Ask for a digit."""
        return self._asked(call, "rate", "rating", attempt)

    def reason(self, call: Call, attempt: int = 1) -> str:
        """Ask why."""
        return self._asked(call, "reason", "reason", attempt)

    def thanks(self, call: Call, *, poor: bool) -> str:
        """Thank, and end."""
        return self._last(call, "thanks_poor" if poor else "thanks")

    def goodbye(self, call: Call) -> str:
        """End a call that nobody rated."""
        return self._last(call, "goodbye")

    def turned_away(self, call: Call, back_at: datetime, *, reachable: bool) -> str:
        """Tell that nobody takes the call now, and when it is called back."""
        closed = call.outcome is CallOutcome.OUT_OF_HOURS
        key = ("out_of_hours" if closed else "overflow") if reachable else "withheld"
        local = back_at.astimezone(SHANGHAI)
        hour = f"{local:%H:%M}" if call.language == "en" else f"{local.hour}点{local.minute:02}分"
        return self._last(call, key, time=hour)

    def sorry(self, language: str = "zh") -> str:
        """End a call that cannot be taken because something is broken."""
        response = VoiceResponse()
        self._speak(response, words()[language]["sorry"], language)
        response.hangup()
        return str(response)

    def hang_up(self) -> str:
        """End."""
        response = VoiceResponse()
        response.hangup()
        return str(response)

    def _enqueue(self, response: VoiceResponse) -> None:
        house = self._settings
        response.enqueue(
            QUEUE,
            action=house.address("left"),
            method="POST",
            wait_url=house.address("wait", turn=0),
            wait_url_method="POST",
        )

    def _asked(self, call: Call, key: str, step: str, attempt: int) -> str:
        """Ask for one key; silence is an answer too, so that nothing hangs on the network."""
        response, house = VoiceResponse(), self._settings
        gather = Gather(
            num_digits=1,
            timeout=KEY_SECONDS,
            action=house.address(step, attempt=attempt),
            method="POST",
            action_on_empty_result=True,
        )
        if attempt > 1:
            self._say(gather, call, "not_understood")
        self._say(gather, call, key)
        response.append(gather)
        return str(response)

    def _last(self, call: Call, key: str, **values: object) -> str:
        response = VoiceResponse()
        self._say(response, call, key, **values)
        response.hangup()
        return str(response)

    def _say(self, into: VoiceResponse | Gather, call: Call, key: str, **values: object) -> None:
        language = call.language if call.language in _LANGUAGES else "zh"
        self._speak(into, words()[language][key].format(**values), language)

    def _speak(self, into: VoiceResponse | Gather, text: str, language: str) -> None:
        into.say(text, language=_LANGUAGES[language], voice=self._settings.voices[language])
