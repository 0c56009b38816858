"""Desks of the house that remember what they were asked."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from handlers.aggregates import aggregate_of
from handlers.outcome import Record
from hotline.clocks.calendar import Calendar
from hotline.clocks.due import Clocks
from hotline.clocks.rules import PRESETS
from hotline.evaluations.indicators import NATIONAL, Indicators
from hotline.routing.state import PublishedCalendar
from notifications.preview import Trial, trial
from notifications.rendering import Renderer, Style
from notifications.segments import Tariff
from streams.accounts.invitations import Invitation, Invitations
from streams.calendars import published_calendar
from streams.timers.foresight import ClockUse, Foresight


class FakeAdministration:
    """Settings that a test puts in; nothing open moves."""

    def __init__(self, archive: Any, now: datetime) -> None:
        self._archive = archive
        self.links = Invitations(b"k" * 32)
        self.now = now

    def states(self, prefix: str) -> dict[str, Record]:
        found = self._archive.states.items()
        return {name[len(prefix) :]: one for name, one in found if name.startswith(prefix)}

    def around(self, stream: str, versions: Collection[int]) -> dict[int, Any]:
        evolve = aggregate_of(stream).evolve
        found: dict[int, Any] = {}
        state: Any = None
        for line in self._archive.facts(stream):
            before, state = state, evolve(state, line.fact)
            if line.version in versions:
                found[line.version] = (before, state, line)
        return found

    def clocks(self, region: str) -> Clocks:
        record = self._archive.state(f"calendar/{region}")
        calendar = (
            Calendar.of(record.state.version, record.state.days)
            if isinstance(record.state, PublishedCalendar)
            else published_calendar()
        )
        return Clocks(calendar, PRESETS["default"])

    def indicators(self) -> Indicators:
        return NATIONAL

    def foresee_calendar(self, region: str, calendar: Calendar) -> Foresight:
        return Foresight(looked_at=len(region) + len(calendar.version))

    def foresee_preset(self, region: str, preset: str) -> tuple[Foresight, dict[str, ClockUse]]:
        assert preset in PRESETS
        return Foresight(looked_at=len(region)), {}

    def built_in(self, template: str, language: str) -> str:
        return self._renderer().built_in(template, language)

    def trial(self, template: str, language: str, words: str) -> Trial:
        return trial(self._renderer(), Tariff(), language, template, words)

    def invitation_link(self, person: str, count: int) -> str:
        return self.links.make(person, count, self.now)

    def read_invitation(self, token: str) -> Invitation | None:
        return self.links.read(token, self.now)

    def _renderer(self) -> Renderer:
        return Renderer(Style(), str)


class FakeSound:
    content = b"RIFF"
    media_type = "audio/wav"


class FakeCalling:
    """Answers every question of a call that has a name; keeps what it was asked."""

    def __init__(self) -> None:
        self.is_simulated = True
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.ends: list[dict[str, str]] = []
        self.sounds: dict[str, FakeSound] = {}
        self.rung: list[tuple[str, str]] = []
        self.hung_up: list[str] = []
        self.lines_ended: list[str] = []

    def answer(self, step: str, form: Mapping[str, str], query: Mapping[str, str]) -> str | None:
        self.asked.append((step, dict(form), dict(query)))
        return f"<Response><Say>{step}</Say></Response>" if form.get("CallSid") else None

    def ended(self, form: Mapping[str, str]) -> bool:
        self.ends.append(dict(form))
        return bool(form.get("CallSid"))

    def sound(self, recording: str) -> FakeSound | None:
        return self.sounds.get(recording)

    def simulate(
        self, call_id: str, phone: str, *, rating: str, reason: str, language: str
    ) -> bool:
        self.rung.append((call_id, phone))
        return self.is_simulated and not (rating + reason + language).startswith("9")

    def end_line(self, line_id: str) -> bool:
        self.lines_ended.append(line_id)
        return True

    def hang_up(self, call_id: str) -> bool:
        self.hung_up.append(call_id)
        return bool(call_id)
