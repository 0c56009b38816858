"""Clock rules of the measured city: default, but for what a benchmark cannot wait out.

An objection may be raised until the very moment of closing, so that a loop comes to its archive; a
ticket has to be assigned and acknowledged within an hour of its call, to the second, so that
thousands fall due together.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from hotline.clocks import explanation, rules
from hotline.clocks.vocabulary import ClockName, ClockRule, Preset, Unit
from hotline.routing import decide
from streams.batches import context

NAME: Final = "bench"
WAIT: Final = timedelta(hours=1)


def install() -> None:
    """Make the preset known in this process."""
    default = rules.PRESETS["default"]
    changed = {
        clock: ClockRule(clock, minutes, Unit.CALENDAR_MINUTE, "the benchmark", "our default")
        for clock, minutes in (
            (ClockName.OBJECTION, 0),
            (ClockName.ASSIGN, WAIT // timedelta(minutes=1)),
            (ClockName.ACKNOWLEDGE, WAIT // timedelta(minutes=1)),
        )
    }
    preset = replace(default, name=NAME, rules=MappingProxyType({**default.rules, **changed}))
    presets: Mapping[str, Preset] = MappingProxyType({**rules.PRESETS, NAME: preset})
    for module in (rules, decide, explanation, context):
        module.PRESETS = presets  # type: ignore[attr-defined] # of this process alone
