"""时限规则: the clocks of five presets, each figure with its source and how sure we are.

四川: 《四川省12345政务服务便民热线运行管理办法》 (December 2025).
安徽: "接热线、办实事"方案 (February 2022); 皖政办秘〔2021〕65号, 109号; the workflow of the
"办不成事" window (2022-07-07).
山东: 《山东省政务服务热线管理办法》 (2020).
北京: DB11/T 2021-2022, the figures of its December 2021 draft.
Where a region's rule is silent the figure is our default.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from hotline.clocks.vocabulary import ClockName, ClockRule, CountingMode, Preset, Tag, Unit

__all__ = ["PRESETS", "ClockName", "ClockRule", "CountingMode", "Preset", "Tag", "Unit"]

_OURS: Final = "our default"
_SICHUAN: Final = "四川省12345政务服务便民热线运行管理办法 (2025-12)"
_ANHUI: Final = "安徽 接热线、办实事方案 (2022-02)"
_ANHUI_MATTER: Final = "安徽 “办不成事”反映窗口工作流程 (2022-07-07)"
_SHANDONG: Final = "山东省政务服务热线管理办法 (2020)"
_BEIJING: Final = "DB11/T 2021-2022, draft of 2021-12"


def _days(clock: ClockName, amount: int, basis: str = _OURS, tag: Tag = "our default") -> ClockRule:
    return ClockRule(clock, amount, Unit.WORKING_DAY, basis, tag)


def _calendar_days(
    clock: ClockName, amount: int, basis: str = _OURS, tag: Tag = "our default"
) -> ClockRule:
    return ClockRule(clock, amount, Unit.CALENDAR_DAY, basis, tag)


def _working_minutes(clock: ClockName, amount: int) -> ClockRule:
    return ClockRule(clock, amount, Unit.WORKING_MINUTE, _OURS, "our default")


def _calendar_minutes(
    clock: ClockName, amount: int, basis: str = _OURS, tag: Tag = "our default"
) -> ClockRule:
    return ClockRule(clock, amount, Unit.CALENDAR_MINUTE, basis, tag)


_DEFAULT_RULES: Final = (
    _days(ClockName.ANSWER_CONSULT, 3, f"{_SICHUAN}; {_ANHUI}", "official"),
    _days(ClockName.ANSWER_HELP, 5, _SHANDONG, "press"),
    _days(ClockName.ANSWER_SUGGEST, 7, _SICHUAN, "official"),
    _days(ClockName.ANSWER_PRAISE, 7, _SICHUAN, "official"),
    _days(ClockName.ANSWER_COMPLAINT, 10, _ANHUI, "press"),
    _days(ClockName.ANSWER_REPORT, 15, _SICHUAN, "official"),
    _days(ClockName.ANSWER_OTHER, 7),
    _days(ClockName.ANSWER_COMPLEX, 15),
    _days(ClockName.STAGE_REPORT, 5),
    _calendar_minutes(ClockName.URGENT_LIFE, 2 * 60, _BEIJING, "draft"),
    _calendar_minutes(ClockName.URGENT_UTILITY, 24 * 60, _BEIJING, "draft"),
    _calendar_minutes(ClockName.ACCEPT_NET, 2 * 60, _BEIJING, "draft"),
    _working_minutes(ClockName.ASSIGN, 2 * 60),
    # Urgent steps run day and night: duty staff take them at once, and a two-hour calendar clock
    # could otherwise end before its first step begins.
    _calendar_minutes(ClockName.ASSIGN_URGENT, 15),
    _working_minutes(ClockName.ACKNOWLEDGE, 4 * 60),
    _calendar_minutes(ClockName.ACKNOWLEDGE_URGENT, 30),
    _days(ClockName.RETURN, 1),
    _working_minutes(ClockName.RETURN_REVIEW, 4 * 60),
    _days(ClockName.ADJUDICATE, 1),
    _calendar_minutes(ClockName.FIRST_CONTACT, 24 * 60, "北京 响应", "memory"),
    _days(ClockName.INFORMATION, 5),
    _days(ClockName.REFUSE, 1),
    _days(ClockName.MERGE, 1),
    _days(ClockName.EXTENSION_ASK_AHEAD, 1),
    _working_minutes(ClockName.EXTENSION_REVIEW, 4 * 60),
    _days(ClockName.REVIEW, 1),
    _days(ClockName.REVISIT, 1, "local 12345 bulletins", "press"),
    _days(ClockName.TRIAGE, 1),
    _days(ClockName.REDO, 5),
    _days(ClockName.OBJECTION, 5),
    _days(ClockName.EXPLAIN_CLOSURE, 1),
    _working_minutes(ClockName.SUSPENSION_REVIEW, 4 * 60),
    _working_minutes(ClockName.RING_BACK, 30),  # 66号 asks for ringing back, the figure is ours
    _days(ClockName.MATTER_TRIAGE, 1),
    _days(ClockName.MATTER_ON_SPOT, 0),
    _days(ClockName.MATTER_SINGLE, 3),
    _days(ClockName.MATTER_JOINT, 5),
    _days(ClockName.MATTER_JOINT_HARD, 10),
    _days(ClockName.MATTER_CEILING, 15),
    _days(ClockName.MATTER_FEEDBACK, 1, _ANHUI_MATTER, "official"),
    _days(ClockName.MATTER_IMPROVEMENT, 15),
    _working_minutes(ClockName.POOR_ASSIGN, 2 * 60),
    _working_minutes(ClockName.POOR_CLAIM, 4 * 60),
    _days(ClockName.POOR_VERIFY, 1),
    _days(ClockName.POOR_APPEAL_ASK, 3),
    _days(ClockName.POOR_APPEAL_DECIDE, 5),
    _days(ClockName.POOR_RECTIFY, 5),
    _days(ClockName.POOR_RECTIFY_COMPLEX, 15),
    _days(ClockName.POOR_EXPLAIN, 3),
    _days(ClockName.POOR_ITEM, 15),
    _days(ClockName.POOR_FEEDBACK, 1),
    _days(ClockName.POOR_RERATE, 5),
    _days(ClockName.POOR_CHECK, 2),
    _calendar_days(ClockName.INVITE, 3),
    _calendar_days(ClockName.REMIND, 3),
)


def _preset(name: str, title_zh: str, title_en: str, changes: Iterable[ClockRule] = ()) -> Preset:
    rules = {rule.clock: rule for rule in (*_DEFAULT_RULES, *changes)}
    return Preset(
        name=name,
        version=1,
        title_zh=title_zh,
        title_en=title_en,
        rules=MappingProxyType(rules),
    )


_ANSWERS: Final = (
    ClockName.ANSWER_CONSULT,
    ClockName.ANSWER_HELP,
    ClockName.ANSWER_SUGGEST,
    ClockName.ANSWER_PRAISE,
    ClockName.ANSWER_COMPLAINT,
    ClockName.ANSWER_REPORT,
    ClockName.ANSWER_OTHER,
)

PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            _preset("default", "默认", "default"),
            _preset(
                "sichuan",
                "四川",
                "Sichuan",
                (
                    _days(ClockName.ANSWER_CONSULT, 3, _SICHUAN, "official"),
                    _days(ClockName.ANSWER_HELP, 7, _SICHUAN, "official"),
                    _days(ClockName.ANSWER_COMPLAINT, 15, _SICHUAN, "official"),
                ),
            ),
            _preset(
                "anhui",
                "安徽",
                "Anhui",
                (
                    *(_days(clock, 10, _ANHUI, "press") for clock in _ANSWERS),
                    _days(ClockName.ANSWER_CONSULT, 3, _ANHUI, "press"),
                ),
            ),
            _preset(
                "shandong",
                "山东",
                "Shandong",
                (
                    *(_days(clock, 5, _SHANDONG, "press") for clock in _ANSWERS),
                    _days(ClockName.RETURN, 2, _SHANDONG, "press"),
                ),
            ),
            _preset(
                "beijing",
                "北京",
                "Beijing",
                (
                    *(_calendar_days(clock, 7, _BEIJING, "draft") for clock in _ANSWERS),
                    _calendar_days(ClockName.ANSWER_COMPLEX, 15, _BEIJING, "draft"),
                ),
            ),
        )
    }
)
"""Complex cases run 15 working days in every preset but 北京 (our default)."""
