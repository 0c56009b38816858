"""The computed vectors of the domain handbook, one test case a figure."""

from dataclasses import replace
from datetime import datetime

import pytest

from hotline.clocks.calendar import SHANGHAI
from hotline.clocks.due import Clocks
from hotline.clocks.rules import PRESETS, ClockName, CountingMode, Unit
from hotline.clocks.vocabulary import ClockRule
from streams.calendars import published_calendar

SAME, ROLL = CountingMode.SAME_DATE, CountingMode.ROLL_FORWARD


def at(text: str) -> datetime:
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def clocks(mode: CountingMode = SAME, preset: str = "default") -> Clocks:
    return Clocks(published_calendar(), replace(PRESETS[preset], mode=mode))


def running(unit: Unit, amount: int) -> Clocks:
    """The default preset, its complaint clock replaced."""
    rule = ClockRule(ClockName.ANSWER_COMPLAINT, amount, unit, "test", "our default")
    rules = {**PRESETS["default"].rules, rule.clock: rule}
    return Clocks(published_calendar(), replace(PRESETS["default"], rules=rules))


@pytest.mark.parametrize(
    ("received", "days", "same_date", "roll_forward"),
    [
        ("02-13 16:40", 3, "02-25", "02-25"),
        ("02-14 10:00", 1, "02-24", "02-24"),
        ("02-16 09:00", 5, "02-28", "03-02"),
        ("04-30 18:10", 3, "05-08", "05-09"),
        ("05-08 11:00", 1, "05-09", "05-09"),
        ("06-18 17:31", 1, "06-22", "06-23"),
        ("04-03 17:29", 3, "04-09", "04-09"),
        ("09-18 15:00", 2, "09-21", "09-21"),
        ("09-30 17:00", 7, "10-15", "10-15"),
        ("10-03 08:00", 15, "10-27", "10-28"),
    ],
)
def test_1_to_10_working_days_in_both_modes(
    received: str, days: int, same_date: str, roll_forward: str
) -> None:
    for mode, expected in ((SAME, same_date), (ROLL, roll_forward)):
        due = clocks(mode).due_days(days, at(received))
        assert due.due_at == at(f"{expected} 17:30")
        assert not due.provisional


@pytest.mark.parametrize("mode", [SAME, ROLL])
def test_11_a_due_date_beyond_the_calendar_is_provisional(mode: CountingMode) -> None:
    due = clocks(mode).due_days(1, at("12-31 12:00"))
    assert due.due_at == datetime(2027, 1, 4, 17, 30, tzinfo=SHANGHAI)
    assert due.provisional


@pytest.mark.parametrize(
    ("hours", "received", "expected"),
    [
        (2, "02-13 17:00", "02-14 10:30"),
        (4, "02-14 16:00", "02-24 11:30"),
        (4, "05-08 11:30", "05-08 17:00"),
        (2, "04-30 18:10", "05-06 11:00"),
        (4, "09-30 16:30", "10-08 12:00"),
    ],
)
def test_12_to_16_working_hours(hours: int, received: str, expected: str) -> None:
    due = running(Unit.WORKING_MINUTE, hours * 60).due(ClockName.ANSWER_COMPLAINT, at(received))
    assert due.due_at == at(expected)


def test_17_calendar_hours_run_through_the_holiday() -> None:
    due = clocks().due(ClockName.URGENT_LIFE, at("02-16 23:30"))
    assert (due.due_at, due.warn_at) == (at("02-17 01:30"), at("02-17 01:00"))


@pytest.mark.parametrize(
    ("received", "days", "due", "extension", "expected"),
    [
        ("09-30 17:00", 7, "10-15", 10, "10-29"),
        ("09-17 10:00", 1, "09-18", 10, "10-09"),
        ("09-17 10:00", 1, "09-18", 5, "09-24"),
    ],
)
def test_18_and_19_extension(
    received: str, days: int, due: str, extension: int, expected: str
) -> None:
    first = clocks().due_days(days, at(received))
    assert first.due_at == at(f"{due} 17:30")
    assert clocks().extended(first, extension).due_at == at(f"{expected} 17:30")


@pytest.mark.parametrize(
    ("received", "paused", "resumed", "due", "expected"),
    [
        ("03-02 10:00", "03-05 15:00", "03-10 09:30", "03-16", "03-19"),
        ("02-11 10:00", "02-13 10:00", "02-25 10:00", "03-03", "03-06"),
    ],
)
def test_20_and_21_pause(received: str, paused: str, resumed: str, due: str, expected: str) -> None:
    first = clocks().due_days(10, at(received))
    assert first.due_at == at(f"{due} 17:30")
    shifted = clocks().shifted(first, at(paused), at(resumed))
    assert shifted.due_at == at(f"{expected} 17:30")
    assert shifted.steps[-1].days == 3


def test_22_yellow_red_notice_and_supervision() -> None:
    due = clocks().due_days(5, at("02-16 09:00"))
    assert due.due_at == at("02-28 17:30")
    assert due.warn_at == at("02-27 09:00")
    ladder = clocks().ladder(due)
    assert ladder.notice_at == at("03-02 09:00")
    assert ladder.level_1_at == at("03-02 17:30")
    assert ladder.level_2_at == at("03-04 17:30")
    assert ladder.level_3_at == at("03-06 17:30")


@pytest.mark.parametrize(
    ("clock", "received", "expected"),
    [
        (ClockName.ANSWER_COMPLAINT, "02-11 10:00", "02-24"),
        (ClockName.ANSWER_COMPLEX, "09-22 10:00", "10-08"),
    ],
)
def test_23_beijing_counts_calendar_days_and_rolls_the_last(
    clock: ClockName, received: str, expected: str
) -> None:
    due = clocks(preset="beijing").due(clock, at(received))
    assert due.due_at == at(f"{expected} 17:30")


@pytest.mark.parametrize(
    ("days", "last"),
    [(1, "12-30"), (3, "12-28"), (5, "12-24"), (7, "12-22"), (10, "12-17"), (15, "12-10")],
)
def test_the_last_receipt_that_stays_inside_2026(days: int, last: str) -> None:
    received = at(f"{last} 10:00")
    following = at(f"{last[:3]}{int(last[3:]) + 1:02} 10:00")
    assert not clocks().due_days(days, received).provisional
    assert clocks().due_days(days, following).provisional
