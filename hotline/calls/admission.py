"""接入: whether a call may wait, and when one that nobody took is called back. Pure."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from hotline.calls.vocabulary import Admission
from hotline.clocks.calendar import SHANGHAI

CALLED_BACK_WITHIN: Final = timedelta(minutes=30)
"""A missed call is called back within this time, by day (66号 asks for it; handbook section 4)."""

WAKING: Final = (time(8), time(21))
"""Nobody is called back outside these hours (our default, as for texts)."""


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """服务时间: 7×24 by default (国办发〔2020〕53号); `opens` equal to `closes` is all day."""

    opens: time = time(0)
    closes: time = time(0)
    waiting_max: int = 30
    """So many callers may wait at once (our default); another is told of the call back."""
    waited_seconds_max: int = 300
    """After so long a caller is asked to hang up and is called back (our default)."""

    def is_open(self, at: datetime) -> bool:
        """Tell whether the hotline serves at this moment."""
        now = at.astimezone(SHANGHAI).time()
        if self.opens == self.closes:
            return True
        if self.opens < self.closes:
            return self.opens <= now < self.closes
        return now >= self.opens or now < self.closes


def admitted(hours: ServiceHours, at: datetime, waiting_count: int) -> Admission:
    """Say whether one more caller may wait."""
    if not hours.is_open(at):
        return Admission.OUT_OF_HOURS
    return Admission.OVERFLOW if waiting_count >= hours.waiting_max else Admission.ADMITTED


def call_back_at(at: datetime) -> datetime:
    """Promise a call back: within the time, and never at night."""
    wanted = (at + CALLED_BACK_WITHIN).astimezone(SHANGHAI)
    begins, ends = WAKING
    if wanted.time() < begins:
        return datetime.combine(wanted.date(), begins, SHANGHAI)
    if wanted.time() >= ends:
        return datetime.combine(wanted.date() + timedelta(days=1), begins, SHANGHAI)
    return wanted
