from datetime import date, datetime, time, timedelta

import pytest

from hotline.clocks.calendar import SHANGHAI, Calendar, CalendarExhaustedError, Day, DayKind
from hotline.clocks.office import OfficeHours, WorkingTime

CALENDAR = Calendar.of("test", [])  # 2030-06-07 is a Friday
SATURDAY = date(2030, 6, 8)
MORNING = (time(9), time(12))
ORDINARY = WorkingTime(CALENDAR, OfficeHours())
OPEN_SATURDAY = WorkingTime(CALENDAR, OfficeHours(exceptions={SATURDAY: (MORNING,)}))
CLOSED_MONDAY = WorkingTime(CALENDAR, OfficeHours(exceptions={date(2030, 6, 10): ()}))


def at(day: int, clock: str) -> datetime:
    return datetime.combine(date(2030, 6, day), time.fromisoformat(clock), SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        (at(7, "08:59:59"), at(7, "09:00")),
        (at(7, "09:00"), at(7, "09:00")),
        (at(7, "10:15:30"), at(7, "10:15:30")),
        (at(7, "12:00"), at(7, "13:30")),
        (at(7, "17:30"), at(10, "09:00")),
        (at(8, "10:00"), at(10, "09:00")),
    ],
)
def test_the_next_moment_inside_office_hours(moment: datetime, opening: datetime) -> None:
    assert ORDINARY.opening(moment) == opening


def test_a_hall_that_opens_on_a_saturday_works_then() -> None:
    assert OPEN_SATURDAY.opening(at(7, "18:00")) == at(8, "09:00")
    assert OPEN_SATURDAY.after(at(7, "17:00"), timedelta(hours=1)) == at(8, "09:30")
    assert OPEN_SATURDAY.between(at(7, "17:00"), at(10, "09:30")) == timedelta(hours=4)


def test_a_hall_that_closes_on_a_monday_rests_then() -> None:
    assert CLOSED_MONDAY.after(at(7, "17:00"), timedelta(hours=1)) == at(11, "09:30")
    assert CLOSED_MONDAY.between(at(7, "17:00"), at(11, "09:30")) == timedelta(hours=1)


def test_working_time_excludes_lunch_nights_and_weekends() -> None:
    assert ORDINARY.between(at(7, "11:00"), at(7, "14:00")) == timedelta(hours=1.5)
    assert ORDINARY.between(at(7, "11:00"), at(11, "10:00")) == timedelta(hours=5 + 7 + 1)
    assert ORDINARY.between(at(8, "01:00"), at(9, "23:00")) == timedelta()
    assert ORDINARY.between(at(7, "14:00"), at(7, "11:00")) == timedelta()


def test_an_amount_that_ends_with_a_span_ends_there_and_not_at_the_next_opening() -> None:
    assert ORDINARY.after(at(7, "11:00"), timedelta(hours=1)) == at(7, "12:00")
    assert ORDINARY.after(at(7, "12:00"), timedelta(microseconds=1)) == at(7, "13:30:00.000001")


def test_no_amount_is_the_next_opening() -> None:
    assert ORDINARY.after(at(8, "11:00"), timedelta()) == at(10, "09:00")


@pytest.mark.parametrize(
    "spans",
    [
        (),
        ((time(12), time(9)),),
        ((time(9), time(9)),),
        ((time(9), time(12)), (time(11), time(17))),
        ((time(13), time(17)), (time(9), time(12))),
    ],
)
def test_office_hours_that_make_no_sense_cannot_be_made(
    spans: tuple[tuple[time, time], ...],
) -> None:
    with pytest.raises(ValueError, match="office"):
        OfficeHours(spans=spans)


def test_years_without_work_end_in_an_error_and_not_in_a_loop() -> None:
    idle = [Day(date(2030, 1, 1) + timedelta(days=i), DayKind.HOLIDAY) for i in range(365)]
    working = WorkingTime(Calendar.of("idle", idle), OfficeHours())
    for ask in (working.opening, lambda moment: working.after(moment, timedelta(hours=1))):
        with pytest.raises(CalendarExhaustedError):
            ask(at(7, "10:00"))


def test_office_hours_closed_on_every_day_end_in_an_error() -> None:
    closed = {date(2030, 6, 1) + timedelta(days=i): () for i in range(200)}
    working = WorkingTime(CALENDAR, OfficeHours(exceptions=closed))
    with pytest.raises(CalendarExhaustedError):
        working.opening(at(7, "10:00"))
    with pytest.raises(CalendarExhaustedError):
        working.after(at(7, "10:00"), timedelta(minutes=5))
