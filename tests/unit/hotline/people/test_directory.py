import pytest

from hotline.people.commands import DepartmentLevel
from hotline.people.directory import DepartmentDirectory


def test_only_departments_in_being_are_known(directory: DepartmentDirectory) -> None:
    assert directory.knows("water")
    assert not directory.knows("closed")
    assert not directory.knows("nowhere")


@pytest.mark.parametrize(
    ("code", "grassroots"), [("town", True), ("village", True), ("district", False), ("x", False)]
)
def test_towns_and_villages_are_grassroots(
    code: str, grassroots: bool, directory: DepartmentDirectory
) -> None:
    assert directory.is_grassroots(code) is grassroots


def test_the_line_runs_downwards(directory: DepartmentDirectory) -> None:
    assert directory.in_line("district", "village")
    assert directory.in_line("village", "village")
    assert not directory.in_line("village", "district")
    assert not directory.in_line("water", "village")
    assert not directory.in_line("nowhere", "nowhere")


def test_the_chain_ends_at_the_city(directory: DepartmentDirectory) -> None:
    assert directory.chain("village") == ("village", "town", "district", "city")
    assert directory.children("district") == ("town",)


def test_names_fall_back(directory: DepartmentDirectory) -> None:
    assert directory.name("water") == "水务"
    assert directory.name("water", "en") == "水务"
    assert directory.name("nowhere", "en") == "nowhere"


def test_levels_are_listed_without_the_retired(directory: DepartmentDirectory) -> None:
    assert directory.codes(DepartmentLevel.DEPARTMENT) == ("roads",)
    assert directory.level("closed") is DepartmentLevel.DEPARTMENT
