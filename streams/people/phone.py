"""电话号码: one spelling for each number (E.164), whatever way it was written down."""

import re
import unicodedata
from typing import Final

_EXTENSION: Final = re.compile(r"(转|轉|分机|ext\.?|x|#)\s*\d+\s*$", re.IGNORECASE)
_NOT_DIAL: Final = re.compile(r"[^\d+]")
_IP_PREFIXES: Final = re.compile(
    r"^(17951|17911|17909|17901|12593|10193)(?=0?1[3-9]\d{9}$|0\d{9,11}$)"
)
_MOBILE: Final = re.compile(r"^0?(1[3-9]\d{9})$")
_LANDLINE: Final = re.compile(r"^0(10|2\d|[3-9]\d{2})(\d{7,8})$")
_TOLL_FREE: Final = re.compile(r"^([48]00\d{7})$")
_SERVICE: Final = re.compile(r"^(1\d{2,5}|9[56]\d{3,6})$")
_LOCAL: Final = re.compile(r"^[2-8]\d{6,7}$")
_ABROAD: Final = re.compile(r"^\+[1-9]\d{6,14}$")


def e164(spelling: str, *, area: str = "") -> str:
    """Give the number in E.164, or "" where it is none.

    `area` is the city's code without its 0 ("28"), for local numbers written without one.
    """
    text = unicodedata.normalize("NFKC", spelling).strip()
    text = _EXTENSION.sub("", text).replace("(0)", "")
    dial = _NOT_DIAL.sub("", text)
    dial = dial[:1] + dial[1:].replace("+", "")
    if dial.startswith("00"):
        dial = "+" + dial[2:]
    if dial.startswith("+") and not dial.startswith("+86"):
        return dial if _ABROAD.match(dial) else ""
    dial = dial.removeprefix("+86")
    return _inland(dial, area) or (_inland(dial[2:], area) if dial.startswith("86") else "")


def _inland(dial: str, area: str) -> str:
    dial = _IP_PREFIXES.sub("", dial)
    if found := _MOBILE.match(dial) or _TOLL_FREE.match(dial) or _SERVICE.match(dial):
        return "+86" + found.group(1)
    if found := _LANDLINE.match(dial) or _LANDLINE.match("0" + dial):
        return "+86" + found.group(1) + found.group(2)
    if area and _LOCAL.match(dial):
        return f"+86{area}{dial}"
    return ""
