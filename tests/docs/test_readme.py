"""What the front pages promise is there: the city, the accounts, the pages they link to."""

import re
from collections import Counter
from pathlib import Path

import pytest

from docs.tools.pages import DOCS
from hotline.people.commands import AddDepartment, DepartmentLevel
from streams.city.commands import city_commands
from streams.city.organisation import DEMONSTRATION_STAFF
from tests.docs.pages import pages

ROOT = DOCS.parent
FRONT = ("README.md", "README.zh.md")
ACCOUNT = re.compile(r"`([a-z]+(?:-[a-z]+)*)`")


@pytest.mark.parametrize("name", FRONT)
def test_the_city_has_the_size_that_is_told(name: str) -> None:
    levels = Counter(
        command.level for _, command in city_commands() if isinstance(command, AddDepartment)
    )
    text = (ROOT / name).read_text("utf-8")
    for level in (DepartmentLevel.DISTRICT, DepartmentLevel.TOWN, DepartmentLevel.VILLAGE):
        assert re.search(rf"\b{levels[level]}(?: |\b)", text), level


@pytest.mark.parametrize("name", FRONT)
def test_the_accounts_of_the_tour_exist(name: str) -> None:
    text = (ROOT / name).read_text("utf-8").partition("\n## ")[2]
    tour = text.partition("\n## ")[2].partition("\n## ")[0]
    told = set(ACCOUNT.findall(tour))
    assert told
    assert told <= {person for person, _, _ in DEMONSTRATION_STAFF}


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.name))
def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\[[^\]]*\]\(([^)#]+)", page.read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []
