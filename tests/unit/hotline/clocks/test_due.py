from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from hotline.clocks.calendar import SHANGHAI, Calendar, Day, DayKind
from hotline.clocks.due import Clocks, Due, NaiveTimeError, StepKind
from hotline.clocks.rules import PRESETS, ClockName, CountingMode
from streams.calendars import published_calendar

CLOCKS = Clocks(published_calendar(), PRESETS["default"])
ROLLING = Clocks(published_calendar(), replace(PRESETS["default"], mode=CountingMode.ROLL_FORWARD))


def at(text: str, year: int = 2026) -> datetime:
    return datetime.strptime(f"{year}-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def plan_2027() -> Calendar:
    """A plan as it may be published: New Year's bridge off, the Sunday after it worked."""
    new_year = [Day(date(2027, 1, day), DayKind.HOLIDAY, "元旦", "test") for day in (1, 2, 4)]
    sunday = Day(date(2027, 1, 3), DayKind.MAKEUP_WORKDAY, "元旦", "test")
    return published_calendar().replaced("cn-2027", [*new_year, sunday])


# -- computing -----------------------------------------------------------------------------------


def test_a_due_date_says_what_it_was_computed_by() -> None:
    due = CLOCKS.due(ClockName.ANSWER_COMPLAINT, at("09-30 17:00"))
    assert due.rule == "default/answer_complaint@1"
    assert due.calendar == published_calendar().version
    assert due.received_at == at("09-30 17:00")
    assert [(step.kind, step.first, step.last, step.days) for step in due.steps] == [
        (StepKind.WORKING_DAY, date(2026, 10, 1), date(2026, 10, 20), 10),
        (StepKind.HOLIDAY, date(2026, 10, 1), date(2026, 10, 7), 7),
        (StepKind.MAKEUP, date(2026, 10, 10), date(2026, 10, 10), 1),
    ]


def test_any_offset_is_read_as_the_same_instant() -> None:
    shanghai = CLOCKS.due(ClockName.ANSWER_CONSULT, at("03-03 00:30"))
    utc = CLOCKS.due(ClockName.ANSWER_CONSULT, at("03-03 00:30").astimezone(UTC))
    assert utc == shanghai
    assert utc.received_at.utcoffset() == timedelta(hours=8)


def test_a_time_without_offset_is_a_defect_of_the_caller() -> None:
    with pytest.raises(NaiveTimeError, match=r"\+08:00"):
        CLOCKS.due(ClockName.REVISIT, datetime(2026, 3, 3, 10))  # noqa: DTZ001 (the defect)


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("05-08 17:30", "05-08"),  # closing time is inclusive
        ("05-08 17:31", "05-09"),  # a working Saturday
        ("05-10 10:00", "05-11"),
    ],
)
def test_a_clock_of_the_same_day_never_ends_before_it_began(received: str, expected: str) -> None:
    due = CLOCKS.due(ClockName.MATTER_ON_SPOT, at(received))
    assert due.due_at == at(f"{expected} 17:30")
    assert due.received_at <= due.warn_at <= due.due_at


def test_closing_time_is_inclusive_for_rolling_forward_too() -> None:
    assert ROLLING.due_days(1, at("06-18 17:30")).due_at == at("06-22 17:30")
    after = ROLLING.due_days(1, at("06-18 17:30") + timedelta(seconds=1))
    assert after.due_at == at("06-23 17:30")
    assert after.steps[1].kind is StepKind.ROLLED


def test_a_clock_of_one_day_is_yellow_at_three_quarters_of_its_working_time() -> None:
    due = CLOCKS.due(ClockName.REVISIT, at("05-08 11:00"))  # 12 working hours to Saturday 17:30
    assert due.warn_at == at("05-09 14:30")


def test_a_clock_of_one_day_received_before_opening_is_not_yellow_at_once() -> None:
    assert CLOCKS.due(ClockName.REVISIT, at("05-08 08:00")).warn_at == at("05-09 14:00")


def test_a_clock_never_is_yellow_before_it_began() -> None:
    due = CLOCKS.due(ClockName.INVITE, at("02-14 15:00"))  # three calendar days, then the holiday
    assert due.due_at == at("02-24 17:30")
    assert due.warn_at == at("02-24 15:07") + timedelta(seconds=30)


def test_a_clock_in_working_hours_is_yellow_at_three_quarters() -> None:
    assert CLOCKS.due(ClockName.ACKNOWLEDGE, at("05-08 11:30")).warn_at == at("05-08 16:00")


def test_the_answer_is_the_same_when_the_memory_of_questions_was_emptied() -> None:
    clocks = Clocks(published_calendar(), PRESETS["default"])
    first = clocks.due_days(5, at("03-02 10:00"))
    for number in range(5000):
        clocks.due_days(number % 100, at("03-02 10:00") + timedelta(days=number // 100))
    assert clocks.due_days(5, at("03-02 10:00")) == first
    assert len(clocks._counted_before) <= 4096


def test_it_fits_into_an_event_and_comes_back() -> None:
    longest = max(
        (
            Clocks(published_calendar(), PRESETS["sichuan"]).due(
                ClockName.ANSWER_REPORT, at("09-01 10:00") + timedelta(days=offset)
            )
            for offset in range(60)
        ),
        key=lambda due: len(msgspec.json.encode(due)),
    )
    encoded = msgspec.json.encode(longest)
    assert len(encoded) < 700
    decoded = msgspec.json.decode(encoded, type=Due)
    assert decoded == longest
    assert CLOCKS.extended(decoded, 3) == CLOCKS.extended(longest, 3)


def test_an_agreed_end_stands_as_agreed() -> None:
    due = CLOCKS.until(at("10-09 12:00"), at("09-21 10:00"), ClockName.SUSPENSION_REVIEW)
    assert due.due_at == at("10-09 12:00")
    assert due.warn_at == at("10-08 09:00")
    assert CLOCKS.recomputed(due) == due
    with pytest.raises(ValueError, match="before its start"):
        CLOCKS.until(at("09-21 09:59"), at("09-21 10:00"), ClockName.SUSPENSION_REVIEW)


@pytest.mark.parametrize("days", [0, -1])
def test_an_extension_adds_days(days: int) -> None:
    with pytest.raises(ValueError, match="adds"):
        CLOCKS.extended(CLOCKS.due_days(5, at("03-02 10:00")), days)


# -- moving --------------------------------------------------------------------------------------


def test_an_extension_moves_the_yellow_light_and_is_explained() -> None:
    due = CLOCKS.extended(CLOCKS.due_days(7, at("09-30 17:00")), 10)
    assert due.warn_at == at("10-28 09:00")
    assert (due.steps[-1].kind, due.steps[-1].first, due.steps[-1].last) == (
        StepKind.EXTENDED,
        date(2026, 10, 15),
        date(2026, 10, 29),
    )


def test_a_pause_within_a_day_gives_nothing_back_and_stays_on_record() -> None:
    due = CLOCKS.due_days(10, at("03-02 10:00"))
    shifted = CLOCKS.shifted(due, at("03-05 09:00"), at("03-05 17:00"))
    assert (shifted.due_at, shifted.warn_at) == (due.due_at, due.warn_at)
    assert shifted.steps[-1].kind is StepKind.PAUSED


def test_a_pause_moves_a_clock_in_minutes_by_minutes() -> None:
    calendar = CLOCKS.due(ClockName.URGENT_LIFE, at("03-05 10:00"))
    assert CLOCKS.shifted(calendar, at("03-05 11:00"), at("03-06 11:00")).due_at == at(
        "03-06 12:00"
    )
    working = CLOCKS.due(ClockName.ASSIGN, at("03-05 10:00"))  # due at 12:00
    moved = CLOCKS.shifted(working, at("03-05 11:00"), at("03-05 14:00"))
    assert moved.due_at == at("03-05 15:00")
    assert moved.warn_at == at("03-05 14:30")


def test_an_interruption_cannot_end_before_it_began() -> None:
    due = CLOCKS.due_days(10, at("03-02 10:00"))
    with pytest.raises(ValueError, match="before it began"):
        CLOCKS.shifted(due, at("03-05 09:00"), at("03-04 09:00"))


@pytest.mark.parametrize(
    ("rejected", "expected"),
    [("03-16 16:00", "03-16"), ("03-17 10:00", "03-17"), ("03-20 10:00", "03-17")],
)
def test_review_time_is_credited_up_to_one_working_day(rejected: str, expected: str) -> None:
    due = CLOCKS.due_days(10, at("03-02 10:00"))  # due 03-16
    credited = CLOCKS.credited(due, at("03-16 15:00"), at(rejected))
    assert credited.due_at == at(f"{expected} 17:30")


def test_review_time_of_a_clock_in_minutes_is_credited_up_to_one_office_day() -> None:
    due = CLOCKS.due(ClockName.ACKNOWLEDGE, at("03-02 09:00"))  # due 14:30
    assert CLOCKS.credited(due, at("03-02 14:00"), at("03-06 14:00")).due_at == at("03-03 14:30")


# -- a new calendar ------------------------------------------------------------------------------


def test_a_published_year_makes_a_provisional_due_date_firm_and_maybe_later() -> None:
    due = CLOCKS.due_days(3, at("12-29 10:00"))
    assert (due.due_at, due.provisional) == (at("01-04 17:30", 2027), True)
    later = Calendar.of(
        "cn-2027",
        [
            *(published_calendar().listed_in(2026)),
            *(Day(date(2027, 1, d), DayKind.HOLIDAY, "元旦") for d in (1, 2, 3, 4)),
        ],
    )
    again = Clocks(later, PRESETS["default"]).recomputed(due)
    assert (again.due_at, again.provisional) == (at("01-05 17:30", 2027), False)
    assert (again.calendar, again.rule) == ("cn-2027", due.rule)


def test_a_date_that_was_shown_never_becomes_earlier() -> None:
    due = CLOCKS.due_days(3, at("12-29 10:00"))
    clocks = Clocks(plan_2027(), PRESETS["default"])  # by the plan it would be Sunday 01-03
    again = clocks.recomputed(due)
    assert (again.due_at, again.warn_at) == (due.due_at, due.warn_at)
    assert (again.steps[-1].kind, again.steps[-1].first, again.steps[-1].last) == (
        StepKind.KEPT,
        date(2027, 1, 3),
        date(2027, 1, 4),
    )
    assert not again.provisional
    assert clocks.recomputed(again) == again


def test_recomputing_keeps_mode_pauses_credit_and_extension() -> None:
    due = ROLLING.due_days(10, at("02-16 09:00"))
    due = ROLLING.shifted(due, at("02-25 10:00"), at("02-27 10:00"))
    due = ROLLING.extended(due, 5)
    due = ROLLING.credited(due, at("03-17 10:00"), at("03-20 10:00"))
    assert len(due.steps) > 4
    other_mode = Clocks(published_calendar(), PRESETS["sichuan"])
    assert other_mode.recomputed(due) == due


def test_recomputing_counts_a_pause_again_under_the_new_calendar() -> None:
    due = CLOCKS.due_days(10, at("12-28 10:00"))
    due = CLOCKS.shifted(due, at("12-31 10:00"), at("01-05 10:00", 2027))
    assert due.steps[-1].days == 2  # 4 and 5 January
    off = Day(date(2027, 1, 5), DayKind.HOLIDAY, "元旦")
    new_year = Day(date(2027, 1, 1), DayKind.HOLIDAY, "元旦")
    calendar = published_calendar().replaced("cn-2027", [new_year, off])
    again = Clocks(calendar, PRESETS["default"]).recomputed(due)
    assert [step.days for step in again.steps if step.kind is StepKind.PAUSED] == [1]


def test_minutes_around_the_clock_need_no_calendar() -> None:
    due = CLOCKS.due(ClockName.URGENT_LIFE, at("12-31 23:00"))
    assert (due.due_at, due.provisional) == (at("01-01 01:00", 2027), False)


def test_a_pause_over_the_year_leaves_minutes_around_the_clock_firm() -> None:
    due = CLOCKS.due(ClockName.URGENT_LIFE, at("12-31 10:00"))
    shifted = CLOCKS.shifted(due, at("12-31 11:00"), at("01-01 11:00", 2027))
    assert (shifted.due_at, shifted.provisional) == (at("01-01 12:00", 2027), False)


def test_a_date_stays_provisional_when_it_is_moved() -> None:
    due = CLOCKS.due_days(1, at("12-31 10:00", 2003))
    assert (due.due_at, due.provisional) == (at("01-02 17:30", 2004), True)
    assert CLOCKS.extended(due, 1).provisional
    crossing = CLOCKS.due_days(1, at("12-30 10:00"))
    assert not crossing.provisional
    assert CLOCKS.extended(crossing, 1).provisional


# -- asking --------------------------------------------------------------------------------------


def test_the_ladder_of_a_matter_is_counted_from_its_registration() -> None:
    registered_at = at("02-16 09:00")
    due = CLOCKS.due_days(3, at("02-24 10:00"))  # due Friday 02-27
    ladder = CLOCKS.matter_ladder(due, registered_at)
    assert ladder.notice_at == at("02-28 09:00")
    assert ladder.level_1_at == at("02-28 17:30")
    assert ladder.level_3_at == at("03-13 17:30")
    assert CLOCKS.matter_ladder(due, registered_at, paused_days=2).level_1_at == at("03-03 17:30")


def test_the_ladder_of_an_hour_clock_starts_on_the_next_working_day() -> None:
    due = CLOCKS.due(ClockName.URGENT_LIFE, at("02-16 23:30"))  # due in the holiday
    ladder = CLOCKS.ladder(due)
    assert ladder.notice_at == at("02-24 09:00")
    assert ladder.level_1_at == at("02-24 17:30")


def test_the_ladder_is_read_in_local_time() -> None:
    due = CLOCKS.due(ClockName.URGENT_LIFE, at("03-02 23:30"))  # due Tuesday 01:30
    assert CLOCKS.ladder(replace(due, due_at=due.due_at.astimezone(UTC))) == CLOCKS.ladder(due)


def test_an_extension_is_asked_for_a_working_day_ahead() -> None:
    due = CLOCKS.due_days(5, at("02-16 09:00"))  # due Saturday 02-28
    assert CLOCKS.extension_asked_by(due) == at("02-27 17:30")


def test_reminders_are_placed_inside_office_hours() -> None:
    assert CLOCKS.office_opening(at("02-14 23:00")) == at("02-24 09:00")


def test_working_minutes_are_whole() -> None:
    end = at("02-24 09:10") + timedelta(seconds=59)
    assert CLOCKS.working_minutes(at("02-14 17:00"), end) == 40
