"""Which article answers what was typed, and what may be cited."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from api.knowledge import WordIndex, citable, listed, standing_counts, suggested
from hotline.knowledge.state import Article, Content, Edition

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@dataclass
class Shelf:
    kept: dict[str, Article] = field(default_factory=dict)

    def articles(self) -> dict[str, Article]:
        return self.kept


def article(title: str, *questions: str, editions: int = 1, **more: Any) -> Article:
    content = Content(title=title, questions=questions, text=more.pop("text", "答复"), **more)
    return Article(
        department="water",
        last_at=NOW,
        editions=tuple(
            Edition(
                number=number + 1,
                content=content,
                published_at=NOW,
                published_by="e",
                drafted_by="a",
            )
            for number in range(editions)
        ),
    )


def house(**articles: Article) -> Any:
    return SimpleNamespace(shelf=Shelf(dict(articles)), clock=lambda: NOW)


KEPT = {
    "water": article("家中停水怎么办", "小区停水什么时候来水", "自来水水压低"),
    "card": article("社会保障卡丢失挂失", "社保卡丢了怎么办", category="0501"),
    "fund": article("住房公积金租房提取", "公积金租房能取吗", region="341921"),
}


def names(found: Any) -> list[str]:
    return [one.id for one in found]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("我们小区停水两天了，什么时候来水", ["water"]),
        ("社保卡丢了", ["card"]),
        ("路灯不亮", []),
        ("", []),
    ],
)
def test_what_was_typed_finds_the_article_that_asks_the_same(
    typed: str, expected: list[str]
) -> None:
    assert names(suggested(house(**KEPT), WordIndex(), typed)) == expected


def test_an_article_of_one_area_is_suggested_there_only() -> None:
    found = house(**KEPT)
    asked = "公积金租房能取吗"
    assert names(suggested(found, WordIndex(), asked, region="341921110")) == ["fund"]
    assert names(suggested(found, WordIndex(), asked, region="341902110")) == []


def test_the_chosen_category_decides_between_equals() -> None:
    same = {"a": article("怎样补办证件"), "b": article("怎样补办证件", category="0502")}
    found = house(**same)
    assert names(suggested(found, WordIndex(), "怎样补办证件"))[0] == "a"
    assert names(suggested(found, WordIndex(), "怎样补办证件", category="050201"))[0] == "b"


def test_a_revised_or_retired_article_is_found_by_its_new_words_only() -> None:
    index, found = WordIndex(), house(**KEPT)
    assert names(suggested(found, index, "家中停水怎么办")) == ["water"]
    found.shelf.kept = {**KEPT, "water": article("燃气泄漏处置", editions=2)}
    assert names(suggested(found, index, "家中停水怎么办")) == []
    assert names(suggested(found, index, "燃气泄漏")) == ["water"]
    found.shelf.kept = {"card": KEPT["card"]}
    assert names(suggested(found, index, "燃气泄漏")) == []


@pytest.mark.parametrize(
    ("until", "edition", "is_citable"),
    [
        (None, 2, True),
        (TODAY, 2, True),
        (TODAY - timedelta(days=1), 2, False),
        (None, 1, False),
        (None, 3, False),
    ],
)
def test_only_the_edition_in_force_that_has_not_run_out_is_cited(
    until: date | None, edition: int, is_citable: bool
) -> None:
    found = house(a=article("停水", editions=2, valid_until=until))
    assert (citable(found, "a", edition) is not None) is is_citable
    assert citable(found, "b", edition) is None


def test_the_shelf_is_counted_and_listed_by_standing() -> None:
    found = house(
        good=article("甲"),
        soon=article("乙", valid_until=TODAY + timedelta(days=3)),
        over=article("丙", valid_until=TODAY - timedelta(days=3)),
    )
    assert standing_counts(found) == {"all": 3, "draft": 0, "due": 1, "expired": 1, "retired": 0}
    for standing, expected in (("due", ["soon"]), ("expired", ["over"]), ("draft", [])):
        lines, more = listed(found, WordIndex(), standing=standing)
        assert (names(lines), more) == (expected, False)
    lines, _ = listed(found, WordIndex(), text="乙")
    assert names(lines) == ["soon"]
