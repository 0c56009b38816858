"""Folding the facts of a region's settings. No rules: they have already happened."""

from typing import assert_never

from hotline.facts import Fact
from hotline.routing.events import (
    CalendarPublished,
    CatalogueEntryAdded,
    CatalogueEntryRetired,
    CataloguePublished,
    PresetChosen,
    SettingsEvent,
)
from hotline.routing.state import Catalogue, PublishedCalendar, Settings
from hotline.values import replace


def evolve(state: Settings | None, fact: Fact[SettingsEvent]) -> Settings:
    """Fold one fact. A published catalogue keeps the lessons it names; the preset stays."""
    match fact.event:
        case CalendarPublished(version=version, days=days):
            return PublishedCalendar(version=version, days=days)
        case CataloguePublished() as event:
            catalogue = _catalogue(state)
            return replace(
                catalogue,
                version=event.version,
                categories=event.categories,
                entries=event.entries,
                added=tuple(lesson for lesson in catalogue.added if lesson.id in event.kept),
            )
        case CatalogueEntryAdded(entry=entry):
            catalogue = _catalogue(state)
            return replace(catalogue, added=(*catalogue.added, entry))
        case CatalogueEntryRetired(id=id_):
            catalogue = _catalogue(state)
            return replace(
                catalogue,
                entries=tuple(entry for entry in catalogue.entries if entry.id != id_),
                added=tuple(entry for entry in catalogue.added if entry.id != id_),
            )
        case PresetChosen(preset=preset):
            return replace(_catalogue(state), preset=preset)
        case _ as never:
            assert_never(never)


def _catalogue(state: Settings | None) -> Catalogue:
    return state if isinstance(state, Catalogue) else Catalogue()
