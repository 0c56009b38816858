"""Due dates against an oracle that shares no code: it walks days and minutes one by one."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import islice

import hypothesis
import hypothesis.strategies as st
import pytest
from chinese_calendar import is_workday

from hotline.clocks.calendar import SHANGHAI, Calendar, CalendarExhaustedError, Day, DayKind
from hotline.clocks.due import Clocks
from hotline.clocks.rules import PRESETS, ClockName, CountingMode, Unit
from hotline.clocks.vocabulary import ClockRule
from streams.calendars import published_calendar

FIRST, LAST = date(2004, 1, 1), date(2026, 12, 31)
CASES = 100_000

WORKS = {
    day: bool(is_workday(day))
    for day in (FIRST + timedelta(days=i) for i in range((LAST - FIRST).days + 1))
}


def walked_days(received: datetime, days: int, *, roll: bool) -> datetime:
    day, clock = received.date(), received.time()
    if roll or days == 0:
        if clock > time(17, 30):
            day += timedelta(days=1)
        while not WORKS[day]:
            day += timedelta(days=1)
    while days:
        day += timedelta(days=1)
        days -= WORKS[day]
    return datetime(day.year, day.month, day.day, 17, 30, tzinfo=SHANGHAI)


def office_minutes(start: datetime) -> Iterator[datetime]:
    """Each end of a minute that lies inside office hours, from `start` on."""
    moment = start
    while True:
        noon = moment.time()
        if WORKS[moment.date()] and (
            time(9) <= noon < time(12) or time(13, 30) <= noon < time(17, 30)
        ):
            yield moment + timedelta(minutes=1)
        moment += timedelta(minutes=1)


def walked_minutes(start: datetime, minutes: int) -> datetime:
    return next(islice(office_minutes(start), minutes - 1, None))


def moments(seed: int, count: int, last: date) -> Iterator[tuple[random.Random, datetime]]:
    draw = random.Random(seed)
    span = (last - FIRST).days
    for _ in range(count):
        day = FIRST + timedelta(days=draw.randint(0, span))
        # Half of the receipts crowd around closing time, where the modes differ.
        minute = draw.randint(17 * 60 + 25, 17 * 60 + 35) if draw.random() < 0.5 else None
        minute = draw.randint(0, 24 * 60 - 1) if minute is None else minute
        second = draw.choice((0, 0, 1, 59))
        yield (
            draw,
            datetime(
                day.year, day.month, day.day, minute // 60, minute % 60, second, tzinfo=SHANGHAI
            ),
        )


def test_a_hundred_thousand_due_dates_equal_the_walk_day_by_day() -> None:
    clocks = {
        mode: Clocks(published_calendar(), replace(PRESETS["default"], mode=mode))
        for mode in CountingMode
    }
    for draw, received in moments(12345, CASES, date(2026, 11, 1)):
        days = draw.randint(0, 30)
        mode = draw.choice(list(CountingMode))
        due = clocks[mode].due_days(days, received)
        expected = walked_days(received, days, roll=mode is CountingMode.ROLL_FORWARD)
        assert due.due_at == expected, (received, days, mode)
        assert received <= due.warn_at <= due.due_at, (received, days, mode)


def with_minutes(minutes: int) -> Clocks:
    rule = ClockRule(ClockName.ASSIGN, minutes, Unit.WORKING_MINUTE, "test", "our default")
    default = PRESETS["default"]
    return Clocks(published_calendar(), replace(default, rules={**default.rules, rule.clock: rule}))


def test_working_minutes_equal_the_walk_minute_by_minute() -> None:
    clocks = {minutes: with_minutes(minutes) for minutes in (1, 30, 120, 240, 421, 900)}
    for draw, moment in moments(4321, 300, date(2026, 11, 1)):
        received = moment.replace(second=0)
        minutes = draw.choice(list(clocks))
        due = clocks[minutes].due(ClockName.ASSIGN, received)
        assert due.due_at == walked_minutes(received, minutes), (received, minutes)
        assert clocks[minutes].working_minutes(received, due.due_at) == minutes
        assert received <= due.warn_at <= due.due_at


def test_urgent_hours_pass_by_day_and_night() -> None:
    clocks = Clocks(published_calendar(), PRESETS["default"])
    for _, received in moments(77, 2_000, LAST):
        for clock, hours in ((ClockName.URGENT_LIFE, 2), (ClockName.URGENT_UTILITY, 24)):
            due = clocks.due(clock, received)
            assert (due.due_at - received).total_seconds() == hours * 3600
            assert (due.warn_at - received).total_seconds() == hours * 2700


def test_pauses_and_extensions_equal_the_walk() -> None:
    clocks = Clocks(published_calendar(), PRESETS["default"])
    for draw, received in moments(99, 3_000, date(2026, 8, 1)):
        days, more = draw.randint(1, 15), draw.randint(1, 10)
        paused = received + timedelta(hours=draw.randint(0, 100))
        resumed = paused + timedelta(hours=draw.randint(0, 400))
        due = clocks.extended(clocks.due_days(days, received), more)
        due = clocks.shifted(due, paused, resumed)
        lost = sum(
            WORKS[paused.date() + timedelta(days=i)]
            for i in range(1, (resumed.date() - paused.date()).days + 1)
        )
        assert due.due_at == walked_days(received, days + more + lost, roll=False)
        assert clocks.recomputed(due) == due


def test_office_openings_are_inside_office_hours_and_the_next_ones() -> None:
    clocks = Clocks(published_calendar(), PRESETS["default"])
    for _, moment in moments(5, 300, date(2026, 11, 1)):
        received = moment.replace(second=0)
        opening = clocks.office_opening(received)
        assert opening == next(office_minutes(received)) - timedelta(minutes=1)


kinds = st.sampled_from(DayKind)
hostile_days = st.builds(
    lambda start, length, kind, gap: [
        Day(start + timedelta(days=i), kind, "hostile")
        for i in range(length)
        if gap == 0 or i % gap
    ],
    st.dates(date(2019, 1, 1), date(2024, 1, 1)),
    st.integers(0, 1_500),
    kinds,
    st.integers(0, 40),
)


@hypothesis.settings(max_examples=60, deadline=None)
@hypothesis.given(
    st.lists(hostile_days, max_size=3),
    st.datetimes(datetime(2019, 1, 1), datetime(2025, 12, 31)),  # noqa: DTZ001 (the zone follows)
    st.integers(0, 40),
    st.sampled_from([ClockName.ASSIGN, ClockName.ANSWER_REPORT, ClockName.URGENT_LIFE]),
    st.sampled_from(["default", "beijing"]),
)
def test_no_calendar_can_make_a_search_endless_or_a_date_early(
    stretches: list[list[Day]], received: datetime, days: int, clock: ClockName, preset: str
) -> None:
    calendar = Calendar.of("hostile", [day for days in stretches for day in days])
    clocks = Clocks(calendar, PRESETS[preset])
    start = received.replace(tzinfo=SHANGHAI)
    try:
        promised, due = clocks.due_days(days, start), clocks.due(clock, start)
        ladder = clocks.ladder(due)
    except CalendarExhaustedError:
        return  # bounded, and told; any other exception fails
    assert calendar.is_workday(promised.due_at.date())
    assert calendar.workdays_between(start.date(), promised.due_at.date()) >= days
    assert promised.due_at - start < timedelta(days=14 * (days + 2) + 1)
    assert start <= due.warn_at <= due.due_at
    assert due.due_at < ladder.notice_at < ladder.level_1_at < ladder.level_2_at


def test_a_calendar_of_holidays_only_is_refused_at_once() -> None:
    idle = [Day(date(2020, 1, 1) + timedelta(days=i), DayKind.HOLIDAY) for i in range(1_000)]
    clocks = Clocks(Calendar.of("idle", idle), PRESETS["default"])
    start = datetime(2020, 6, 1, 10, tzinfo=SHANGHAI)
    for clock in (ClockName.ASSIGN, ClockName.ANSWER_CONSULT, ClockName.MATTER_ON_SPOT):
        with pytest.raises(CalendarExhaustedError, match="publish a corrected calendar"):
            clocks.due(clock, start)
