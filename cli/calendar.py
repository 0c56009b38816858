"""日历命令: show the working-day calendar, and bring in a year from a file.

Publishing belongs to the store of a data directory; without one a file can be checked.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer
from rich.console import Console
from rich.table import Table

from cli.calendar_file import read_calendar
from cli.report import REFUSED, print_json, refuse
from cli.tabular import RowProblem
from hotline.clocks.calendar import Calendar, Day, DayKind
from streams.calendars import published_calendar

Publish: TypeAlias = Callable[[Path, str, Sequence[Day], bool], str]
"""Takes data directory, region, checked days and the wish for JSON; gives the new version."""

_YEARS: Final = range(2000, 2100)

_KINDS: Final = {
    DayKind.WORKDAY: "工作日 workday",
    DayKind.WEEKEND: "周末 weekend",
    DayKind.HOLIDAY: "放假 holiday",
    DayKind.MAKEUP_WORKDAY: "调休上班 make-up workday",
}

_HELP: Final = "工作日历：查看、导入。 Working-day calendars."
_SHOW_EXAMPLE: Final = "例 Example: bihuan calendar show --year 2026"
_IMPORT_EXAMPLE: Final = "例 Example: bihuan calendar import 2027.csv --data data"


def calendar_app(publish: Publish, current: Callable[[Path, str, bool], Calendar]) -> typer.Typer:
    """Build the command group over a publisher and the calendar of a store."""
    group = typer.Typer(help=_HELP, no_args_is_help=True)

    @group.command(epilog=_SHOW_EXAMPLE)
    def show(
        year: Annotated[int, typer.Option(help="年份 year, for example 2026")],
        data: Annotated[
            Path | None, typer.Option(help="数据目录 data directory; else the built-in calendar")
        ] = None,
        region: Annotated[str, typer.Option(help="地区代码 region code; empty: all")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
    ) -> None:
        """查看一年：放假、调休、每月工作日数。 Show a year: holidays, make-up days, counts."""
        if year not in _YEARS:
            refuse(
                "year-out-of-range",
                f"--year 应在 {_YEARS.start} 到 {_YEARS.stop - 1} 之间。",
                f"--year must lie between {_YEARS.start} and {_YEARS.stop - 1}.",
                as_json=as_json,
            )
        calendar = current(data, region, as_json) if data else published_calendar()
        _show(calendar, year, as_json=as_json)

    @group.command(name="import", epilog=_IMPORT_EXAMPLE)
    def import_(
        file: Annotated[Path, typer.Argument(help="CSV：date, kind 或 is_workday, note")],
        region: Annotated[str, typer.Option(help="地区代码 region code; empty: all")] = "",
        data: Annotated[
            Path | None, typer.Option(help="数据目录 data directory to publish to")
        ] = None,
        check: Annotated[
            bool, typer.Option("--check", help="只校验 check, change nothing")
        ] = False,
        as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
    ) -> None:
        """导入日历：先整体校验，有一处错误就不发布。 Check a whole file, publish all or nothing."""
        try:
            content = file.read_bytes()
        except OSError:
            refuse(
                "calendar-file-unreadable",
                "读不到该文件；请核对路径和权限。",
                "The file cannot be read; check its path and permissions.",
                as_json=as_json,
            )
        read = read_calendar(content, source=file.name)
        if read.problems:
            _show_problems(read.problems, as_json=as_json)
            raise typer.Exit(REFUSED)
        if check:
            _show_checked(read.days, as_json=as_json)
            return
        if data is None:
            refuse(
                "calendar-store-missing",
                "文件校验通过，但未指明数据目录，未发布；请加 --data 目录，只校验请加 --check。",
                "The file is sound; name the store with --data DIR, or add --check to check only.",
                as_json=as_json,
            )
        version = publish(data, region, read.days, as_json)
        _show_published(read.days, version, as_json=as_json)

    return group


def _show(calendar: Calendar, year: int, *, as_json: bool) -> None:
    first = date(year, 1, 1)
    length = (date(year, 12, 31) - first).days + 1
    days = [calendar.day(first + timedelta(days=offset)) for offset in range(length)]
    exceptions = [day for day in days if day.kind in (DayKind.HOLIDAY, DayKind.MAKEUP_WORKDAY)]
    works = Counter(day.date.month for day in days if day.kind.works)
    provisional = calendar.is_provisional(first)
    if as_json:
        print_json(
            {
                "year": year,
                "version": calendar.version,
                "provisional": provisional,
                "workdays": works.total(),
                "workdays_by_month": [works[month] for month in range(1, 13)],
                "exceptions": [
                    {"date": day.date.isoformat(), "kind": day.kind.value, "note": day.note}
                    for day in exceptions
                ],
            }
        )
        return
    table = Table(title=f"{year} 年：{works.total()} 个工作日 working days")
    for heading in ("日期 date", "类别 kind", "说明 note"):
        table.add_column(heading)
    for day in exceptions:
        table.add_row(day.date.isoformat(), _KINDS[day.kind], day.note)
    console = Console()
    console.print(table)
    months = "  ".join(f"{month}月 {works[month]}" for month in range(1, 13))
    console.print(months, highlight=False)
    if provisional:
        console.print(
            f"[yellow]{year} 年放假安排尚未导入，以上为推算。[/] Provisional: not yet published."
        )
    console.print(f"日历版本 version {calendar.version}", style="dim", highlight=False)


def _show_problems(problems: Sequence[RowProblem], *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "error": {
                    "code": "calendar-refused",
                    "message": "日历未通过校验，未作任何改动；请按 problems 逐行更正后重试。",
                    "message_en": "Nothing was changed; correct the rows named and try again.",
                },
                "problems": [
                    {"row": problem.row, "code": problem.code, "detail": problem.detail}
                    for problem in problems
                ],
            }
        )
        return
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print("[bold red]错误[/] calendar-refused：未作任何改动 nothing was changed")
    for problem in problems:
        where = f"第 {problem.row} 行 row {problem.row}" if problem.row else "整个文件 whole file"
        console.print(f"  {where}  {problem.code}  {problem.detail}", markup=False)


def _show_checked(days: Sequence[Day], *, as_json: bool) -> None:
    years = sorted({day.date.year for day in days})
    if as_json:
        print_json({"published": False, "version": None, "years": years, "days": len(days)})
        return
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"[green]校验通过[/] {len(days)} 天，年份 {years}。 Checked, nothing changed.")


def _show_published(days: Sequence[Day], version: str, *, as_json: bool) -> None:
    years = sorted({day.date.year for day in days})
    if as_json:
        print_json({"published": True, "version": version, "years": years, "days": len(days)})
        return
    console = Console(soft_wrap=True, highlight=False)
    console.print(f"[green]已发布[/] {version}：{len(days)} 天，年份 {years}。 Published.")


def _publish(data: Path, region: str, days: Sequence[Day], as_json: bool) -> str:
    from cli.calendar_store import publish_days  # noqa: PLC0415 - opens a database

    return publish_days(data, region, days, as_json=as_json)


def _current(data: Path, region: str, as_json: bool) -> Calendar:
    from cli.calendar_store import current_calendar  # noqa: PLC0415 - opens a database

    return current_calendar(data, region, as_json=as_json)


app = calendar_app(_publish, _current)
