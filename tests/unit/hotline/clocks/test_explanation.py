from dataclasses import replace
from datetime import datetime

import pytest

from hotline.clocks.calendar import SHANGHAI
from hotline.clocks.due import Clocks, Due, Step, StepKind, explain
from hotline.clocks.explanation import warnings_of
from hotline.clocks.rules import PRESETS, ClockName, CountingMode
from streams.calendars import published_calendar

CALENDAR = published_calendar()
SICHUAN = Clocks(CALENDAR, PRESETS["sichuan"])


def at(text: str) -> datetime:
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def test_which_days_counted_and_which_did_not() -> None:
    due = SICHUAN.due(ClockName.ANSWER_COMPLAINT, at("02-13 16:40"))
    assert explain(due, "zh") == (
        "收到：2026-02-13（周五） 16:40",
        "规则：四川 · 投诉答复（sichuan/answer_complaint@1）",
        "计 15 个工作日：2026-02-14（周六）至2026-03-12（周四）（跳过周末 3 天）",
        "计入：2026-02-14（周六） 春节调休上班",
        "不计：2026-02-15（周日）至2026-02-23（周一） 春节（9 天）",
        "计入：2026-02-28（周六） 春节调休上班",
        (
            "到期：2026-03-12（周四） 17:30（含）；黄灯：2026-03-11（周三） 09:00；"
            f"日历版本：{CALENDAR.version}"
        ),
    )
    assert explain(due, "en") == (
        "Received: Fri 2026-02-13 16:40",
        "Rule: Sichuan · answer to a complaint (sichuan/answer_complaint@1)",
        "15 working days: Sat 2026-02-14 to Thu 2026-03-12 (3 weekend days skipped)",
        "Counted: Sat 2026-02-14, make-up working day 春节",
        "Not counted: Sun 2026-02-15 to Mon 2026-02-23 春节 (9 days)",
        "Counted: Sat 2026-02-28, make-up working day 春节",
        (
            "Due: Thu 2026-03-12 17:30 (inclusive); yellow from Wed 2026-03-11 09:00; "
            f"calendar {CALENDAR.version}"
        ),
    )


def test_a_provisional_date_is_only_expected_and_says_why() -> None:
    due = SICHUAN.due(ClockName.ANSWER_COMPLAINT, at("12-31 12:00"))
    assert warnings_of(due) == ("CALENDAR_YEAR_MISSING",)
    chinese, english = explain(due, "zh"), explain(due, "en")
    assert chinese[-2].startswith("预计到期：2027-01-")
    assert english[-2].startswith("Expected due: ")
    assert "CALENDAR_YEAR_MISSING" in chinese[-1]
    assert "CALENDAR_YEAR_MISSING" in english[-1]


def test_a_firm_date_carries_no_warning() -> None:
    due = SICHUAN.due(ClockName.ANSWER_CONSULT, at("03-02 12:00"))
    assert warnings_of(due) == ()
    assert not any("预计" in line or "CALENDAR" in line for line in explain(due, "zh"))


def test_what_people_moved_is_told_in_order() -> None:
    due = SICHUAN.due_days(10, at("03-02 10:00"))
    due = SICHUAN.shifted(due, at("03-05 15:00"), at("03-10 09:30"))
    due = SICHUAN.extended(due, 5)
    due = SICHUAN.credited(due, at("03-25 10:00"), at("03-26 10:00"))
    assert explain(due, "zh")[1:-1] == (
        "规则：四川 · 承诺期限（sichuan/promised_days@1）",
        "计 10 个工作日：2026-03-03（周二）至2026-03-16（周一）（跳过周末 4 天）",
        "挂起 2026-03-05（周四）至2026-03-10（周二）：顺延 3 个工作日",
        "延期 5 个工作日：2026-03-19（周四） → 2026-03-26（周四）",
        "审核 2026-03-25（周三）至2026-03-26（周四） 不计入承办单位：顺延 1 个工作日",
    )


def test_a_rolled_receipt_and_hours_are_told() -> None:
    rolling = Clocks(CALENDAR, replace(PRESETS["beijing"], mode=CountingMode.ROLL_FORWARD))
    days = explain(rolling.due(ClockName.ANSWER_HELP, at("02-16 09:00")), "zh")
    assert days[2].startswith("计 7 个自然日")
    assert days[3] == "非办公时间收到，视为 2026-02-24（周二） 收到"
    hours = explain(rolling.due(ClockName.ASSIGN, at("03-02 09:00")), "zh")
    assert hours[2] == "计 2 小时（仅计办公时间）"
    minutes = explain(rolling.due(ClockName.ASSIGN_URGENT, at("03-02 09:00")), "zh")
    assert minutes[2] == "计 15 分钟（全天连续计时）"


def test_calendar_days_tell_only_the_holiday_that_pushed_the_last_day() -> None:
    beijing = Clocks(CALENDAR, PRESETS["beijing"])
    due = beijing.due(ClockName.ANSWER_COMPLEX, at("09-22 10:00"))
    holidays = [step for step in due.steps if step.kind is StepKind.HOLIDAY]
    assert [(step.first.day, step.last.day) for step in holidays] == [(7, 7)]


@pytest.mark.parametrize("kind", list(StepKind))
def test_every_step_has_words_in_both_languages(kind: StepKind) -> None:
    day = at("03-02 10:00")
    step = Step(kind, day.date(), day.date(), 1, "说明")
    due = Due(day, day, day, "elsewhere/own_clock@3", "v1", provisional=False, steps=(step,))
    for language, title in (("zh", "规则：elsewhere · own_clock"), ("en", "Rule: elsewhere · own")):
        lines = explain(due, language)  # type: ignore[arg-type]  # a loop loses the literal
        assert lines[1].startswith(title)
        assert "2026-03-02" in lines[2] or kind.value.endswith("minute")
