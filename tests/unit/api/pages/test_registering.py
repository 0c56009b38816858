"""The operator's form: categories by name, areas in groups, a proposal that says why."""

import pytest

from api.calls import checked
from api.pages.registering import category_of, regions
from api.ports import Advice, Faces
from hotline.people.actors import Actor, Role
from hotline.people.commands import DepartmentLevel
from hotline.people.state import Department
from hotline.routing.commands import CatalogueEntry, Category
from hotline.routing.route import Route
from hotline.routing.state import Catalogue
from tests.unit.api.conftest import House

OPERATOR = Actor("s-lin", Role.OPERATOR, "hotline")


@pytest.fixture
def faces(house: House) -> Faces:
    for code, name, level, region in (
        ("city", "示范市", DepartmentLevel.CITY, "511800"),
        ("511802", "雨城区", DepartmentLevel.DISTRICT, "511802"),
        ("511802001", "青江街道", DepartmentLevel.TOWN, "511802001"),
        ("511802001201", "柳村", DepartmentLevel.VILLAGE, "511802001201"),
        ("water", "市水务局", DepartmentLevel.DEPARTMENT, "511800"),
    ):
        house.archive.places[code] = Department(
            name=name, name_en=f"{name}-en", level=level, region=region, parent=""
        )
    house.archive.catalogues[""] = Catalogue(
        categories=(Category(code="110101", name="供水水质", name_en="Water quality"),),
        entries=(CatalogueEntry(id="K1", lead="water", category="110101", keywords=("发黄",)),),
    )
    found: Faces = house.app.state.faces
    return found


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("供水水质（110101）", "110101"),
        ("Water quality (110101)", "110101"),
        (" 供水水质 ", "110101"),
        ("110101", "110101"),
        ("999999", "999999"),  # the rules refuse it, with their own words
        ("", ""),
        ("供水", None),
        ("热线12345", None),
    ],
)
def test_a_category_is_read_by_name_or_code(faces: Faces, written: str, code: str | None) -> None:
    assert category_of(faces, written, "511802001") == code


def test_areas_stand_in_their_district(faces: Faces) -> None:
    assert regions(faces, "zh", "511802001") == [
        ("", [("511800", "示范市")]),
        ("雨城区", [("511802", "雨城区"), ("511802001", "青江街道")]),
    ]


def test_an_unknown_area_of_the_house_can_still_be_chosen(faces: Faces) -> None:
    assert regions(faces, "zh", "777777")[0] == ("", [("511800", "示范市"), ("777777", "777777")])


def test_the_proposal_names_department_and_reasons(faces: Faces) -> None:
    found = checked(faces, OPERATOR, {"title": "自来水发黄", "region": "511802001"}, "zh", "")
    assert found is not None
    assert (found.told.lead, found.told.category) == ("市水务局", "供水水质（110101）")
    assert found.told.reasons[-1] == "文中有关键词：发黄"
    assert found.told.guesses == ()


def test_nothing_is_proposed_for_an_empty_form(faces: Faces) -> None:
    assert checked(faces, OPERATOR, {"title": " ", "region": "511802001"}, "zh", "") is None


def test_the_model_speaks_beside_the_rule(house: House, faces: Faces) -> None:
    asked: list[tuple[Route, str]] = []

    def adviser(route: Route, text: str) -> Advice:
        asked.append((route, text))
        return Advice("劳动就业", ("07",), 0.7, (("110101", 0.2),), agrees=False)

    object.__setattr__(faces, "adviser", adviser)
    found = checked(faces, OPERATOR, {"title": "发黄", "text": "三天"}, "zh", "")
    assert found is not None
    assert found.told.lead == "市水务局"
    assert found.told.guesses == (("劳动就业", 0.7), ("供水水质（110101）", 0.2))
    assert asked[0][1] == "发黄\n三天"
    answer = house.as_role(Role.OPERATOR).post(
        "/api/v1/routing/suggestion", json={"type": "complaint", "text": "自来水发黄"}
    )
    assert answer.json()["lead"] == "water"
    assert answer.json()["texts"]["en"][-1] == "Words found in the text: 发黄"
    assert answer.json()["model"]["confidence"] == 0.7


def test_a_question_about_nothing_we_know_is_bad_input(house: House) -> None:
    answer = house.as_role(Role.OPERATOR).post("/api/v1/routing/suggestion", json={"type": "x"})
    assert (answer.status_code, answer.json()["code"]) == (422, "input-invalid")
