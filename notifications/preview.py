"""短信预览: every text with made-up values, its length in segments and what it may cost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from notifications.intent import Template, intent_id
from notifications.quiet_hours import SHANGHAI
from notifications.rendering import Renderer
from notifications.segments import Length, Tariff, measure

_NUMBER: Final = "5118002026021301000123"
_DUE: Final = datetime(2026, 2, 27, 18, tzinfo=SHANGHAI)
_ID: Final = intent_id(f"ticket/{_NUMBER}", 1, Template.ACCEPTED, "citizen/preview")
_CODE: Final = "407291"

VALUES: Final[Mapping[str, str]] = {
    "number": _NUMBER,
    "kind": "hotline",
    "secret": "",
    "department": "",
    "due_at": _DUE.isoformat(),
    "until_at": (_DUE + timedelta(days=7)).isoformat(),
    "call_back_at": _DUE.isoformat(),
    "what": "房屋产权证明、身份证复印件",
    "way": "消费维权热线",
    "basis": "《信访工作条例》",
    "line": "12315",
    "reason": "需现场检测",
    "ground": "judicial",
    "summary": "路灯已于今日修复，经现场核查照明正常",
    "result": "已整改，窗口增设导办台",
    "text": "该事项须经法定程序办理",
    "level": "4",
    "other": "5118002026021301000124",
    "stage": "in_handling",
}
"""Made-up values for whatever a text may print; nobody's own."""

_OWN: Final[Mapping[str, Mapping[str, str]]] = {
    Template.DELAYED: {"reason": ""},
    Template.STAFF_SUPERVISED: {"level": "2"},
    Template.REPLY_RATED_POOR: {"level": "1"},
}


@dataclass(frozen=True, slots=True)
class PreviewedText:
    """预览: what a text would say, how long it is and what it may cost."""

    template: str
    language: str
    body: str
    length: Length
    price: Decimal


@dataclass(frozen=True, slots=True)
class Trial:
    """试写: what words would say with usual values, and the values on which they fail, if any."""

    preview: PreviewedText | None
    fails_without: tuple[str, ...]


def trial(renderer: Renderer, tariff: Tariff, language: str, template: str, words: str) -> Trial:
    """Try words that are not in force on whatever the words of the file can bear.

    A value that may be missing is one without which the file still says something.
    """
    usual = {**VALUES, **_OWN.get(Template(template), {})}
    code = _CODE if template == Template.ACCEPTED else ""
    body = renderer.trial(_ID, language, words, usual, code)
    own = renderer.built_in(template, language)
    fails = tuple(
        name
        for name in sorted(VALUES)
        if renderer.trial(_ID, language, own, {**usual, name: ""}, code) is not None
        and renderer.trial(_ID, language, words, {**usual, name: ""}, code) is None
    )
    if body is None:
        return Trial(None, fails)
    said = PreviewedText(template, language, body, measure(body), tariff.estimate(body))
    return Trial(said, fails)


def previews(
    renderer: Renderer,
    tariff: Tariff,
    language: str,
    template: str = "",
    values: Mapping[str, str] | None = None,
) -> Iterator[PreviewedText]:
    """Write every text, or one; `values` take the place of the made-up ones."""
    for one in Template:
        if template in ("", one.value):
            data = {**VALUES, **_OWN.get(one, {}), **(values or {})}
            code = _CODE if one is Template.ACCEPTED else ""
            body = renderer.body(_ID, one.value, language, data, code)
            yield PreviewedText(one.value, language, body, measure(body), tariff.estimate(body))
