"""The rules of a region's settings: what may be published, added, retired or chosen.

A catalogue that names an unknown department or an unknown category is refused as a whole: half a
catalogue routes worse than the old one. What is accepted replaces the version before, but keeps
the lessons that adjudications taught since. Whoever publishes says which of them to drop; one that
does not fit the new version any more is never dropped in silence.
"""

import re
from collections.abc import Collection, Iterable
from typing import Final, assert_never

from hotline.clocks.calendar import calendar_problems
from hotline.clocks.rules import PRESETS
from hotline.refusal import Refusal
from hotline.routing.commands import (
    AddCatalogueEntry,
    CatalogueEntry,
    Category,
    ChoosePreset,
    PublishCalendar,
    PublishCatalogue,
    RetireCatalogueEntry,
    SettingsCommand,
)
from hotline.routing.events import (
    CalendarPublished,
    CatalogueEntryAdded,
    CatalogueEntryRetired,
    CataloguePublished,
    PresetChosen,
    SettingsEvent,
)
from hotline.routing.state import Catalogue, PublishedCalendar, Settings
from hotline.situation import Decision, Directory, Situation

KEYWORD_CHARACTERS_MIN: Final = 2
"""A single Chinese character stands in too many words to route by (our default)."""

_CATEGORY: Final = re.compile(r"(?:[0-9]{2}){1,3}")  # 2+2+2 digits, domain handbook section 2
_REGION: Final = re.compile(r"(?:[0-9]{2}){0,3}|[0-9]{9}|[0-9]{12}")  # GB/T 2260, GB/T 10114


def decide(
    command: SettingsCommand, state: Settings | None, situation: Situation
) -> Decision[SettingsEvent]:
    """Say what follows from the command, or why nothing does."""
    if isinstance(command, PublishCalendar):
        if isinstance(state, Catalogue):
            return Refusal("wrong-stream", {"expected": "calendar"})
        return _publish_calendar(command, state)
    if isinstance(state, PublishedCalendar):
        return Refusal("wrong-stream", {"expected": "catalogue"})
    catalogue = state or Catalogue()
    match command:
        case PublishCatalogue():
            return _publish(command, catalogue, situation.directory)
        case AddCatalogueEntry():
            return _add(command, catalogue, situation.directory)
        case RetireCatalogueEntry():
            return _retire(command, catalogue)
        case ChoosePreset(preset=preset):
            if preset not in PRESETS:
                return Refusal("unknown-preset", {"preset": preset, "known": ", ".join(PRESETS)})
            return () if preset == catalogue.preset else (PresetChosen(preset=preset),)
        case _ as never:
            assert_never(never)


def _publish_calendar(
    command: PublishCalendar, state: PublishedCalendar | None
) -> Decision[SettingsEvent]:
    if not command.version:
        return Refusal("version-missing")
    if problems := calendar_problems(command.days):
        first = problems[0]
        return Refusal(first.code, {"detail": first.detail, "problems": str(len(problems))})
    if state and state.version == command.version:
        return () if state.days == command.days else _version_taken(command.version)
    return (CalendarPublished(version=command.version, days=command.days),)


def _publish(
    command: PublishCatalogue, state: Catalogue, directory: Directory
) -> Decision[SettingsEvent]:
    if not command.version:
        return Refusal("version-missing")
    if not command.entries:
        return Refusal("catalogue-empty")
    if command.version == state.version:
        published = (command.categories, command.entries)
        same = published == (state.categories, state.entries) and not command.dropped
        return () if same else _version_taken(command.version)
    if repeated := _first_repeated(category.code for category in command.categories):
        return Refusal("category-repeated", {"category": repeated})
    if repeated := _first_repeated(entry.id for entry in command.entries):
        return Refusal("entry-repeated", {"entry": repeated})
    codes = frozenset(category.code for category in command.categories)
    problems = (
        *(_category_problem(category, codes) for category in command.categories),
        *(_entry_problem(entry, command.categories, directory) for entry in command.entries),
    )
    if problem := next((problem for problem in problems if problem), None):
        return problem
    lessons = _lessons_kept(command, state, directory)
    if isinstance(lessons, Refusal):
        return lessons
    return (
        CataloguePublished(
            version=command.version,
            categories=command.categories,
            entries=command.entries,
            kept=lessons,
        ),
    )


def _lessons_kept(
    command: PublishCatalogue, state: Catalogue, directory: Directory
) -> tuple[str, ...] | Refusal:
    """Give the lessons that stay; one that no longer fits must be dropped by name or replaced."""
    known = {lesson.id for lesson in state.added}
    for id_ in command.dropped:
        if id_ not in known:
            return Refusal("unknown-entry", {"entry": id_})
    gone = {*command.dropped, *(entry.id for entry in command.entries)}
    kept = [lesson for lesson in state.added if lesson.id not in gone]
    for lesson in kept:
        if problem := _entry_problem(lesson, command.categories, directory):
            return Refusal("lesson-unfit", {"entry": lesson.id, "problem": problem.code})
    return tuple(lesson.id for lesson in kept)


def _add(
    command: AddCatalogueEntry, state: Catalogue, directory: Directory
) -> Decision[SettingsEvent]:
    if not command.reason.strip():
        return Refusal("reason-missing")
    entry = command.entry
    if existing := state.entry(entry.id):
        return () if existing == entry else Refusal("entry-repeated", {"entry": entry.id})
    if problem := _entry_problem(entry, state.categories, directory):
        return problem
    if not (entry.category or entry.region or entry.keywords or entry.type):
        return Refusal("entry-matches-everything", {"entry": entry.id})
    return (CatalogueEntryAdded(entry=entry, reason=command.reason),)


def _retire(command: RetireCatalogueEntry, state: Catalogue) -> Decision[SettingsEvent]:
    if not command.reason.strip():
        return Refusal("reason-missing")
    if not state.entry(command.id):
        return Refusal("unknown-entry", {"entry": command.id})
    return (CatalogueEntryRetired(id=command.id, reason=command.reason),)


def _category_problem(category: Category, codes: Collection[str]) -> Refusal | None:
    if not _CATEGORY.fullmatch(category.code):
        return Refusal("category-malformed", {"category": category.code})
    if not category.name.strip():
        return Refusal("category-nameless", {"category": category.code})
    if (parent := category.code[:-2]) and parent not in codes:
        return Refusal("category-without-parent", {"category": category.code, "parent": parent})
    return None


def _entry_problem(
    entry: CatalogueEntry, categories: Collection[Category], directory: Directory
) -> Refusal | None:
    where = {"entry": entry.id}
    if not entry.id.strip():
        return Refusal("entry-nameless")
    if entry.category and not _CATEGORY.fullmatch(entry.category):
        return Refusal("category-malformed", {**where, "category": entry.category})
    if entry.category and categories and all(entry.category != known.code for known in categories):
        return Refusal("unknown-category", {**where, "category": entry.category})
    if not _REGION.fullmatch(entry.region):
        return Refusal("region-malformed", {**where, "region": entry.region})
    for keyword in entry.keywords:
        if len(keyword.strip()) < KEYWORD_CHARACTERS_MIN:
            return Refusal("keyword-too-short", {**where, "keyword": keyword})
    for department in (entry.lead, *entry.assists):
        if not directory.knows(department):
            return Refusal("unknown-department", {**where, "department": department})
    if entry.lead in entry.assists or len(set(entry.assists)) < len(entry.assists):
        return Refusal("assist-repeated", where)
    if _is_duty(entry, categories) and directory.is_grassroots(entry.lead):
        return Refusal("department-duty", {**where, "department": entry.lead})
    return None


def _is_duty(entry: CatalogueEntry, categories: Collection[Category]) -> bool:
    """职能部门职责: may not be handed down to 街道/村 (国办函〔2025〕66号)."""
    return entry.department_duty or any(
        category.department_duty and entry.category.startswith(category.code)
        for category in categories
    )


def _version_taken(version: str) -> Refusal:
    return Refusal("version-repeated", {"version": version})


def _first_repeated(names: Iterable[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""
