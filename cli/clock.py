"""时限命令: ask when a demand falls due, and why."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

import typer
from rich.console import Console

from cli.report import print_json, refuse
from hotline.clocks.calendar import SHANGHAI, CalendarExhaustedError
from hotline.clocks.due import Clocks, Due, explain
from hotline.clocks.explanation import warnings_of
from hotline.clocks.rules import PRESETS, ClockName, CountingMode
from streams.calendars import published_calendar

app = typer.Typer(help="时限：计算到期时间并说明理由。 Due dates and the reasons for them.")


class PresetName(StrEnum):
    """预设: the regions whose clocks are known."""

    DEFAULT = "default"
    SICHUAN = "sichuan"
    ANHUI = "anhui"
    SHANDONG = "shandong"
    BEIJING = "beijing"


class DemandType(StrEnum):
    """诉求类型, as a person writes it on the command line."""

    CONSULT = "consult"
    HELP = "help"
    SUGGEST = "suggest"
    PRAISE = "praise"
    COMPLAINT = "complaint"
    REPORT = "report"


DAYS_MAX: Final = 365
"""More promised working days than this is a typing mistake (our default)."""

_DUE_EXAMPLE: Final = (
    "例 Example: bihuan clock due --preset sichuan --type complaint "
    "--received 2026-02-13T16:40:00+08:00"
)


@app.callback()
def clock() -> None:
    """时限：计算到期时间并说明理由。 Due dates and the reasons for them."""


@app.command(epilog=_DUE_EXAMPLE)
def due(
    *,
    demand: Annotated[DemandType, typer.Option("--type", help="诉求类型 kind of demand")],
    received: Annotated[
        str, typer.Option(help="收到时间，须带时区 time of receipt with its offset (ISO 8601)")
    ],
    preset: Annotated[
        PresetName, typer.Option(help="地区预设 rules of a region")
    ] = PresetName.DEFAULT,
    days: Annotated[
        int | None,
        typer.Option(help="改用这么多个工作日 this many working days instead of the rule's"),
    ] = None,
    mode: Annotated[
        CountingMode | None, typer.Option(help="计算方式 counting mode; else the preset's")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """到期时间：按规则和工作日历计算，并逐步说明。 When a demand falls due, and why."""
    start = _time_of(received, as_json=as_json)
    if days is not None and not 0 <= days <= DAYS_MAX:
        refuse(
            "days-out-of-range",
            f"--days 应在 0 到 {DAYS_MAX} 之间。",
            f"--days must lie between 0 and {DAYS_MAX}.",
            as_json=as_json,
        )
    rules = PRESETS[preset.value]
    clocks = Clocks(published_calendar(), replace(rules, mode=mode) if mode else rules)
    try:
        answer = (
            clocks.due(ClockName(f"answer_{demand.value}"), start)
            if days is None
            else clocks.due_days(days, start)
        )
    except CalendarExhaustedError as error:
        refuse(
            error.code,
            f"工作日历没有覆盖 {error.at.year} 年；请核对 --received，或导入该年日历"
            "（bihuan calendar import）。",
            str(error),
            as_json=as_json,
        )
    _show(answer, as_json=as_json)


def _time_of(text: str, *, as_json: bool) -> datetime:
    example = "2026-02-13T16:40:00+08:00"
    try:
        moment = datetime.fromisoformat(text)
        offset = moment.utcoffset()
        moment = moment if offset is None else moment.astimezone(SHANGHAI)
    except (ValueError, OverflowError):
        refuse(
            "time-malformed",
            f"--received 不是有效时间；请写成 {example}。",
            f"--received is no time; write it like {example}.",
            as_json=as_json,
        )
    if offset is None:
        refuse(
            "time-without-offset",
            f"--received 缺少时区；请在末尾加上 +08:00，例如 {example}。",
            f"--received has no offset; add +08:00 at the end, like {example}.",
            as_json=as_json,
        )
    return moment


def _show(answer: Due, *, as_json: bool) -> None:
    warnings = warnings_of(answer)
    if as_json:
        print_json(
            {
                "due_at": answer.due_at.isoformat(),
                "warn_at": answer.warn_at.isoformat(),
                "provisional": answer.provisional,
                "explanation": list(explain(answer, "zh")),
                "explanation_en": list(explain(answer, "en")),
                "warnings": list(warnings),
            }
        )
        return
    console = Console(soft_wrap=True, highlight=False)
    word = "预计到期 Expected due" if answer.provisional else "到期 Due"
    console.print(f"[bold]{word}[/]  [bold cyan]{answer.due_at:%Y-%m-%d %H:%M}[/]")
    for line in explain(answer, "zh"):
        console.print(f"  {line}", markup=False)
    for line in explain(answer, "en"):
        console.print(f"  {line}", style="dim", markup=False)
