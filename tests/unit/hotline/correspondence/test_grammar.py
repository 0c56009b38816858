import pytest

from hotline.correspondence.grammar import Signal, parse
from hotline.correspondence.vocabulary import Meaning

NUMBER = "5118002026021301000123"


@pytest.mark.parametrize(
    ("text", "level", "solved"),
    [
        ("5", 5, None),
        ("1", 1, None),
        (" 5\n", 5, None),
        ("５Ｙ", 5, True),
        ("2n", 2, False),
        ("4 Y。", 4, True),
        ("3分", 3, None),
        ("“5”", 5, None),
        ("非常不满意！", 1, None),
        ("满意", 4, None),
    ],
)
def test_a_digit_rates(text: str, level: int, solved: bool | None) -> None:
    assert parse(text) == Signal(Meaning.RATING, level, solved)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("0", Meaning.NOT_SOLVED),
        ("退订", Meaning.OPT_OUT),
        ("t", Meaning.OPT_OUT),
        ("TD。", Meaning.OPT_OUT),
        ("订阅", Meaning.OPT_IN),
        ("start", Meaning.OPT_IN),
        ("", Meaning.NOTHING),
        ("。。", Meaning.NOTHING),
        ("6", Meaning.WORDS),
        ("5 路公交没有来", Meaning.WORDS),
        ("51", Meaning.WORDS),
        ("不退订", Meaning.WORDS),
        ("没有回复", Meaning.WORDS),
        ("1234567890", Meaning.WORDS),
    ],
)
def test_what_is_not_wholly_a_form_is_words(text: str, meaning: Meaning) -> None:
    assert parse(text).meaning is meaning


@pytest.mark.parametrize("text", [NUMBER, f"查{NUMBER}", f"工单 {NUMBER}", f"＃{NUMBER}?"])
def test_a_number_asks_for_the_state(text: str) -> None:
    assert parse(text) == Signal(Meaning.STATE_ASKED, number=NUMBER)
