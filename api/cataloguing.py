"""Cataloguing 目录修订: a draft of the catalogue, beside the one in force, until it is published.

A draft is what its writer changed, on the version it was begun from; it is kept as a note of the
desk. It is never in force, and trying it on a message writes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import msgspec

from api.ports import Faces
from handlers.outcome import Record
from hotline.routing.catalogue import CatalogueRouting
from hotline.routing.commands import CatalogueEntry, PublishCatalogue
from hotline.routing.route import Route
from hotline.routing.state import Catalogue
from hotline.tickets.vocabulary import TicketType

NOTE: Final = "catalogue/"
HOUSE: Final = "house"


@dataclass(frozen=True, slots=True)
class CatalogueDraft:
    """修订稿: entries by id as they should become; None for one that should go."""

    base: int
    changed: Mapping[str, CatalogueEntry | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shelf:
    """案头: the catalogue in force, its version in the log, and the draft of one writer."""

    region: str
    record: Record
    draft: CatalogueDraft

    @property
    def catalogue(self) -> Catalogue:
        """Give the catalogue in force."""
        state = self.record.state
        return state if isinstance(state, Catalogue) else Catalogue()

    @property
    def drafted(self) -> Catalogue:
        """Give the catalogue as the draft would make it."""
        return applied(self.catalogue, self.draft.changed)

    @property
    def is_overtaken(self) -> bool:
        """Whether somebody changed the catalogue since the draft was begun."""
        return bool(self.draft.changed) and self.draft.base != self.record.version


def stream_of(region: str) -> str:
    """Name the stream of a region's catalogue."""
    return f"catalogue/{region}"


def shelf(house: Faces, person: str, region: str, at: datetime) -> Shelf:
    """Open the catalogue of a region with the draft that this person began."""
    record = house.archive.state(stream_of(region))
    note = house.notes.read(person, NOTE + (region or HOUSE), at)
    if note is None:
        return Shelf(region, record, CatalogueDraft(record.version))
    return Shelf(region, record, msgspec.json.decode(note[0], type=CatalogueDraft))


def keep(house: Faces, person: str, opened: Shelf, draft: CatalogueDraft, at: datetime) -> None:
    """Keep a draft; one that changes nothing any more is forgotten."""
    place = NOTE + (opened.region or HOUSE)
    if draft.changed:
        house.notes.keep(person, place, msgspec.json.encode(draft).decode(), at)
    else:
        house.notes.drop(person, place)


def with_entry(opened: Shelf, id_: str, entry: CatalogueEntry | None) -> CatalogueDraft:
    """Put an entry into the draft, or mark it as one that goes."""
    changed = dict(opened.draft.changed)
    in_force = opened.catalogue.entry(id_)
    if entry == in_force:
        changed.pop(id_, None)
    else:
        changed[id_] = entry
    base = opened.draft.base if opened.draft.changed else opened.record.version
    return CatalogueDraft(base, changed)


def applied(catalogue: Catalogue, changed: Mapping[str, CatalogueEntry | None]) -> Catalogue:
    """Give the catalogue with a draft in it; a lesson that was edited becomes an entry."""
    known = {entry.id for entry in catalogue.entries}
    entries = tuple(
        after for entry in catalogue.entries if (after := changed.get(entry.id, entry)) is not None
    )
    fresh = tuple(entry for id_, entry in changed.items() if entry and id_ not in known)
    lessons = tuple(lesson for lesson in catalogue.added if lesson.id not in changed)
    return replace(catalogue, entries=(*entries, *fresh), added=lessons)


def publication(opened: Shelf, version: str) -> PublishCatalogue:
    """Make the command that puts a draft in force."""
    lessons = {lesson.id for lesson in opened.catalogue.added}
    return PublishCatalogue(
        version=version,
        categories=opened.catalogue.categories,
        entries=opened.drafted.entries,
        dropped=tuple(
            id_ for id_, entry in opened.draft.changed.items() if entry is None and id_ in lessons
        ),
    )


def conflicts(house: Faces, opened: Shelf) -> tuple[str, ...]:
    """Name the entries that both the draft and somebody else have changed since it was begun."""
    if not opened.is_overtaken:
        return ()
    stream, base = stream_of(opened.region), opened.draft.base
    around = house.administration.around(stream, {base}).get(base)
    before = around[1] if around else None
    before = before if isinstance(before, Catalogue) else Catalogue()
    return tuple(
        id_ for id_ in opened.draft.changed if before.entry(id_) != opened.catalogue.entry(id_)
    )


def tried(
    house: Faces, opened: Shelf, *, region: str, category: str, type_: TicketType, text: str
) -> tuple[Route, Route | None]:
    """Ask where a message would go: now, and with the draft where there is one."""
    kept = {
        name: one.state
        for name, one in house.administration.states("catalogue/").items()
        if isinstance(one.state, Catalogue)
    }
    directory = house.archive.departments()
    ask = {"region": region, "category": category, "text": text}
    now = CatalogueRouting.of(kept, directory).route(type_=type_, **ask)
    if not opened.draft.changed:
        return now, None
    with_draft = CatalogueRouting.of({**kept, opened.region: opened.drafted}, directory)
    return now, with_draft.route(type_=type_, **ask)
