"""重放命令: real messages with their real answers through the whole loop, on a simulated clock."""

from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select

from cli.clock import DemandType, PresetName
from cli.house import found_city, open_house
from cli.play import city_of
from cli.progress import shown
from cli.report import print_json, refuse
from cli.tabular import Row, RowProblem, TableFile, read_table
from handlers.envelope import Envelope
from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import SYSTEM
from hotline.people.masking import mask
from hotline.routing.commands import ChoosePreset
from hotline.routing.state import Catalogue
from hotline.tickets.vocabulary import TicketType
from projections.rebuild import rebuild
from streams.city.tables import organisation_table
from streams.database.engine import reading
from streams.database.tables import events
from streams.feed.subscriptions import whole_log
from streams.log.store import records
from streams.processes.opening import Store
from streams.replay import Message, Plan, Replay, ReplayRefusedError, ReplayReport, type_of
from streams.simulation.machine import SimulatedMachine

app = typer.Typer(help="重放真实留言。 Replay real messages.")

_EXAMPLE: Final = (
    "例 Example: bihuan replay answered_messages.csv --preset sichuan --type complaint "
    "--data replayed --json"
)
_COLUMNS: Final = (
    "message_id",
    "author_id",
    "subject",
    "submitted_at",
    "body",
    "answer",
    "answered_at",
)
_OTHER: Final = "其他"
"""The category of a message in which the catalogue finds nothing."""
_BODY_CHARACTERS_MAX: Final = 100_000


@app.command(epilog=_EXAMPLE)
def replay(
    *,
    file: Annotated[Path, typer.Argument(help="CSV 文件 with the columns " + ", ".join(_COLUMNS))],
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    preset: Annotated[
        PresetName, typer.Option(help="地区预设 rules of a region")
    ] = PresetName.DEFAULT,
    demand: Annotated[
        DemandType | None, typer.Option("--type", help="所有工单按此类型 one type for every ticket")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """重放：按提交时间登记派单签收，按答复时间答复，定时器照常触发。 Replay a file."""
    began = perf_counter()
    table = read_table(file, _COLUMNS, filled=("message_id", "submitted_at", "answered_at"))
    messages = _messages(table)
    if not messages:
        first = (
            table.problems[0] if table.problems else RowProblem(0, "no-rows", "the file is empty")
        )
        refuse(
            first.code,
            f"{file} 第 {first.row} 行无法读取：{first.detail}",
            f"{file}, row {first.row} cannot be read: {first.detail}",
            as_json=as_json,
        )
    house = open_house(data, create=True, as_json=as_json, durable=False)
    first_at = min(message.submitted_at for message in messages)
    found_city(house, first_at)
    _choose_preset(house, preset, first_at)
    try:
        report = _run(house, messages, TicketType(demand.value) if demand else None)
    except ReplayRefusedError as error:
        refuse(
            "replay-refused",
            f"重放中断：{error}。请换一个空的数据目录再试。",
            f"The replay stopped: {error}. Try again with an empty data directory.",
            as_json=as_json,
        )
    with shown("读模型 read models") as progress:
        rebuild(
            house.engine,
            whole_log(house.engine),
            accept_differences=True,
            progress=lambda _, count: progress(count),
        )
    _show(house, report, table.problems, perf_counter() - began, as_json=as_json)


def _messages(table: TableFile) -> list[Message]:
    messages: list[Message] = []
    seen: set[str] = set()
    for row in table.rows:
        message = _message(row, seen)
        if isinstance(message, RowProblem):
            table.problems.append(message)
        else:
            messages.append(message)
            seen.add(message.id)
    return messages


def _message(row: Row, seen: set[str]) -> Message | RowProblem:
    fields = row.fields
    if fields["message_id"] in seen:
        return RowProblem(row.line, "message-id-repeated", "each message is replayed once")
    if len(fields["body"]) + len(fields["answer"]) > _BODY_CHARACTERS_MAX:
        return RowProblem(row.line, "body-too-large", f"at most {_BODY_CHARACTERS_MAX} characters")
    times: list[datetime] = []
    for name in ("submitted_at", "answered_at"):
        try:
            at = datetime.fromisoformat(fields[name])
        except ValueError:
            return RowProblem(row.line, "time-malformed", f"{name}: write ISO 8601 with an offset")
        if at.tzinfo is None:
            return RowProblem(row.line, "time-without-offset", f"{name}: add +08:00")
        times.append(at.astimezone(SHANGHAI))
    submitted_at, answered_at = times
    if answered_at < submitted_at:
        return RowProblem(row.line, "answered-before-submitted", "check both times")
    if submitted_at > datetime.now(SHANGHAI):
        return RowProblem(row.line, "date-in-the-future", "check submitted_at")
    return Message(
        id=fields["message_id"],
        author=fields["author_id"] or "unknown",
        subject=fields["subject"],
        body=fields["body"],
        submitted_at=submitted_at,
        answer=fields["answer"] or "（无文字答复）",
        answered_at=answered_at,
    )


def _choose_preset(house: Store, preset: PresetName, at: datetime) -> None:
    command = Envelope(
        message_id=f"replay:preset:{preset}",
        stream="catalogue/",
        command=ChoosePreset(preset=preset.value),
        actor=SYSTEM,
        at=at,
    )
    machine = SimulatedMachine(house.engine, house.wiring, house.contexts.current)
    machine.run_at(at, [command])
    house.contexts.refreshed()


def _run(house: Store, messages: list[Message], type_: TicketType | None) -> ReplayReport:
    city = city_of(house)
    region = str(organisation_table()["region"])
    with reading(house.engine) as connection:
        catalogue = records(connection, ["catalogue/"], house.wiring)["catalogue/"].state
    assert isinstance(catalogue, Catalogue)  # noqa: S101 - the city has just been founded
    by_entry = {entry.id: entry.category for entry in catalogue.entries}
    other = next((one.code for one in catalogue.categories if one.name == _OTHER), "")

    def category_of(message: Message) -> str:
        route = city.routing.route(
            region=region,
            category="",
            type_=type_ or type_of(message),
            text=f"{message.subject}\n{message.body}",
        )
        return by_entry.get(route.entry, other)

    machine = SimulatedMachine(house.engine, house.wiring, house.contexts.current)
    plan = Plan(region=region, mask=mask, category_of=category_of, type=type_)
    with shown("重放 replaying", 2 * len(messages)) as progress:
        return Replay(machine, city, plan).run(messages, progress)


def _show(
    house: Store,
    report: ReplayReport,
    problems: list[RowProblem],
    seconds: float,
    *,
    as_json: bool,
) -> None:
    with reading(house.engine) as connection:
        count = connection.execute(select(func.count()).select_from(events)).scalar_one()
        catalogue = records(connection, ["catalogue/"], house.wiring)["catalogue/"].state
    names = {category.code: category.name for category in catalogue.categories}
    by_category: dict[str, dict[str, int]] = {}
    for code, share in sorted(report.by_category.items()):
        name = names.get(code[:2], "未分类")
        kept = by_category.setdefault(name, dict.fromkeys(asdict(share), 0))
        for key, number in asdict(share).items():
            kept[key] += number
    document = {
        **asdict(report.total),
        "events": count,
        "timers": report.timers,
        "repeated": report.repeated,
        "by_year": {year: asdict(share) for year, share in sorted(report.by_year.items())},
        "by_category": by_category,
        "rejected": [asdict(replace(problem)) for problem in problems],
        "seconds": round(seconds, 2),
    }
    if as_json:
        print_json(document)
        return
    console = Console()
    shown_table = Table("年 year", "工单 tickets", "按时 on time", "超期 late")
    for year, share in sorted(report.by_year.items()):
        shown_table.add_row(year, str(share.tickets), str(share.on_time), str(share.late))
    total = report.total
    shown_table.add_row("合计 total", str(total.tickets), str(total.on_time), str(total.late))
    console.print(shown_table)
    for problem in problems[:20]:
        console.print(f"第 {problem.row} 行 row: {problem.code}: {problem.detail}", markup=False)
    console.print(f"{count} 个事件 events，{seconds:.1f} s")
