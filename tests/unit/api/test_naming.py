"""Naming: people read names and sentences; the log keeps its codes."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.messages import LANGUAGES, house_messages
from api.naming import Naming
from api.ports import Faces
from hotline.people.commands import DepartmentLevel
from hotline.people.state import Department
from hotline.routing.commands import CatalogueEntry, Category
from hotline.routing.state import Catalogue
from hotline.tickets.vocabulary import TicketType, Urgency
from tests.unit.api.conftest import House

ROOT = Path(__file__).parents[3]
CODED_REASON = re.compile(r'(?:reason="|_level\([^"\n]*, "|resumed\("|_adjudication\(")([a-z-]+)"')


def _department(name: str, name_en: str, level: DepartmentLevel, region: str) -> Department:
    return Department(name=name, name_en=name_en, level=level, region=region, parent="")


@pytest.fixture
def faces(house: House) -> Faces:
    house.archive.places = {
        "water": _department("市水务局", "Water bureau", DepartmentLevel.DEPARTMENT, "511800"),
        "511802": _department("雨城区", "Yucheng", DepartmentLevel.DISTRICT, "511802"),
        "511802001": _department("青江街道", "Qingjiang", DepartmentLevel.TOWN, "511802001"),
    }
    house.archive.catalogues = {
        "": Catalogue(
            categories=(
                Category(code="11", name="公用事业", name_en="Utilities"),
                Category(code="110101", name="供水水质", name_en="Water quality"),
            ),
            entries=(
                CatalogueEntry(id="K110101", lead="water", category="110101", keywords=("发黄",)),
                CatalogueEntry(id="C11", lead="water", category="11"),
            ),
        )
    }
    found: Faces = house.app.state.faces
    return found


def test_a_category_is_called_by_its_name_with_the_code_beside_it(faces: Faces) -> None:
    assert Naming(faces, "zh").fact("category", "110101") == "供水水质（110101）"
    assert Naming(faces, "en").fact("category", "110101") == "Water quality (110101)"
    assert Naming(faces, "zh").fact("category", "999999") == "999999"


def test_an_area_is_called_within_those_around_it(faces: Faces) -> None:
    assert Naming(faces, "zh").region("511802001") == "雨城区青江街道"
    assert Naming(faces, "en").region("511802001") == "Qingjiang, Yucheng"
    assert Naming(faces, "zh").region("777777") == "777777"


def test_the_catalogues_reasons_become_sentences(faces: Faces) -> None:
    route = faces.archive.catalogue().route(
        region="511802001", category="", type_=TicketType.COMPLAINT, text="自来水发黄"
    )
    assert Naming(faces, "zh").fact("reason", "; ".join(route.reasons)).splitlines() == [
        "采用派单目录条目 K110101（供水水质）",
        "文中有关键词：发黄",
    ]
    told = Naming(faces, "en").reasons(("entry:K110101", "beat:C11:category", "beat:gone:order"))
    entry, beaten = told
    assert entry == "Catalogue entry K110101 (Water quality)"
    assert beaten.startswith("It comes before C11 (Utilities): more specific category; gone: ")


def test_what_a_person_wrote_stays_as_it_was_written(faces: Faces) -> None:
    assert Naming(faces, "en").fact("reason", "属该单位职责") == "属该单位职责"


def test_values_are_written_as_people_write_them(faces: Faces) -> None:
    naming = Naming(faces, "zh")
    assert naming.fact("assists", ("water", "unknown")) == "市水务局、unknown"
    assert naming.fact("confidence", 0.875) == "88 %"
    assert naming.fact("urgency", Urgency.NORMAL) == "普通"
    assert naming.fact("until", datetime(2026, 11, 20, 2, 0, tzinfo=UTC)) == "2026-11-20 10:00"
    assert naming.fact("solved", value=False) == "否"


def test_every_reason_that_a_rule_states_has_words(faces: Faces) -> None:
    codes = {
        code
        for path in (ROOT / "hotline" / "tickets").rglob("*.py")
        for code in CODED_REASON.findall(path.read_text(encoding="utf-8"))
    }
    assert {"overdue-notice", "stage-overdue", "agreed-end", "returns-exhausted"} <= codes
    for language in LANGUAGES:
        naming = Naming(faces, language)
        assert [code for code in codes if naming.fact("reason", code) == code] == []


def test_every_criterion_of_the_catalogue_has_words() -> None:
    text = (ROOT / "hotline" / "routing" / "catalogue.py").read_text(encoding="utf-8")
    (listed,) = re.findall(r"_CRITERIA: Final = \(([^)]*)\)", text)
    criteria = re.findall(r'"(\w+)"', listed)
    assert len(criteria) == 7
    assert all(house_messages().has(f"routing.criterion.{one}") for one in criteria)
