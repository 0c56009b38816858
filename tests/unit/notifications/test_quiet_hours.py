from datetime import datetime, time

import pytest

from notifications.quiet_hours import SHANGHAI, QuietHours


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("wanted", "leaves"),
    [
        (at(3, 20, 59), at(3, 20, 59)),
        (at(3, 21), at(4, 8)),
        (at(3, 23, 59), at(4, 8)),
        (at(4, 0), at(4, 8)),
        (at(4, 7, 59), at(4, 8)),
        (at(4, 8), at(4, 8)),
    ],
)
def test_a_text_leaves_outside_the_quiet_hours(wanted: datetime, leaves: datetime) -> None:
    assert QuietHours().earliest(wanted, urgent=False) == leaves
    assert QuietHours().earliest(wanted, urgent=True) == wanted


def test_quiet_hours_may_lie_within_one_day() -> None:
    noon = QuietHours(begins=time(12), ends=time(14))
    assert noon.earliest(at(3, 13), urgent=False) == at(3, 14)
    assert noon.earliest(at(3, 23), urgent=False) == at(3, 23)
