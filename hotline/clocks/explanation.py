"""时限说明: a due date put into words, so that anyone who asks "why this date?" gets an answer.

Reads only what the due date remembers; the wording is the same years later.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final, Literal, TypeAlias

from hotline.clocks.calendar import SHANGHAI
from hotline.clocks.record import Due, Step, StepKind
from hotline.clocks.rules import PRESETS
from hotline.clocks.titles import CLOCK_TITLES, PROMISED_DAYS

Language: TypeAlias = Literal["zh", "en"]

CALENDAR_YEAR_MISSING: Final = "CALENDAR_YEAR_MISSING"
"""The warning of a due date that reaches a year without a published calendar."""

_WEEKDAYS: Final = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def warnings_of(due: Due) -> tuple[str, ...]:
    """Codes that a reader of this due date must be shown."""
    return (CALENDAR_YEAR_MISSING,) if due.provisional else ()


def explain(due: Due, language: Language) -> tuple[str, ...]:
    """Say in lines how the due date came about; a provisional one is only 预计 (expected)."""
    chinese = language == "zh"
    received = _moment(due.received_at, language)
    lines = [
        f"收到：{received}" if chinese else f"Received: {received}",
        f"规则：{_rule(due.rule, language)}" if chinese else f"Rule: {_rule(due.rule, language)}",
    ]
    wording = _chinese if chinese else _english
    lines += wording(due.steps)
    lines.append(_conclusion(due, language))
    if due.provisional and chinese:
        lines.append(
            f"提示（{CALENDAR_YEAR_MISSING}）：相关年份的放假安排尚未公布，"
            "按周一至周五并扣除固定法定节假日推算，公布后将重新计算。"
        )
    elif due.provisional:
        lines.append(
            f"Warning ({CALENDAR_YEAR_MISSING}): the holiday plan of a year concerned is not "
            "published; counted by Monday to Friday less the fixed holidays, to be counted again."
        )
    return tuple(lines)


def _conclusion(due: Due, language: Language) -> str:
    due_at, warn_at = _moment(due.due_at, language), _moment(due.warn_at, language)
    if language == "zh":
        word = "预计到期" if due.provisional else "到期"
        return f"{word}：{due_at}（含）；黄灯：{warn_at}；日历版本：{due.calendar}"
    word = "Expected due" if due.provisional else "Due"
    return f"{word}: {due_at} (inclusive); yellow from {warn_at}; calendar {due.calendar}"


def _chinese(steps: tuple[Step, ...]) -> list[str]:
    moved = "分钟" if _in_minutes(steps) else "个工作日"

    def day(at: date) -> str:
        return _day(at, "zh")

    words: dict[StepKind, Callable[[Step], str]] = {
        StepKind.WORKING_DAY: lambda s: (
            f"计 {s.days} 个工作日：{day(s.first)}至{day(s.last)}{_weekends(steps, 'zh')}"
            if s.days
            else f"当日办理：{day(s.last)}下班前"
        ),
        StepKind.CALENDAR_DAY: lambda s: (
            f"计 {s.days} 个自然日（收到当日不计），末日遇非工作日顺延：{day(s.last)}"
        ),
        StepKind.WORKING_MINUTE: lambda s: f"计 {_hours(s.days, 'zh')}（仅计办公时间）",
        StepKind.CALENDAR_MINUTE: lambda s: f"计 {_hours(s.days, 'zh')}（全天连续计时）",
        StepKind.AGREED: lambda s: f"约定期限：{day(s.last)}",
        StepKind.ROLLED: lambda s: f"非办公时间收到，视为 {day(s.last)} 收到",
        StepKind.HOLIDAY: lambda s: f"不计：{_stretch(s, 'zh')} {s.note or '放假'}（{s.days} 天）",
        StepKind.MAKEUP: lambda s: f"计入：{day(s.first)} {s.note}调休上班",
        StepKind.EXTENDED: lambda s: f"延期 {s.days} 个工作日：{day(s.first)} → {day(s.last)}",
        StepKind.PAUSED: lambda s: f"挂起 {_stretch(s, 'zh')}：顺延 {s.days} {moved}",
        StepKind.CREDITED: lambda s: (
            f"审核 {_stretch(s, 'zh')} 不计入承办单位：顺延 {s.days} {moved}"
        ),
        StepKind.KEPT: lambda s: f"按新日历应为 {day(s.first)}；已告知的 {day(s.last)} 不提前",
    }
    return [words[step.kind](step) for step in steps]


def _english(steps: tuple[Step, ...]) -> list[str]:
    moved = "minutes" if _in_minutes(steps) else "working days"

    def day(at: date) -> str:
        return _day(at, "en")

    words: dict[StepKind, Callable[[Step], str]] = {
        StepKind.WORKING_DAY: lambda s: (
            f"{s.days} working days: {day(s.first)} to {day(s.last)}{_weekends(steps, 'en')}"
            if s.days
            else f"The same day: by closing time of {day(s.last)}"
        ),
        StepKind.CALENDAR_DAY: lambda s: (
            f"{s.days} calendar days, the day of receipt not counted, "
            f"a last day off rolls to the next working day: {day(s.last)}"
        ),
        StepKind.WORKING_MINUTE: lambda s: f"{_hours(s.days, 'en')} of office hours",
        StepKind.CALENDAR_MINUTE: lambda s: f"{_hours(s.days, 'en')} around the clock",
        StepKind.AGREED: lambda s: f"Agreed end: {day(s.last)}",
        StepKind.ROLLED: lambda s: f"Received out of office hours, counts as {day(s.last)}",
        StepKind.HOLIDAY: lambda s: (
            f"Not counted: {_stretch(s, 'en')} {s.note or 'holiday'} ({s.days} days)"
        ),
        StepKind.MAKEUP: lambda s: (
            f"Counted: {day(s.first)}, make-up working day {s.note}".rstrip()
        ),
        StepKind.EXTENDED: lambda s: (
            f"Extended by {s.days} working days: {day(s.first)} -> {day(s.last)}"
        ),
        StepKind.PAUSED: lambda s: f"Suspended {_stretch(s, 'en')}: {s.days} {moved} given back",
        StepKind.CREDITED: lambda s: (
            f"Review {_stretch(s, 'en')} not charged: {s.days} {moved} given back"
        ),
        StepKind.KEPT: lambda s: (
            f"The new calendar gives {day(s.first)}; the date shown, {day(s.last)}, stands"
        ),
    }
    return [words[step.kind](step) for step in steps]


def _in_minutes(steps: tuple[Step, ...]) -> bool:
    return steps[0].kind in (StepKind.WORKING_MINUTE, StepKind.CALENDAR_MINUTE)


def _weekends(steps: tuple[Step, ...], language: Language) -> str:
    """Ordinary weekend days: what is left of the stretch beside working days and holidays."""
    base = steps[0]
    holidays = sum(step.days for step in steps if step.kind is StepKind.HOLIDAY)
    left = (base.last - base.first).days + 1 - base.days - holidays
    if left <= 0:
        return ""
    return f"（跳过周末 {left} 天）" if language == "zh" else f" ({left} weekend days skipped)"


def _rule(rule: str, language: Language) -> str:
    preset_name, _, rest = rule.partition("/")
    clock = rest.partition("@")[0]
    index = 0 if language == "zh" else 1
    preset = PRESETS.get(preset_name)
    preset_title = (preset.title_zh, preset.title_en)[index] if preset else preset_name
    titles = {name.value: title for name, title in CLOCK_TITLES.items()}
    title = titles.get(clock, PROMISED_DAYS if clock == "promised_days" else (clock, clock))
    opening, closing = ("（", "）") if language == "zh" else (" (", ")")
    return f"{preset_title} · {title[index]}{opening}{rule}{closing}"


def _hours(minutes: int, language: Language) -> str:
    hours, rest = divmod(minutes, 60)
    if rest:
        return f"{minutes} 分钟" if language == "zh" else f"{minutes} minutes"
    return f"{hours} 小时" if language == "zh" else f"{hours} hours"


def _stretch(step: Step, language: Language) -> str:
    if step.first == step.last:
        return _day(step.first, language)
    joint = "至" if language == "zh" else " to "
    return f"{_day(step.first, language)}{joint}{_day(step.last, language)}"


def _day(at: date, language: Language) -> str:
    weekday = _WEEKDAYS[language][at.weekday()]
    if language == "zh":
        return f"{at.year}-{at.month:02}-{at.day:02}（{weekday}）"
    return f"{weekday} {at.isoformat()}"


def _moment(at: datetime, language: Language) -> str:
    local = at.astimezone(SHANGHAI)
    return f"{_day(local.date(), language)} {local:%H:%M}"
