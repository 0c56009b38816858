import csv
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from handlers.envelope import Command
from hotline.clocks.calendar import Calendar
from hotline.clocks.due import Clocks
from hotline.clocks.rules import PRESETS
from hotline.facts import Fact
from hotline.people import organisation
from hotline.people.actors import SYSTEM, Role
from hotline.people.appointments import UNAPPOINTED_ROLES
from hotline.people.commands import (
    AddDepartment,
    AppointStaff,
    DepartmentLevel,
    DismissStaff,
    RetireDepartment,
)
from hotline.people.directory import DepartmentDirectory
from hotline.people.state import Department, Staff
from hotline.refusal import Refusal
from hotline.routing import decide as settings
from hotline.routing.catalogue import CatalogueRouting
from hotline.routing.commands import ChoosePreset, PublishCalendar, PublishCatalogue
from hotline.routing.evolve import evolve as evolve_settings
from hotline.routing.route import Route
from hotline.routing.state import Catalogue, PublishedCalendar
from hotline.situation import Situation
from hotline.tickets.vocabulary import TicketType
from streams.city.commands import city_commands
from streams.city.organisation import DEMONSTRATION_STAFF, towns
from streams.city.tables import category_rows, classes

DATA = Path(__file__).parents[5] / "shared" / "data" / "labelled_messages.csv"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CLOCKS = Clocks(Calendar.of("test", ()), PRESETS["default"])


class NoIndicators:
    version = "1"

    def codes(self, level: int) -> frozenset[str]:
        return frozenset({str(level)})


@dataclass
class City:
    states: dict[str, Any]

    def of(self, kind: str) -> dict[str, Any]:
        return {
            stream.removeprefix(kind): state
            for stream, state in self.states.items()
            if stream.startswith(kind)
        }

    @property
    def directory(self) -> DepartmentDirectory:
        return DepartmentDirectory(self.of("department/"))

    @property
    def routing(self) -> CatalogueRouting:
        return CatalogueRouting.of(self.of("catalogue/"), self.directory)


def situation(directory: DepartmentDirectory) -> Situation:
    return Situation(
        actor=SYSTEM,
        at=AT,
        clocks=CLOCKS,
        directory=directory,
        routing=CatalogueRouting.of({}),
        indicators=NoIndicators(),
    )


def decided(city: City, stream: str, command: Command, directory: DepartmentDirectory) -> None:
    state = city.states.get(stream)
    match command:
        case AddDepartment() | RetireDepartment() | AppointStaff() | DismissStaff():
            decision = organisation.decide(command, state, situation(directory))
            assert not isinstance(decision, Refusal), (stream, decision)
            for event in decision:
                state = organisation.evolve(state, Fact(event, SYSTEM, AT))
        case PublishCatalogue() | ChoosePreset() | PublishCalendar():
            settled = settings.decide(command, state, situation(directory))
            assert not isinstance(settled, Refusal), (stream, settled)
            for change in settled:
                state = evolve_settings(state, Fact(change, SYSTEM, AT))
        case _:
            raise AssertionError(command)
    city.states[stream] = state


@pytest.fixture(scope="module")
def city() -> City:
    """Send the whole city through the rules, one command after the other."""
    built = City({})
    directory, level = built.directory, None
    for stream, command in city_commands():
        # A directory of what was decided so far, made anew where a rule will look for more.
        if (now := getattr(command, "level", type(command))) != level:
            directory, level = built.directory, now
        decided(built, stream, command, directory)
    return built


@pytest.fixture(scope="module")
def routing(city: City) -> CatalogueRouting:
    return city.routing


def routed(routing: CatalogueRouting, text: str, region: str = "341900", code: str = "") -> Route:
    return routing.route(region=region, category=code, type_=TicketType.COMPLAINT, text=text)


def test_it_has_the_size_of_a_real_city(city: City) -> None:
    levels = Counter(department.level for department in city.of("department/").values())
    assert levels[DepartmentLevel.CITY] == 1
    assert levels[DepartmentLevel.DISTRICT] == 3
    assert levels[DepartmentLevel.TOWN] == 35
    assert levels[DepartmentLevel.VILLAGE] == 442
    assert levels[DepartmentLevel.DEPARTMENT] + levels[DepartmentLevel.UTILITY] >= 40


def test_no_two_departments_share_a_name_in_either_language(city: City) -> None:
    departments: list[Department] = list(city.of("department/").values())
    assert len({department.name for department in departments}) == len(departments)
    assert all(department.name_en for department in departments)


def test_the_line_from_a_village_leads_through_town_and_district_to_the_city(city: City) -> None:
    directory = city.directory
    village = directory.codes(DepartmentLevel.VILLAGE)[0]
    assert [directory.level(code) for code in directory.chain(village)] == [
        DepartmentLevel.VILLAGE,
        DepartmentLevel.TOWN,
        DepartmentLevel.DISTRICT,
        DepartmentLevel.CITY,
    ]


def test_there_is_staff_of_every_role(city: City) -> None:
    staff: list[Staff] = list(city.of("staff/").values())
    assert {role for person in staff for role in person.roles} == set(Role) - UNAPPOINTED_ROLES
    assert {role for _, _, role in DEMONSTRATION_STAFF} == set(Role) - UNAPPOINTED_ROLES


def test_whoever_may_be_given_work_has_people_to_do_and_to_sign_it(city: City) -> None:
    held: dict[str, set[Role]] = {}
    for person in city.of("staff/").values():
        held.setdefault(person.department, set()).update(person.roles)
    catalogue: Catalogue = city.of("catalogue/")[""]
    needed = {Role.HANDLER, Role.DEPARTMENT_ADMINISTRATOR, Role.DEPARTMENT_LEADER}
    leads = {entry.lead for entry in catalogue.entries} - {"hotline"}
    assert [lead for lead in sorted(leads) if not needed <= held.get(lead, set())] == []


def test_the_category_table_has_three_levels_and_every_class_a_place(city: City) -> None:
    catalogue: Catalogue = city.of("catalogue/")[""]
    codes = {category.code for category in catalogue.categories}
    assert Counter(len(code) for code in codes)[2] == 16
    assert Counter(len(code) for code in codes)[6] >= 120
    assert all(category.name_en for category in catalogue.categories)
    duties = {category.code for category in catalogue.categories if category.department_duty}
    assert {"1001", "100101"} <= duties
    assert duties.isdisjoint({"10", "1204", "120401"})
    assert {code for found in classes().values() for code in found} <= codes


def test_a_keyword_stands_for_one_matter_only() -> None:
    words = Counter(word for row in category_rows() for word in row.keywords)
    assert [word for word, count in words.items() if count > 1] == []


def test_every_category_has_a_lead(routing: CatalogueRouting) -> None:
    unled = [
        row.code for row in category_rows() if routed(routing, "", code=row.code).lead != row.lead
    ]
    assert unled == []


def test_a_districts_own_bureau_leads_inside_it(routing: CatalogueRouting) -> None:
    text = "楼下流动摊贩占道经营"
    assert routed(routing, text).lead == "city_management"
    assert routed(routing, text, "341902").lead == "341902-city_management"
    assert routed(routing, "", "341903001", "020102").lead == "341903-housing"


def test_what_is_no_duty_of_a_department_goes_to_the_town(routing: CatalogueRouting) -> None:
    town = towns()[-1]
    village = f"{town}201"
    assert routed(routing, "要求村务公开", village).lead == town
    assert routed(routing, "要求村务公开", town[:6]).lead == town[:6]
    assert not routing.is_department_duty(village, "120401")
    assert routing.is_department_duty(village, "100101")
    assert routed(routing, "", village, "100101").lead == "ecology"


def test_the_calendar_is_published_by_its_exceptions(city: City) -> None:
    calendar: PublishedCalendar = city.of("calendar/")[""]
    assert len(calendar.days) < 1500
    published = Calendar.of(calendar.version, calendar.days)
    assert not published.is_workday(datetime(2026, 2, 17, tzinfo=UTC).date())
    assert published.is_workday(datetime(2026, 2, 28, tzinfo=UTC).date())


if DATA.exists():

    def test_most_real_messages_are_routed_and_to_the_right_class(
        routing: CatalogueRouting,
    ) -> None:
        with DATA.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found = [routed(routing, f"{row['subject']}\n{row['body']}") for row in rows]
        right = sum(
            route.category.startswith(classes()[row["category_level_1"]])
            for route, row in zip(found, rows, strict=True)
        )
        assert sum(route.lead != "" for route in found) > 0.9 * len(rows)
        assert right > 0.7 * len(rows)
