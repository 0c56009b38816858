import pickle
from datetime import date, timedelta

import pytest

from hotline.clocks.calendar import (
    Calendar,
    CalendarExhaustedError,
    Day,
    DayKind,
    calendar_problems,
)

NEW_YEAR = Day(date(2030, 1, 1), DayKind.HOLIDAY, "元旦", "test")
MAKEUP = Day(date(2030, 1, 5), DayKind.MAKEUP_WORKDAY, "元旦", "test")


def year_of(year: int, **changes: DayKind) -> list[Day]:
    """A plausible year day by day: weekends, ten holidays, and what the test changes (MM_DD)."""
    holidays = {(1, 1), (5, 1), (10, 1), (3, 4), (3, 5), (3, 6), (3, 7), (4, 4), (6, 5), (10, 2)}
    days = []
    day = date(year, 1, 1)
    while day.year == year:
        kind = DayKind.WEEKEND if day.weekday() > 4 else DayKind.WORKDAY
        if (day.month, day.day) in holidays:
            kind = DayKind.HOLIDAY
        days.append(Day(day, changes.get(f"d{day:%m_%d}", kind)))
        day += timedelta(days=1)
    return days


def codes(days: list[Day]) -> set[str]:
    return {problem.code for problem in calendar_problems(days)}


def test_a_listed_day_overrules_the_week() -> None:
    calendar = Calendar.of("v1", [NEW_YEAR, MAKEUP])
    assert not calendar.is_workday(date(2030, 1, 1))
    assert calendar.is_workday(date(2030, 1, 5))
    assert calendar.day(date(2030, 1, 5)) == MAKEUP
    assert calendar.nth_workday_after(date(2030, 1, 4), 1) == date(2030, 1, 5)


def test_an_unpublished_year_is_the_week_less_the_fixed_holidays() -> None:
    calendar = Calendar.of("v1", [NEW_YEAR])
    fixed = [(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)]
    for day in (date(2031, 1, 1) + timedelta(days=i) for i in range(365)):
        expected = day.weekday() < 5 and (day.month, day.day) not in fixed
        assert calendar.is_workday(day) is expected
        assert calendar.is_provisional(day)
    assert calendar.day(date(2031, 10, 1)) == Day(
        date(2031, 10, 1), DayKind.HOLIDAY, "国庆节", "provisional"
    )


def test_a_published_year_has_no_holiday_that_its_plan_does_not_name() -> None:
    calendar = Calendar.of("v1", [NEW_YEAR])
    assert not calendar.is_provisional(date(2030, 5, 1))
    assert calendar.is_workday(date(2030, 5, 1))
    assert calendar.day(date(2030, 5, 1)).source == "week"


def test_neighbours_of_a_weekend() -> None:
    calendar = Calendar.of("v1", [NEW_YEAR])
    friday, saturday, monday = date(2030, 6, 7), date(2030, 6, 8), date(2030, 6, 10)
    assert calendar.next_workday(friday) == friday
    assert calendar.next_workday(saturday) == monday
    assert calendar.previous_workday(monday) == friday
    assert calendar.previous_workday(saturday) == friday
    assert calendar.nth_workday_after(saturday, 0) == monday
    assert calendar.workdays_between(friday, monday) == 1
    assert calendar.workdays_between(monday, friday) == 0
    assert calendar.workdays_between(saturday, saturday) == 0


@pytest.mark.parametrize("day", [date(1999, 12, 31), date(2100, 1, 1)])
def test_a_day_outside_the_index_is_an_error_and_never_another_day(day: date) -> None:
    calendar = Calendar.of("v1", [])
    for ask in (
        calendar.is_workday,
        calendar.day,
        calendar.next_workday,
        calendar.previous_workday,
        lambda day: calendar.nth_workday_after(day, 1),
    ):
        with pytest.raises(CalendarExhaustedError):
            ask(day)


def test_the_ends_of_the_index_are_answered_or_refused() -> None:
    calendar = Calendar.of("v1", [])
    assert calendar.previous_workday(date(2000, 1, 4)) == date(2000, 1, 3)
    with pytest.raises(CalendarExhaustedError):
        calendar.previous_workday(date(2000, 1, 3))
    with pytest.raises(CalendarExhaustedError):
        calendar.nth_workday_after(date(2099, 12, 31), 1)


def test_a_year_without_working_days_is_an_error_that_says_what_to_do() -> None:
    idle = [Day(date(2030, 1, 1) + timedelta(days=i), DayKind.HOLIDAY) for i in range(365)]
    calendar = Calendar.of("idle", idle)
    with pytest.raises(CalendarExhaustedError, match="publish a corrected calendar") as caught:
        calendar.next_workday(date(2030, 3, 1))
    assert caught.value.code == "calendar-exhausted"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301 (ours)
    with pytest.raises(CalendarExhaustedError):
        calendar.previous_workday(date(2030, 12, 1))


def test_a_negative_count_is_a_defect_of_the_caller() -> None:
    with pytest.raises(ValueError, match="negative"):
        Calendar.of("v1", []).nth_workday_after(date(2030, 1, 1), -1)


def test_runs_join_days_of_one_name_and_are_cut_to_the_stretch() -> None:
    festival = [Day(date(2030, 2, d), DayKind.HOLIDAY, "春节") for d in (2, 3, 4, 5)]
    other = Day(date(2030, 2, 6), DayKind.HOLIDAY, "其他")
    calendar = Calendar.of("v1", [*festival, other])
    whole = calendar.runs_between(date(2030, 2, 1), date(2030, 2, 10))
    assert [(run.first.day, run.last.day, run.days, run.note) for run in whole] == [
        (2, 5, 4, "春节"),
        (6, 6, 1, "其他"),
    ]
    cut = calendar.runs_between(date(2030, 2, 3), date(2030, 2, 4))
    assert [(run.first.day, run.last.day) for run in cut] == [(4, 4)]
    assert calendar.runs_between(date(2030, 2, 6), date(2030, 2, 10)) == []


def test_a_plausible_year_has_no_problem() -> None:
    assert calendar_problems(year_of(2030)) == ()
    exceptions = [day for day in year_of(2030) if day.kind is DayKind.HOLIDAY]
    assert calendar_problems(exceptions) == ()


def test_an_empty_calendar_is_refused() -> None:
    assert codes([]) == {"calendar-empty"}


def test_a_day_given_twice_is_refused_and_named() -> None:
    days = year_of(2030)
    problems = calendar_problems([*days, days[41]])
    assert [(problem.code, problem.at) for problem in problems] == [
        ("calendar-day-repeated", days[41].date)
    ]


def test_a_year_day_by_day_needs_every_day() -> None:
    days = year_of(2030)
    problems = calendar_problems([*days[:100], *days[101:]])
    assert [(problem.code, problem.at) for problem in problems] == [
        ("calendar-year-incomplete", days[100].date)
    ]


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ("d06_08", DayKind.WORKDAY),  # a Saturday
        ("d06_10", DayKind.WEEKEND),  # a Monday
        ("d06_10", DayKind.MAKEUP_WORKDAY),
    ],
)
def test_a_kind_that_contradicts_the_week_is_refused(changed: str, kind: DayKind) -> None:
    assert codes(year_of(2030, **{changed: kind})) == {"calendar-kind-mismatch"}


@pytest.mark.parametrize("anchor", ["d01_01", "d05_01", "d10_01"])
def test_a_year_without_a_statutory_holiday_is_refused(anchor: str) -> None:
    assert codes(year_of(2030, **{anchor: DayKind.WORKDAY})) == {"calendar-holiday-missing"}


def test_a_few_holidays_are_no_complete_list_of_exceptions() -> None:
    three = [Day(date(2030, m, 1), DayKind.HOLIDAY) for m in (1, 5, 10)]
    assert codes(three) == {"calendar-workdays-implausible"}


def test_two_weeks_without_a_working_day_are_refused() -> None:
    closed = {f"d08_{day:02}": DayKind.HOLIDAY for day in range(1, 16)}
    assert "calendar-workless" in codes(year_of(2030, **closed))
    open_again = closed | {"d08_08": DayKind.WORKDAY}
    assert "calendar-workless" not in codes(year_of(2030, **open_again))


def test_a_new_plan_replaces_its_own_years_and_no_other() -> None:
    old = Calendar.of("v1", [NEW_YEAR, MAKEUP, Day(date(2031, 1, 2), DayKind.HOLIDAY, "旧")])
    new = old.replaced("v2", [Day(date(2031, 1, 3), DayKind.HOLIDAY, "新")])
    assert new.version == "v2"
    assert new.day(date(2030, 1, 5)) == MAKEUP
    assert new.is_workday(date(2031, 1, 2))
    assert not new.is_workday(date(2031, 1, 3))
    assert not old.is_workday(date(2031, 1, 2))
