"""What is kept of a region's settings: its catalogue with the clock preset, and its calendar.

Plain values, so that the shell can store them as they stand. Asking questions of a catalogue is
the business of `catalogue.py`.
"""

from typing import TypeAlias

from hotline.clocks.calendar import Day
from hotline.routing.commands import CatalogueEntry, Category
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """派单目录 of a region: what was published, what was added since, and the clock preset.

    `added` stands in the order of addition; the last one is the newest lesson. A preset of ""
    means the house default.
    """

    version: str = ""
    categories: tuple[Category, ...] = ()
    entries: tuple[CatalogueEntry, ...] = ()
    added: tuple[CatalogueEntry, ...] = ()
    preset: str = ""

    def entry(self, id_: str) -> CatalogueEntry | None:
        """Find an entry in force by its id."""
        return next((entry for entry in (*self.entries, *self.added) if entry.id == id_), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedCalendar:
    """日历 of a region, as last published."""

    version: str
    days: tuple[Day, ...]


Settings: TypeAlias = Catalogue | PublishedCalendar
