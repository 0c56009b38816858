from dataclasses import replace

import pytest

from hotline.clocks.rules import PRESETS, ClockName, ClockRule, Unit
from hotline.clocks.titles import CLOCK_TITLES

WD, CD, WM, CM = (
    Unit.WORKING_DAY,
    Unit.CALENDAR_DAY,
    Unit.WORKING_MINUTE,
    Unit.CALENDAR_MINUTE,
)
ANSWERS = (
    ClockName.ANSWER_CONSULT,
    ClockName.ANSWER_HELP,
    ClockName.ANSWER_SUGGEST,
    ClockName.ANSWER_COMPLAINT,
    ClockName.ANSWER_REPORT,
    ClockName.ANSWER_COMPLEX,
    ClockName.RETURN,
)


def figures(preset: str, clock: ClockName) -> tuple[int, Unit]:
    rule = PRESETS[preset].rules[clock]
    return rule.amount, rule.unit


@pytest.mark.parametrize(
    ("preset", "amounts", "unit"),
    [
        ("default", (3, 5, 7, 10, 15, 15, 1), WD),
        ("sichuan", (3, 7, 7, 15, 15, 15, 1), WD),
        ("anhui", (3, 10, 10, 10, 10, 15, 1), WD),
        ("shandong", (5, 5, 5, 5, 5, 15, 2), WD),
        ("beijing", (7, 7, 7, 7, 7, 15, 1), CD),
    ],
)
def test_the_table_of_presets(preset: str, amounts: tuple[int, ...], unit: Unit) -> None:
    for clock, amount in zip(ANSWERS, amounts, strict=True):
        expected_unit = WD if clock is ClockName.RETURN else unit
        assert figures(preset, clock) == (amount, expected_unit)
    assert figures(preset, ClockName.ANSWER_PRAISE) == figures(preset, ClockName.ANSWER_SUGGEST)
    assert figures(preset, ClockName.URGENT_LIFE) == (120, CM)
    assert figures(preset, ClockName.URGENT_UTILITY) == (1440, CM)
    assert PRESETS[preset].extension_days_max == 10


@pytest.mark.parametrize(
    ("clock", "amount", "unit"),
    [
        (ClockName.STAGE_REPORT, 5, WD),
        (ClockName.ACCEPT_NET, 120, CM),
        (ClockName.ASSIGN, 120, WM),
        (ClockName.ASSIGN_URGENT, 15, CM),
        (ClockName.ACKNOWLEDGE, 240, WM),
        (ClockName.ACKNOWLEDGE_URGENT, 30, CM),
        (ClockName.RETURN_REVIEW, 240, WM),
        (ClockName.ADJUDICATE, 1, WD),
        (ClockName.FIRST_CONTACT, 1440, CM),
        (ClockName.INFORMATION, 5, WD),
        (ClockName.REFUSE, 1, WD),
        (ClockName.MERGE, 1, WD),
        (ClockName.EXTENSION_ASK_AHEAD, 1, WD),
        (ClockName.EXTENSION_REVIEW, 240, WM),
        (ClockName.REVIEW, 1, WD),
        (ClockName.REVISIT, 1, WD),
        (ClockName.TRIAGE, 1, WD),
        (ClockName.REDO, 5, WD),
        (ClockName.OBJECTION, 5, WD),
        (ClockName.EXPLAIN_CLOSURE, 1, WD),
        (ClockName.RING_BACK, 30, WM),
        (ClockName.MATTER_TRIAGE, 1, WD),
        (ClockName.MATTER_ON_SPOT, 0, WD),
        (ClockName.MATTER_SINGLE, 3, WD),
        (ClockName.MATTER_JOINT, 5, WD),
        (ClockName.MATTER_JOINT_HARD, 10, WD),
        (ClockName.MATTER_CEILING, 15, WD),
        (ClockName.MATTER_FEEDBACK, 1, WD),
        (ClockName.MATTER_IMPROVEMENT, 15, WD),
        (ClockName.POOR_ASSIGN, 120, WM),
        (ClockName.POOR_CLAIM, 240, WM),
        (ClockName.POOR_VERIFY, 1, WD),
        (ClockName.POOR_APPEAL_ASK, 3, WD),
        (ClockName.POOR_APPEAL_DECIDE, 5, WD),
        (ClockName.POOR_RECTIFY, 5, WD),
        (ClockName.POOR_RECTIFY_COMPLEX, 15, WD),
        (ClockName.POOR_EXPLAIN, 3, WD),
        (ClockName.POOR_ITEM, 15, WD),
        (ClockName.POOR_FEEDBACK, 1, WD),
        (ClockName.POOR_RERATE, 5, WD),
        (ClockName.POOR_CHECK, 2, WD),
        (ClockName.INVITE, 3, CD),
    ],
)
def test_the_stage_clocks_of_every_preset(clock: ClockName, amount: int, unit: Unit) -> None:
    for preset in PRESETS:
        assert figures(preset, clock) == (amount, unit)


def test_only_sourced_figures_claim_more_than_our_default() -> None:
    for preset in PRESETS.values():
        for rule in preset.rules.values():
            assert (rule.basis == "our default") == (rule.tag == "our default"), rule


def test_a_preset_with_a_clock_missing_cannot_be_made() -> None:
    rules = dict(PRESETS["default"].rules)
    del rules[ClockName.REVISIT]
    with pytest.raises(ValueError, match="revisit"):
        replace(PRESETS["default"], rules=rules)


def test_a_rule_filed_under_another_clock_cannot_be_made() -> None:
    default = PRESETS["default"]
    wrong = {**default.rules, ClockName.REVISIT: default.rules[ClockName.REVIEW]}
    with pytest.raises(ValueError, match="under other names"):
        replace(default, rules=wrong)


def test_a_clock_cannot_run_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        ClockRule(ClockName.REVIEW, -1, WD, "test", "our default")


def test_every_clock_has_a_title_in_two_languages() -> None:
    assert set(CLOCK_TITLES) == set(ClockName)
    assert all(chinese and english for chinese, english in CLOCK_TITLES.values())
