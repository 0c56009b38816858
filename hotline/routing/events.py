"""Events of a region's settings. A change never rewrites history."""

from typing import TypeAlias

from hotline.clocks.calendar import Day
from hotline.routing.commands import CatalogueEntry, Category
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguePublished:
    """发布派单目录; `kept` are the lessons that stay in force, by id."""

    version: str
    categories: tuple[Category, ...]
    entries: tuple[CatalogueEntry, ...]
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntryAdded:
    """增补条目."""

    entry: CatalogueEntry
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntryRetired:
    """撤销条目."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetChosen:
    """选用时限规则."""

    preset: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPublished:
    """发布日历."""

    version: str
    days: tuple[Day, ...]


SettingsEvent: TypeAlias = (
    CataloguePublished
    | CatalogueEntryAdded
    | CatalogueEntryRetired
    | PresetChosen
    | CalendarPublished
)
