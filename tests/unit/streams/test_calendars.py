from datetime import date
from itertools import pairwise

from hotline.clocks.calendar import Day, DayKind, calendar_problems
from streams.calendars import published_calendar, published_days

CALENDAR = published_calendar()


def test_what_the_package_publishes_passes_our_own_checks() -> None:
    assert calendar_problems(published_days()) == ()


def test_the_working_days_of_2026_month_by_month() -> None:
    firsts = [*(date(2026, month, 1) for month in range(1, 13)), date(2027, 1, 1)]
    counts = [
        sum(
            CALENDAR.is_workday(date.fromordinal(day))
            for day in range(first.toordinal(), following.toordinal())
        )
        for first, following in pairwise(firsts)
    ]
    assert counts == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert sum(counts) == 248


def test_the_working_weekends_of_2026() -> None:
    makeup = [day for day in CALENDAR.listed_in(2026) if day.kind is DayKind.MAKEUP_WORKDAY]
    assert [f"{day.date:%m-%d} {day.note}" for day in makeup] == [
        "01-04 元旦",
        "02-14 春节",
        "02-28 春节",
        "05-09 劳动节",
        "09-20 国庆节",
        "10-10 国庆节",
    ]


def test_every_holiday_has_a_chinese_name() -> None:
    named = [day for day in published_days() if day.kind is DayKind.HOLIDAY]
    assert all(day.note for day in named)
    assert CALENDAR.day(date(2026, 2, 18)) == Day(
        date(2026, 2, 18), DayKind.HOLIDAY, "春节", named[0].source
    )


def test_the_version_names_years_and_source() -> None:
    assert CALENDAR.version.startswith("cn-2004-")
    assert "+chinesecalendar-" in CALENDAR.version
    assert CALENDAR.is_provisional(date(max(CALENDAR.published) + 1, 1, 1))
    assert min(CALENDAR.published) == 2004
