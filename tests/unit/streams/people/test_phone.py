import pytest

from streams.people.phone import e164


@pytest.mark.parametrize(
    "spelling",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 13800138000",
        "+86-138-0013-8000",
        "(+86)13800138000",
        "008613800138000",
        "8613800138000",
        "013800138000",
        "１３８００１３８０００",
        " 138.0013.8000 ",
        "1795113800138000",
    ],
)
def test_one_mobile_number_has_one_form(spelling: str) -> None:
    assert e164(spelling) == "+8613800138000"


@pytest.mark.parametrize(
    "spelling",
    [
        "028-86512345",
        "(028)8651 2345",
        "+86 28 8651 2345",
        "+86(0)28 8651 2345",
        "0086-28-86512345",
        "02886512345转801",
        "028-86512345 ext. 801",
        "86512345",
    ],
)
def test_one_landline_has_one_form(spelling: str) -> None:
    assert e164(spelling, area="28") == "+862886512345"


@pytest.mark.parametrize(
    ("spelling", "number"),
    [
        ("400-810-1234", "+864008101234"),
        ("95588", "+8695588"),
        ("+1 (415) 555-2671", "+14155552671"),
        ("0731-8888888", "+867318888888"),
    ],
)
def test_other_numbers(spelling: str, number: str) -> None:
    assert e164(spelling) == number


@pytest.mark.parametrize("spelling", ["", "未知", "86512345", "+0", "138001380001234567"])
def test_what_is_no_number_gives_none(spelling: str) -> None:
    assert e164(spelling) == ""
