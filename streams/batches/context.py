"""环境: the settings in force, built from the log: calendars, catalogues, departments.

What a region did not publish is the house's, and what the house did not publish is the default:
the published calendar and the default preset.
"""

from collections.abc import Iterator, Mapping, Sequence
from threading import Lock
from types import MappingProxyType
from typing import Any, Final, TypeAlias, get_args

from sqlalchemy import Connection, Engine, bindparam, func, literal_column, select

from handlers.envelope import Envelope
from handlers.outcome import Context
from hotline.clocks.calendar import Calendar
from hotline.clocks.due import Clocks
from hotline.clocks.rules import PRESETS
from hotline.evaluations.indicators import NATIONAL, Indicators
from hotline.house.commands import HouseCommand
from hotline.house.state import PublishedIndicators
from hotline.people.commands import AddDepartment, OrganisationCommand
from hotline.people.directory import DepartmentDirectory
from hotline.people.state import Department
from hotline.routing.catalogue import CatalogueRouting
from hotline.routing.commands import SettingsCommand
from hotline.routing.state import Catalogue, PublishedCalendar
from streams.calendars import published_calendar
from streams.database.engine import reading
from streams.database.statements import Statement
from streams.database.tables import streams
from streams.log.store import records, stream_names
from streams.wiring import Wiring

_PREFIXES: Final = ("calendar/", "catalogue/", "department/", "indicators/")
_DEFAULT_PRESET: Final = "default"
_MOVED: Final = Statement(
    lambda _: select(
        func.count(), func.coalesce(func.sum(streams.c.version), literal_column("0"))
    ).where(streams.c.stream >= bindparam("first"), streams.c.stream < bindparam("end"))
)
_Mark: TypeAlias = tuple[Any, ...]
_CHANGES: Final = (
    *get_args(OrganisationCommand),
    *get_args(SettingsCommand),
    *get_args(HouseCommand),
)


def load_context(
    connection: Connection,
    wiring: Wiring,
    *,
    auto_assign: bool = True,
    calendars_instead: Mapping[str, Calendar] = MappingProxyType({}),
) -> Context:
    """Build the context from what is stored now; other calendars may be tried in its place."""
    kept = {prefix: _states(connection, prefix, wiring) for prefix in _PREFIXES}
    departments = {
        code: state for code, state in kept["department/"].items() if isinstance(state, Department)
    }
    catalogues = {
        region: state
        for region, state in kept["catalogue/"].items()
        if isinstance(state, Catalogue)
    }
    calendars = {
        region: Calendar.of(state.version, state.days)
        for region, state in kept["calendar/"].items()
        if isinstance(state, PublishedCalendar)
    } | dict(calendars_instead)
    directory = DepartmentDirectory(departments)
    return Context(
        clocks=_clocks(calendars, catalogues),
        routing=CatalogueRouting.of(catalogues, directory),
        directory=directory,
        indicators=_indicators(kept["indicators/"]),
        auto_assign=auto_assign,
    )


def _indicators(kept: Mapping[str, object]) -> Indicators:
    """Give the indicators in force; those of the nation where the house published none."""
    found = kept.get("")
    if isinstance(found, PublishedIndicators):
        return Indicators(found.version, found.sentences)
    return NATIONAL


def _states(connection: Connection, prefix: str, wiring: Wiring) -> dict[str, object]:
    names = list(stream_names(connection, prefix))
    return {
        name.removeprefix(prefix): record.state
        for name, record in records(connection, names, wiring).items()
    }


def _clocks(
    calendars: Mapping[str, Calendar], catalogues: Mapping[str, Catalogue]
) -> dict[str, Clocks]:
    house_calendar = calendars.get("") or published_calendar()
    house_preset = _preset(catalogues.get("")) or _DEFAULT_PRESET
    return {
        region: Clocks(
            calendars.get(region, house_calendar),
            PRESETS[_preset(catalogues.get(region)) or house_preset],
        )
        for region in {"", *calendars, *catalogues}
    }


def _preset(catalogue: Catalogue | None) -> str:
    return catalogue.preset if catalogue else ""


class ContextSource:
    """环境来源: hands out the context, and builds it anew when a setting moved."""

    __slots__ = ("_auto_assign", "_context", "_engine", "_lock", "_mark", "_wiring")

    def __init__(self, engine: Engine, wiring: Wiring, *, auto_assign: bool = True) -> None:
        self._engine: Final = engine
        self._wiring: Final = wiring
        self._auto_assign: Final = auto_assign
        self._lock: Final = Lock()
        self._mark: _Mark = ()
        self._context: Context | None = None

    def current(self) -> Context:
        """Give the context without asking the database, but for the first time."""
        return self._context or self.refreshed()

    def refreshed(self) -> Context:
        """Give the context as of now; it is built only when a setting has moved."""
        with self._lock, reading(self._engine) as connection:
            mark = _mark(connection)
            if self._context is None or mark != self._mark:
                self._context = load_context(
                    connection, self._wiring, auto_assign=self._auto_assign
                )
                self._mark = mark
            return self._context


def _mark(connection: Connection) -> _Mark:
    """Versions only grow, so count and sum tell whether any stream moved."""
    return tuple(
        tuple(_MOVED.rows(connection, (prefix, prefix[:-1] + "0"))[0]) for prefix in _PREFIXES
    )


def changes_settings(envelope: Envelope) -> bool:
    """Tell whether what follows this envelope should see a new context."""
    return isinstance(envelope.command, _CHANGES)


def slices(envelopes: Sequence[Envelope], count_max: int) -> Iterator[Sequence[Envelope]]:
    """Cut a long list so that no command is handled under settings that an earlier one changed.

    Departments may stand together as long as none stands under another of the same slice.
    """
    start = 0
    added: set[str] = set()
    settings = False
    for index, envelope in enumerate(envelopes):
        command = envelope.command
        beside = isinstance(command, AddDepartment) and command.parent not in added
        stale = settings and not beside
        if index > start and (stale or index - start >= count_max):
            yield envelopes[start:index]
            start, settings = index, False
            added.clear()
        if changes_settings(envelope):
            settings = True
        if isinstance(command, AddDepartment):
            added.add(envelope.stream.removeprefix("department/"))
    if start < len(envelopes):
        yield envelopes[start:]
