from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import reduce

import pytest

from hotline.clocks.calendar import Day, DayKind
from hotline.facts import Fact
from hotline.people.actors import SYSTEM
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
from hotline.routing.decide import decide
from hotline.routing.events import SettingsEvent
from hotline.routing.evolve import evolve
from hotline.routing.state import Catalogue, PublishedCalendar, Settings
from hotline.situation import Situation

ROADS = Category(code="03", name="交通出行")
POTHOLES = Category(code="0301", name="道路", department_duty=True)
ENTRY = CatalogueEntry(id="R1", lead="roads", category="0301")
PUBLISH = PublishCatalogue(version="2026", categories=(ROADS, POTHOLES), entries=(ENTRY,))
LESSON = CatalogueEntry(id="A1", lead="water", category="0301", region="341102")


def holidays_of(year: int) -> tuple[Day, ...]:
    first = date(year, 1, 1)
    off = {date(year, month, day) for month in (1, 5, 10) for day in range(1, 8)}
    days = (first + timedelta(days=n) for n in range(365))
    return tuple(
        Day(
            day,
            DayKind.HOLIDAY
            if day in off
            else DayKind.WEEKEND
            if day.weekday() > 4
            else DayKind.WORKDAY,
        )
        for day in days
    )


CALENDAR = PublishCalendar(version="2026", days=tuple(holidays_of(2026)))


def fold(*events: SettingsEvent) -> Settings | None:
    state: Settings | None = None
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return reduce(lambda state, event: evolve(state, Fact(event, SYSTEM, at)), events, state)


def done(
    command: SettingsCommand, situation: Situation, *before: SettingsEvent
) -> tuple[SettingsEvent, ...]:
    decision = decide(command, fold(*before), situation)
    assert not isinstance(decision, Refusal), decision
    return decision


def refused(command: SettingsCommand, situation: Situation, *before: SettingsEvent) -> str:
    decision = decide(command, fold(*before), situation)
    assert isinstance(decision, Refusal), decision
    return decision.code


def test_a_catalogue_replaces_the_one_before_and_keeps_its_lessons(situation: Situation) -> None:
    history = done(PUBLISH, situation)
    history += done(AddCatalogueEntry(entry=LESSON, reason="裁定"), situation, *history)
    history += done(ChoosePreset(preset="sichuan"), situation, *history)
    history += done(replace(PUBLISH, version="2027"), situation, *history)
    assert fold(*history) == Catalogue(
        version="2027",
        categories=(ROADS, POTHOLES),
        entries=(ENTRY,),
        added=(LESSON,),
        preset="sichuan",
    )


def test_a_lesson_goes_when_it_is_dropped_by_name_or_published_itself(
    situation: Situation,
) -> None:
    history = done(PUBLISH, situation)
    history += done(AddCatalogueEntry(entry=LESSON, reason="裁定"), situation, *history)
    for new in (
        replace(PUBLISH, version="2027", dropped=("A1",)),
        replace(PUBLISH, version="2027", entries=(ENTRY, replace(LESSON, lead="roads"))),
    ):
        state = fold(*history, *done(new, situation, *history))
        assert isinstance(state, Catalogue)
        assert (state.version, state.added) == ("2027", ())
    wrong = replace(PUBLISH, version="2027", dropped=("A2",))
    assert refused(wrong, situation, *history) == "unknown-entry"


def test_a_lesson_that_no_longer_fits_is_not_dropped_in_silence(situation: Situation) -> None:
    history = done(PUBLISH, situation)
    history += done(AddCatalogueEntry(entry=LESSON, reason="裁定"), situation, *history)
    new = PublishCatalogue(
        version="2027", categories=(ROADS,), entries=(replace(ENTRY, category="03"),)
    )
    assert refused(new, situation, *history) == "lesson-unfit"
    done(replace(new, dropped=("A1",)), situation, *history)


def test_the_same_version_again_is_quiet_and_other_content_under_it_is_refused(
    situation: Situation,
) -> None:
    history = done(PUBLISH, situation)
    assert done(PUBLISH, situation, *history) == ()
    other = replace(PUBLISH, entries=(replace(ENTRY, lead="water"),))
    assert refused(other, situation, *history) == "version-repeated"
    history += done(AddCatalogueEntry(entry=LESSON, reason="裁定"), situation, *history)
    assert done(PUBLISH, situation, *history) == ()
    dropping = replace(PUBLISH, dropped=("A1",))
    assert refused(dropping, situation, *history) == "version-repeated"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (replace(PUBLISH, version=""), "version-missing"),
        (replace(PUBLISH, entries=()), "catalogue-empty"),
        (replace(PUBLISH, entries=(ENTRY, ENTRY)), "entry-repeated"),
        (replace(PUBLISH, categories=(ROADS, POTHOLES, ROADS)), "category-repeated"),
        (replace(PUBLISH, categories=(POTHOLES,)), "category-without-parent"),
        (
            replace(PUBLISH, categories=(ROADS, POTHOLES, Category(code="3", name="x"))),
            "category-malformed",
        ),
        (
            replace(PUBLISH, categories=(ROADS, POTHOLES, Category(code="04", name=""))),
            "category-nameless",
        ),
    ],
)
def test_a_catalogue_is_refused_as_a_whole(
    command: PublishCatalogue, code: str, situation: Situation
) -> None:
    assert refused(command, situation) == code


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (replace(ENTRY, id=""), "entry-nameless"),
        (replace(ENTRY, lead="nobody"), "unknown-department"),
        (replace(ENTRY, lead="closed"), "unknown-department"),
        (replace(ENTRY, assists=("nobody",)), "unknown-department"),
        (replace(ENTRY, assists=("roads",)), "assist-repeated"),
        (replace(ENTRY, assists=("water", "water")), "assist-repeated"),
        (replace(ENTRY, category="030"), "category-malformed"),
        (replace(ENTRY, category="04"), "unknown-category"),
        (replace(ENTRY, region="3411021"), "region-malformed"),
        (replace(ENTRY, keywords=("路",)), "keyword-too-short"),
        (replace(ENTRY, lead="town"), "department-duty"),
        (
            replace(ENTRY, category="03", lead="village", department_duty=True),
            "department-duty",
        ),
    ],
)
def test_an_entry_is_refused_when_published_and_when_added(
    entry: CatalogueEntry, code: str, situation: Situation
) -> None:
    assert refused(replace(PUBLISH, entries=(entry,)), situation) == code
    before = done(replace(PUBLISH, entries=(replace(ENTRY, id="other"),)), situation)
    assert refused(AddCatalogueEntry(entry=entry, reason="x"), situation, *before) == code


def test_a_town_may_lead_what_is_no_duty_of_a_department(situation: Situation) -> None:
    town = replace(ENTRY, category="03", lead="town")
    assert len(done(replace(PUBLISH, entries=(town,)), situation)) == 1


def test_a_lesson_is_added_once_even_where_nothing_was_published(situation: Situation) -> None:
    command = AddCatalogueEntry(entry=LESSON, reason="裁定")
    history = done(command, situation)
    assert fold(*history) == Catalogue(added=(LESSON,))
    assert done(command, situation, *history) == ()
    other = AddCatalogueEntry(entry=replace(LESSON, lead="roads"), reason="裁定")
    assert refused(other, situation, *history) == "entry-repeated"


def test_an_addition_needs_a_reason_and_a_condition(situation: Situation) -> None:
    assert refused(AddCatalogueEntry(entry=LESSON, reason=" "), situation) == "reason-missing"
    everything = AddCatalogueEntry(entry=CatalogueEntry(id="x", lead="water"), reason="x")
    assert refused(everything, situation) == "entry-matches-everything"


def test_entries_are_retired_whether_published_or_added(situation: Situation) -> None:
    history = done(PUBLISH, situation)
    history += done(AddCatalogueEntry(entry=LESSON, reason="裁定"), situation, *history)
    for id_ in ("R1", "A1"):
        history += done(RetireCatalogueEntry(id=id_, reason="调整"), situation, *history)
    state = fold(*history)
    assert isinstance(state, Catalogue)
    assert (state.entries, state.added) == ((), ())
    again = RetireCatalogueEntry(id="R1", reason="调整")
    assert refused(again, situation, *history) == "unknown-entry"
    assert refused(replace(again, reason=""), situation, *history) == "reason-missing"


def test_a_preset_is_chosen_by_a_known_name(situation: Situation) -> None:
    history = done(ChoosePreset(preset="anhui"), situation)
    assert fold(*history) == Catalogue(preset="anhui")
    assert done(ChoosePreset(preset="anhui"), situation, *history) == ()
    assert refused(ChoosePreset(preset="atlantis"), situation) == "unknown-preset"


def test_a_calendar_is_published(situation: Situation) -> None:
    history = done(CALENDAR, situation)
    assert fold(*history) == PublishedCalendar(version="2026", days=CALENDAR.days)
    assert done(CALENDAR, situation, *history) == ()
    fewer = replace(CALENDAR, days=holidays_of(2027))
    assert refused(fewer, situation, *history) == "version-repeated"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (replace(CALENDAR, days=()), "calendar-empty"),
        (replace(CALENDAR, version=""), "version-missing"),
        (replace(CALENDAR, days=CALENDAR.days + CALENDAR.days[:1]), "calendar-day-repeated"),
        (replace(CALENDAR, days=CALENDAR.days[:200]), "calendar-year-incomplete"),
    ],
)
def test_a_calendar_with_a_problem_is_refused(
    command: PublishCalendar, code: str, situation: Situation
) -> None:
    assert refused(command, situation) == code


def test_a_command_for_the_other_kind_of_stream_is_refused(situation: Situation) -> None:
    assert refused(CALENDAR, situation, *done(PUBLISH, situation)) == "wrong-stream"
    assert refused(PUBLISH, situation, *done(CALENDAR, situation)) == "wrong-stream"
