"""The table of refusal codes is complete: nothing refuses in words that nobody translates."""

import re
from pathlib import Path

from hotline.tickets import decide as door
from hotline.tickets.refusals import CODES

SHARED = (
    "decide",
    "decide_intake",
    "decide_assignment",
    "decide_returns",
    "decide_time",
    "decide_answering",
    "decide_closing",
    "decide_oversight",
    "decide_expiry",
    "standing",
)


def _used() -> set[str]:
    folder = Path(door.__file__).parent
    text = "".join((folder / f"{name}.py").read_text("utf-8") for name in SHARED)
    return set(re.findall(r'Refusal\(\s*"([^"]+)"', text))


def test_every_code_in_the_rules_stands_in_the_table() -> None:
    assert _used() <= CODES


def test_no_code_in_the_table_is_unused() -> None:
    unused = CODES - _used()
    assert not unused
