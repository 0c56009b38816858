"""Which new tickets may be one matter: the same area and titles with most in common."""

import pytest

from api.dispatching import alike_groups
from projections.tickets.line import TicketLine


def line(number: str, title: str, region: str = "511802001") -> TicketLine:
    found = TicketLine(int(number), number)
    found.title, found.region = title, region
    return found


def groups(*lines: TicketLine) -> list[list[str]]:
    return [[one.number for one in group] for group in alike_groups(lines)]


def test_titles_that_say_the_same_in_one_area_are_grouped_oldest_first() -> None:
    found = groups(line("3", "花园小区停水两天"), line("2", "路灯不亮"), line("1", "花园小区停水"))
    assert found == [["1", "3"]]


@pytest.mark.parametrize(
    ("title", "region"), [("花园小区停水", "511802002"), ("公园小路积水", "511802001")]
)
def test_another_area_or_another_matter_stands_alone(title: str, region: str) -> None:
    assert groups(line("2", "花园小区停水"), line("1", title, region)) == []


def test_a_ticket_without_a_title_is_like_no_other() -> None:
    assert groups(line("2", ""), line("1", "")) == []
