"""静默时段: when nobody is to be woken by a text. Pure arithmetic over local clock times."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """静默时段: 21:00 to 08:00 (our default; no national rule is known)."""

    begins: time = time(21)
    ends: time = time(8)

    def earliest(self, at: datetime, *, urgent: bool) -> datetime:
        """Give the first moment, not before `at`, at which a text may leave."""
        local = at.astimezone(SHANGHAI)
        if urgent or not self._quiet(local.time()):
            return at
        morning = datetime.combine(local.date(), self.ends, SHANGHAI)
        if morning > local:
            return morning
        return datetime.combine(local.date() + timedelta(days=1), self.ends, SHANGHAI)

    def _quiet(self, now: time) -> bool:
        if self.begins <= self.ends:
            return self.begins <= now < self.ends
        return now >= self.begins or now < self.ends


QUIET_HOURS: Final = QuietHours()
