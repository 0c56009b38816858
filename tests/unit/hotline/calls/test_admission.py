from datetime import datetime, time

import pytest

from hotline.calls.admission import ServiceHours, admitted, call_back_at
from hotline.calls.vocabulary import Admission
from hotline.clocks.calendar import SHANGHAI

DAY = ServiceHours(time(8), time(20), waiting_max=2)
NIGHT = ServiceHours(time(20), time(8))


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 2, hour, minute, tzinfo=SHANGHAI)


def test_the_hotline_never_closes_unless_somebody_says_so() -> None:
    assert all(ServiceHours().is_open(at(hour)) for hour in range(24))


@pytest.mark.parametrize(
    ("hours", "hour", "is_open"),
    [(DAY, 8, True), (DAY, 7, False), (DAY, 20, False), (NIGHT, 23, True), (NIGHT, 12, False)],
)
def test_service_hours_may_go_over_midnight(
    hours: ServiceHours, hour: int, *, is_open: bool
) -> None:
    assert hours.is_open(at(hour)) is is_open


@pytest.mark.parametrize(
    ("hour", "waiting", "said"),
    [
        (10, 1, Admission.ADMITTED),
        (10, 2, Admission.OVERFLOW),
        (21, 0, Admission.OUT_OF_HOURS),
    ],
)
def test_a_caller_waits_while_there_is_room(hour: int, waiting: int, said: Admission) -> None:
    assert admitted(DAY, at(hour), waiting) is said


@pytest.mark.parametrize(
    ("called_at", "back_at"),
    [
        (at(10), at(10, 30)),
        (at(3), at(8)),
        (at(20, 45), datetime(2026, 3, 3, 8, tzinfo=SHANGHAI)),
    ],
)
def test_who_was_missed_is_called_back_soon_but_not_at_night(
    called_at: datetime, back_at: datetime
) -> None:
    assert call_back_at(called_at) == back_at
