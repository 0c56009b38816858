"""Changes 变更记录: who changed which setting when, what stood before beside what stands after.

The log keeps what happened; what stood before follows from folding the facts before it, so that no
event can be wrong about it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, Final

from api import reading
from api.naming import Naming
from api.ports import Faces
from projections.audit import queries as audit
from projections.cursors import Page

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "department": (
        *("DepartmentAdded", "DepartmentChanged", "DepartmentRetired", "DutyPhoneChanged"),
    ),
    "staff": (
        *("StaffAppointed", "StaffDismissed", "StaffInvited", "InvitationAccepted"),
        *("StaffDisabled", "StaffEnabled", "DutyPhoneChanged"),
    ),
    "catalogue": ("CataloguePublished", "CatalogueEntryAdded", "CatalogueEntryRetired"),
    "preset": ("PresetChosen",),
    "calendar": ("CalendarPublished",),
    "wording": ("WordingPublished", "WordingWithdrawn"),
    "indicators": ("IndicatorsPublished",),
}
EVERY: Final = tuple(dict.fromkeys(name for names in KINDS.values() for name in names))
SHOWN: Final = 40
DIFFERENCES_MAX: Final = 30
"""Rows of one change that a page shows; a whole new catalogue has hundreds."""

_KEYS: Final = ("id", "code", "date")
_CALLED: Final = {"parent": "department", "roles": "role"}
_QUIET: Final = frozenset({"former", "source"})


@dataclass(frozen=True, slots=True)
class Difference:
    """差别: one thing that changed; `item` names the entry, day or sentence it belongs to."""

    field: str
    item: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """变更: one fact with its differences; `more` counts those that are not shown."""

    stream: str
    version: int
    type: str
    person: str
    role: str
    occurred_at: datetime
    reason: str
    differences: tuple[Difference, ...]
    more: int = 0

    @property
    def kind(self) -> str:
        """Give the part of a stream's name that says what it is about."""
        return self.stream.partition("/")[0]

    @property
    def subject(self) -> str:
        """Give what the change is about."""
        return self.stream.partition("/")[2]


def changes(house: Faces, naming: Naming, wanted: audit.EventFilter, cursor: str) -> Page[Change]:
    """List changes, newest first."""
    page: Page[Any] = reading.ask(
        house, lambda connection: audit.events(connection, wanted, cursor=cursor, limit=SHOWN)
    )
    versions: dict[str, set[int]] = {}
    for line in page.lines:
        versions.setdefault(line.stream, set()).add(line.version)
    around = {
        stream: house.administration.around(stream, wanted_ones)
        for stream, wanted_ones in versions.items()
    }
    found = (
        _change(naming, around[line.stream].get(line.version), line.stream) for line in page.lines
    )
    return Page(tuple(one for one in found if one is not None), page.cursor)


def history(house: Faces, naming: Naming, stream: str, most: int = 10) -> tuple[Change, ...]:
    """List the newest changes of one stream."""
    version = house.archive.state(stream).version
    wanted = range(max(1, version - most + 1), version + 1)
    around = house.administration.around(stream, set(wanted))
    found = (_change(naming, around.get(one), stream) for one in reversed(wanted))
    return tuple(one for one in found if one is not None)


def differences(naming: Naming, before: Any, after: Any) -> Iterator[Difference]:
    """Compare two states field by field; lists of things are compared thing by thing."""
    for field in fields(after if after is not None else before):
        if field.name in _QUIET:
            continue
        old = getattr(before, field.name, None)
        new = getattr(after, field.name, None)
        if old == new or not (old or new):
            continue
        if _is_list_of_things(old) or _is_list_of_things(new):
            yield from _things(naming, field.name, old or (), new or ())
        else:
            yield Difference(
                field.name, "", _said(naming, field.name, old), _said(naming, field.name, new)
            )


def _change(naming: Naming, found: tuple[Any, Any, Any] | None, stream: str) -> Change | None:
    if found is None:
        return None
    before, after, line = found
    compared = list(differences(naming, before, after))
    fact = line.fact
    return Change(
        stream=stream,
        version=line.version,
        type=type(fact.event).__name__,
        person=fact.actor.person,
        role=fact.actor.role.value,
        occurred_at=fact.occurred_at,
        reason=getattr(fact.event, "reason", ""),
        differences=tuple(compared[:DIFFERENCES_MAX]),
        more=max(0, len(compared) - DIFFERENCES_MAX),
    )


def _things(
    naming: Naming, name: str, old: Sequence[Any], new: Sequence[Any]
) -> Iterator[Difference]:
    befores, afters = _by_key(old), _by_key(new)
    for key in dict.fromkeys((*befores, *afters)):
        before, after = befores.get(key), afters.get(key)
        if before == after:
            continue
        if before is None or after is None:
            yield Difference(name, key, _whole(naming, before), _whole(naming, after))
            continue
        for one in differences(naming, before, after):
            yield Difference(one.field, key, one.before, one.after)


def _by_key(things: Iterable[Any]) -> dict[str, Any]:
    return {_key(one): one for one in things}


def _key(thing: Any) -> str:
    name = next(name for name in _KEYS if hasattr(thing, name))
    return str(getattr(thing, name))


def _whole(naming: Naming, thing: Any) -> str:
    """Say all of a thing that came or went."""
    if thing is None:
        return ""
    said = (
        _said(naming, field.name, getattr(thing, field.name))
        for field in fields(thing)
        if field.name not in _KEYS and field.name not in _QUIET
    )
    return naming.join(one for one in said if one)


def _is_list_of_things(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and is_dataclass(value[0])


def _said(naming: Naming, name: str, value: Any) -> str:
    if value is None or value in ("", ()) or value is False:
        return ""
    return naming.fact(_CALLED.get(name, name), value)
