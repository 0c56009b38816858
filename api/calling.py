"""Calling 电话口 over the store: questions about calls, recordings, telephones for trial."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from time import sleep
from typing import Final

from api.ports import Gateway
from hotline.calls.vocabulary import CallStage
from notifications.inbound import MissedCall
from streams.database.engine import reading
from streams.processes.opening import Store, recording_shelf
from streams.processes.telephone import operator_lines, switchboard
from streams.texting.letterbox import Letterbox
from streams.voice.recordings import RecordingShelf, Sound
from streams.voice.simulated_phone import CallScript, SimulatedPhone
from streams.voice.switchboard import Asked, Switchboard

SIMULATED_MAX: Final = 20
"""Telephones for trial that ring at once (our default)."""
_NOT_TAKEN: Final = frozenset({"no-answer", "busy", "canceled", "failed"})


class StoreCalling:
    """电话口 of one house."""

    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        clock: Callable[[], datetime],
        *,
        region: str = "",
        city: str = "12345",
    ) -> None:
        self._store: Final = store
        self._clock: Final = clock
        self._shelf: Final[RecordingShelf] = recording_shelf(store.settings)
        self._board: Final[Switchboard] = switchboard(
            store, gateway.submit, clock, region=region, city=city
        )
        self._lines: Final = operator_lines(store.settings)
        self._letterbox: Final = Letterbox(store.engine, store.vault, gateway.submit, clock)
        self._phones: Final[dict[str, SimulatedPhone]] = {}

    @property
    def is_simulated(self) -> bool:
        """Tell whether there is no telephone provider."""
        return not self._store.settings.twilio_account_sid

    def answer(self, step: str, form: Mapping[str, str], query: Mapping[str, str]) -> str | None:
        """Answer a question; None where it names no call."""
        asked = Asked(step, form, query)
        return self._board.answer(asked) if asked.is_well_formed else None

    def ended(self, form: Mapping[str, str]) -> bool:
        """Take in the end of a call; one that the house never heard of is called back."""
        asked = Asked("status", form)
        if not asked.is_well_formed:
            return False
        if self._board.call(asked.call_id) is not None:
            self._board.answer(asked)
        elif form.get("CallStatus", "") in _NOT_TAKEN:
            number = form.get("From", "")
            provider = self._board.provider
            self._letterbox.miss(MissedCall(provider=provider, call_id=asked.call_id, phone=number))
        return True

    def sound(self, recording: str) -> Sound | None:
        """Fetch a recording from where it lies, by its reference in the log."""
        with reading(self._store.engine) as connection:
            words = self._store.vault.narrative(connection, recording)
        return self._shelf.fetch(words[1]) if words else None

    def simulate(
        self, call_id: str, phone: str, *, rating: str, reason: str, language: str
    ) -> bool:
        """Let a telephone for trial ring; false where too many ring already."""
        for gone in [name for name, one in self._phones.items() if one.is_over]:
            del self._phones[gone]
        if not self.is_simulated or len(self._phones) >= SIMULATED_MAX:
            return False
        script = CallScript(
            sender=phone, language=language, rating=tuple(rating), reason=tuple(reason)
        )
        made = SimulatedPhone(
            call_id,
            script,
            self._ask,
            is_talking=lambda: self._stage(call_id) is CallStage.TALKING,
            clock=self._clock,
            sleep=sleep,
        )
        self._phones[call_id] = made
        threading.Thread(target=made.call, name="simulated-phone", daemon=True).start()
        return True

    def end_line(self, line_id: str) -> bool:
        """Ask the provider to end the line of an operator; a telephone for trial sees it itself."""
        return self._lines is None or self._lines.end(line_id)

    def hang_up(self, call_id: str) -> bool:
        """Let the caller of a trial hang up."""
        phone = self._phones.get(call_id)
        if phone is not None:
            phone.hang_up()
        return phone is not None

    def _ask(self, step: str, form: Mapping[str, str], query: Mapping[str, str]) -> str:
        return self._board.answer(Asked(step, form, query))

    def _stage(self, call_id: str) -> CallStage | None:
        call = self._board.call(call_id)
        return call.stage if call else None
