"""Administering 管理 over the store: settings as they stand, and what a change would do."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Final

from handlers.outcome import Context, Record
from hotline.clocks.calendar import Calendar
from hotline.clocks.due import Clocks
from hotline.clocks.rules import PRESETS
from hotline.evaluations.indicators import NATIONAL, Indicators
from notifications.preview import Trial, trial
from notifications.segments import Tariff
from projections.log import LogLine
from streams.accounts.invitations import Invitation, Invitations
from streams.batches.context import ContextSource, load_context
from streams.database.engine import reading
from streams.log import store as log
from streams.processes.opening import Store, renderer
from streams.timers.foresight import ClockUse, Foresight, foresee_calendar, foresee_preset


class StoreAdministration:
    """管理 of one house."""

    def __init__(
        self, store: Store, contexts: ContextSource, clock: Callable[[], datetime]
    ) -> None:
        self._store: Final = store
        self._contexts: Final = contexts
        self._clock: Final = clock
        self._links: Final = Invitations(store.vault.digest(b"invitations"))

    def states(self, prefix: str) -> Mapping[str, Record]:
        """Give the records of all streams that begin so."""
        with reading(self._store.engine) as connection:
            names = list(log.stream_names(connection, prefix))
            found = log.records(connection, names, self._store.wiring) if names else {}
        return {name.removeprefix(prefix): found[name] for name in names}

    def around(
        self, stream: str, versions: Collection[int]
    ) -> Mapping[int, tuple[Any, Any, LogLine]]:
        """Fold the history of a stream, and note the states around some of its facts."""
        evolve = self._store.wiring.aggregate_of(stream).evolve
        found: dict[int, tuple[Any, Any, LogLine]] = {}
        state: Any = None
        after, last = 0, max(versions, default=0)
        with reading(self._store.engine) as connection:
            while after < last and (lines := log.history(connection, stream, after)):
                for line in lines:
                    before, state = state, evolve(state, line.fact)
                    if line.version in versions:
                        found[line.version] = (before, state, line)
                after = lines[-1].version
        return found

    def clocks(self, region: str) -> Clocks:
        """Give the calendar and the preset in force."""
        return self._context().clocks_of(region)

    def indicators(self) -> Indicators:
        """Give the indicators in force."""
        found = self._context().indicators
        return found if isinstance(found, Indicators) else NATIONAL

    def foresee_calendar(self, region: str, calendar: Calendar) -> Foresight:
        """Tell which open due dates would move."""
        wiring = self._store.wiring
        with reading(self._store.engine) as connection:
            context = load_context(connection, wiring, calendars_instead={region: calendar})
            return foresee_calendar(connection, wiring, context, region, self._clock())

    def foresee_preset(self, region: str, preset: str) -> tuple[Foresight, Mapping[str, ClockUse]]:
        """Tell which clocks open tickets run, and how another preset would set them."""
        clocks = Clocks(self.clocks(region).calendar, PRESETS[preset])
        with reading(self._store.engine) as connection:
            return foresee_preset(connection, self._store.wiring, clocks, region)

    def built_in(self, template: str, language: str) -> str:
        """Give the words that the product brings along."""
        return renderer(self._store).built_in(template, language)

    def trial(self, template: str, language: str, words: str) -> Trial:
        """Write a text with words that are not in force."""
        tariff = Tariff(self._store.settings.text_price)
        return trial(renderer(self._store), tariff, language, template, words)

    def invitation_link(self, person: str, count: int) -> str:
        """Make the token by which a person sets a password."""
        return self._links.make(person, count, self._clock())

    def read_invitation(self, token: str) -> Invitation | None:
        """Read a token."""
        return self._links.read(token, self._clock())

    def _context(self) -> Context:
        return self._contexts.current()
