"""定时器 of a call: when nothing more is to be hoped for, and when a recording's time is over."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from hotline.calls.state import Call
from hotline.calls.vocabulary import CallStage
from hotline.tickets.vocabulary import TimerKind
from hotline.timer import Timer

SILENT_MAX: Final[Mapping[CallStage, timedelta]] = MappingProxyType(
    {
        CallStage.WAITING: timedelta(minutes=30),
        CallStage.ACCEPTED: timedelta(minutes=3),
        CallStage.TALKING: timedelta(hours=4, minutes=5),
        CallStage.RATING: timedelta(minutes=5),
    }
)
"""A call of which nothing is heard for so long is over (our default). Twilio itself ends a call
after four hours; the five minutes let its report come first."""

LOST: Final = "call-lost"
RETENTION: Final = "recording-retention"


def timers_of(call: Call) -> tuple[Timer, ...]:
    """Give the one timer that runs."""
    if call.stage is not CallStage.ENDED:
        return (Timer(TimerKind.STAGE, call.last_at + SILENT_MAX[call.stage], LOST),)
    ends = [one.keep_until for one in call.recordings if not one.erased]
    return (Timer(TimerKind.STAGE, min(ends), RETENTION),) if ends else ()
