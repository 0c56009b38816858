"""Commands to the settings of a region: `catalogue/<region>` and `calendar/<region>`."""

from typing import TypeAlias

from hotline.clocks.calendar import Day
from hotline.tickets.vocabulary import TicketType, Urgency
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """派单目录条目: which department leads for which matter, where.

    The more specific entry wins; `keywords` match any, `category` and `region` match by prefix.
    """

    id: str
    lead: str
    assists: tuple[str, ...] = ()
    category: str = ""
    region: str = ""
    keywords: tuple[str, ...] = ()
    type: TicketType | None = None
    urgency: Urgency | None = None
    department_duty: bool = False
    basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """分类: a leaf or branch of the three-level table, code 2+2+2 digits."""

    code: str
    name: str
    name_en: str = ""
    department_duty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishCatalogue:
    """发布派单目录: categories and entries, replacing the version before.

    What adjudications taught stays in force, but for the lessons that `dropped` names and those
    whose id stands among the new entries.
    """

    version: str
    categories: tuple[Category, ...]
    entries: tuple[CatalogueEntry, ...]
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCatalogueEntry:
    """增补条目, also learnt from an adjudication."""

    entry: CatalogueEntry
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireCatalogueEntry:
    """撤销条目."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosePreset:
    """选用时限规则 of a region."""

    preset: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishCalendar:
    """发布日历: published years; others are provisional."""

    version: str
    days: tuple[Day, ...]


SettingsCommand: TypeAlias = (
    PublishCatalogue | AddCatalogueEntry | RetireCatalogueEntry | ChoosePreset | PublishCalendar
)
