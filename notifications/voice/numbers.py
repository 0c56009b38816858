"""来电号码: which callers show none. Pure."""

from typing import Final

WITHHELD: Final = frozenset(
    {
        *("anonymous", "restricted", "unavailable", "unknown", "private"),
        *("+266696687", "+7378742833", "+86282452253", "+2562533", "+8656696", "+464"),
    }
)
"""What Twilio writes for a number that is not shown: the words, and the words as telephone keys."""


def shown_number(given: str) -> str:
    """Give the number that a caller shows; "" for none, or for a line that has no number."""
    number = given.strip()
    if number.lower() in WITHHELD or number.lower().startswith(("sip:", "client:")):
        return ""
    return number
