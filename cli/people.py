"""个人信息命令: destroys the key of a person, so that what is kept of the person is noise."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from sqlalchemy import select

from cli.house import open_house
from cli.report import print_json, refuse
from handlers.envelope import Personal
from projections.tickets.rows import LIVE
from streams.database.engine import forget_traces, reading, writing
from streams.feed.subscriptions import READ_MODELS, feed
from streams.letters import dead_letters
from streams.processes.opening import recording_eraser

app = typer.Typer(help="个人信息。 Personal data.", no_args_is_help=True)

_EXAMPLE: Final = "例 Example: bihuan people erase --citizen REFERENCE --data data"


@app.callback()
def people() -> None:
    """个人信息：抹除。 Personal data."""


@app.command(epilog=_EXAMPLE)
def erase(
    *,
    citizen: Annotated[str, typer.Option(help="诉求人编号 reference, as on the ticket")],
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """抹除：销毁该人的密钥，姓名、电话、原话从此不可恢复；日志不变。 Erase a person for ever."""
    house = open_house(data, create=False, as_json=as_json)
    feed(house.engine, READ_MODELS)
    lines = LIVE.table
    held = select(lines.c.number).where(lines.c.caller == citizen, lines.c.legal_hold)
    with reading(house.engine) as connection:
        number = connection.execute(held.limit(1)).scalar()
    if number is not None:
        refuse(
            "legal-hold",
            f"工单 {number} 处于法定保全，不能抹除；请先解除保全。",
            f"Ticket {number} is under legal hold; lift it before erasing anybody.",
            as_json=as_json,
        )
    if not recording_eraser(house, lambda: datetime.now(UTC)).erase_person(citizen):
        refuse(
            "recording-not-deleted",
            "电话服务商未确认删除录音，尚未抹除任何信息，请稍后再试。",
            "The telephone provider did not delete a recording; nobody is erased yet, try again.",
            as_json=as_json,
        )
    with writing(house.engine) as connection:
        person = house.vault.person(connection, citizen) or Personal(citizen=citizen)
        parted = dead_letters.part_from(connection, house.vault, person)
        known = house.vault.erase(connection, citizen) or bool(parted.stripped)
    forget_traces(house.engine)
    if not known:
        refuse(
            "citizen-unknown",
            "没有这个诉求人，或已经抹除。请核对编号。",
            "Nobody is known by this reference, or is no more. Check the reference.",
            as_json=as_json,
        )
    if as_json:
        letters = {"stripped": parted.stripped, "unreadable": parted.unreadable}
        print_json({"citizen": citizen, "erased": True, "dead_letters": letters})
        return
    console = Console()
    console.print(f"已抹除 erased: {citizen}", markup=False)
    for letter in parted.unreadable:
        console.print(
            f"死信 {letter} 无法解析但提到此人，请决定是否 bihuan dead-letters discard。"
            f" Letter {letter} cannot be read but names the person; decide whether to discard it.",
            markup=False,
        )
