"""Presets 时限规则: choose, compare, and see what a choice does before it is made."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.messages import Language
from api.pages.administration.forms import done, form_of, line, send, show
from api.pages.frame import language
from api.problems import ProblemError
from api.security import faces, in_thread, requires
from hotline.clocks.rules import PRESETS
from hotline.clocks.titles import CLOCK_TITLES
from hotline.clocks.vocabulary import ClockName, ClockRule, Preset
from hotline.routing.commands import ChoosePreset
from hotline.routing.state import Catalogue

router = APIRouter(include_in_schema=False)

PATH: Final = "/admin/presets"
_STREAM: Final = "catalogue/"
_LIMITS: Final = (
    *("returns_per_department_max", "returns_max", "extension_days_max", "extensions_max"),
    *("suspensions_max", "redos_max", "revisit_attempts_max"),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """格: what one preset says of one clock, and on whose word."""

    text: str
    basis: str
    differs: bool


@router.get(PATH, dependencies=[requires(ChoosePreset)])
async def compare(request: Request) -> Response:
    """比较; with `preset` what choosing it would do."""
    return await _page(request, request.query_params.get("preset", ""))


@router.post(PATH, dependencies=[requires(ChoosePreset)])
async def choose(request: Request) -> Response:
    """选用."""
    form = await form_of(request)
    preset = line(form, "preset")
    try:
        await send(request, form, _STREAM, ChoosePreset(preset=preset))
    except ProblemError as problem:
        return await _page(request, preset, problem)
    return done(PATH)


async def _page(request: Request, wanted: str, problem: ProblemError | None = None) -> Response:
    house, chosen = faces(request), language(request)
    state = house.archive.state(_STREAM).state
    in_force = house.administration.clocks("").preset.name
    now = PRESETS.get(in_force, PRESETS["default"])
    told: dict[str, Any] = {"foresight": None, "uses": []}
    then = PRESETS.get(wanted)
    if then is not None and then.name != in_force:
        foresight, uses = await in_thread(
            partial(house.administration.foresee_preset, "", then.name)
        )
        told = {
            "foresight": foresight,
            "uses": [
                (
                    _title(clock, chosen),
                    amount(now.rules[clock], chosen),
                    amount(then.rules[clock], chosen),
                    uses.get(clock.value),
                )
                for clock in ClockName
                if _differ(now.rules[clock], then.rules[clock])
            ],
            "limits": [
                (name, getattr(now, name), getattr(then, name))
                for name in _LIMITS
                if getattr(now, name) != getattr(then, name)
            ],
        }
    values = {
        "presets": [(one.name, _preset_title(one, chosen)) for one in PRESETS.values()],
        "in_force": in_force,
        "explicit": bool(isinstance(state, Catalogue) and state.preset),
        "wanted": then.name if then else "",
        "wanted_title": _preset_title(then, chosen) if then else "",
        "rows": [_row(clock, chosen, now) for clock in ClockName],
        **told,
    }
    return await show(request, "admin/presets.html", values, problem, stream=_STREAM)


def _row(clock: ClockName, chosen: Language, now: Preset) -> tuple[str, str, list[Cell]]:
    cells = [
        Cell(
            amount(preset.rules[clock], chosen),
            preset.rules[clock].basis,
            _differ(preset.rules[clock], now.rules[clock]),
        )
        for preset in PRESETS.values()
    ]
    return clock.value, _title(clock, chosen), cells


def _differ(one: ClockRule, other: ClockRule) -> bool:
    return (one.amount, one.unit) != (other.amount, other.unit)


def _title(clock: ClockName, chosen: Language) -> str:
    zh, en = CLOCK_TITLES[clock]
    return en if chosen == "en" else zh


def _preset_title(preset: Preset, chosen: Language) -> str:
    return preset.title_en if chosen == "en" else preset.title_zh


_UNITS: Final = {
    "working_day": ("{}个工作日", "{} WD"),
    "calendar_day": ("{}个自然日", "{} days"),
    "working_minute": ("{}工作时", "{} working h"),
    "calendar_minute": ("{}小时", "{} h"),
}
_MINUTES: Final = {
    "working_minute": ("{}工作分", "{} working min"),
    "calendar_minute": ("{}分钟", "{} min"),
}


def amount(rule: ClockRule, chosen: Language) -> str:
    """Say how long a clock runs."""
    unit, number = rule.unit.value, rule.amount
    words = _UNITS[unit]
    if unit in _MINUTES:
        hours, rest = divmod(number, 60)
        if rest or not hours:
            words = _MINUTES[unit]
        else:
            number = hours
    return words[1 if chosen == "en" else 0].format(number)
