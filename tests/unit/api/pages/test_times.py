"""How far away a moment is, in words of both languages."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from api.messages import Language, house_messages
from api.pages.times import ago, until

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "language", "past", "due"),
    [
        (timedelta(seconds=-20), "zh", "刚刚", "刚刚"),
        (timedelta(minutes=-5), "zh", "5分钟前", "已超5分钟"),
        (timedelta(hours=-3), "en", "3 h ago", "3 h over"),
        (timedelta(hours=30), "zh", "30小时后", "还有30小时"),
        (timedelta(days=3), "en", "in 3 d", "3 d left"),
        (timedelta(days=-400), "zh", "", ""),
    ],
)
def test_a_moment_is_told_in_its_largest_unit(
    span: timedelta, language: Language, past: str, due: str
) -> None:
    say = partial(house_messages().text, language)
    assert ago(say, NOW + span, NOW) == past
    assert until(say, NOW + span, NOW) == due
    assert until(say, int((NOW + span).timestamp()) * 1_000_000, NOW) == due


def test_what_has_no_moment_says_nothing() -> None:
    assert ago(partial(house_messages().text, "zh"), None, NOW) == ""
