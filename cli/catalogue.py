"""目录命令: show the catalogue in force, try a message on it, compare a file with it, publish one.

A file is what `show --json` writes: version, categories, entries. Nothing is published but as a
whole, and nothing that the rules refuse.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final
from uuid import uuid4

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from cli.house import open_house
from cli.report import print_json, refuse
from handlers.envelope import Envelope
from handlers.receipt import ReceiptStatus
from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import SYSTEM
from hotline.routing.commands import CatalogueEntry, PublishCatalogue
from hotline.routing.state import Catalogue
from hotline.tickets.vocabulary import TicketType
from streams.batches.commit import commit_batch
from streams.database.engine import reading
from streams.log.store import record
from streams.processes.opening import Store

app = typer.Typer(help="派单目录。 The catalogue of departments.", no_args_is_help=True)

Data = Annotated[Path, typer.Option(help="数据目录 data directory")]
Region = Annotated[str, typer.Option(help="地区代码 region code; empty: the house")]
Json = Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")]
File = Annotated[Path, typer.Argument(help="JSON：version, categories, entries")]

_SHOW: Final = "例 Example: bihuan catalogue show --data data --json"
_TRY: Final = "例 Example: bihuan catalogue try 小区路灯不亮 --data data"
_COMPARE: Final = "例 Example: bihuan catalogue compare catalogue.json --data data"
_PUBLISH: Final = "例 Example: bihuan catalogue publish catalogue.json --data data --version 2027.1"


@app.command(epilog=_SHOW)
def show(*, data: Data, region: Region = "", as_json: Json = False) -> None:
    """查看现行目录；加 --json 可存为文件再改。 Show what is in force."""
    house = open_house(data, create=False, as_json=as_json)
    catalogue = _in_force(house, region)
    if as_json:
        print_json(msgspec.to_builtins(catalogue))
        return
    table = Table("编号 id", "分类 category", "关键词 keywords", "主办 lead")
    for entry in (*catalogue.entries, *catalogue.added):
        table.add_row(entry.id, entry.category, " ".join(entry.keywords), entry.lead)
    console = Console()
    console.print(table)
    console.print(f"版本 version {catalogue.version}", style="dim", highlight=False)


@app.command(name="try", epilog=_TRY)
def try_(
    text: Annotated[str, typer.Argument(help="来话内容 what a caller says")],
    *,
    data: Data,
    region: Region = "",
    type_: Annotated[TicketType, typer.Option("--type", help="诉求类型")] = TicketType.COMPLAINT,
    as_json: Json = False,
) -> None:
    """试派：会派给谁、为什么，不登记。 Where would this message go, and why."""
    house = open_house(data, create=False, as_json=as_json)
    routing = house.contexts.refreshed().routing
    route = routing.route(region=region, category="", type_=type_, text=text)
    if as_json:
        print_json({"lead": route.lead, "entry": route.entry, "reasons": list(route.reasons)})
        return
    console = Console(soft_wrap=True)
    console.print(route.lead or "（须人工派单 a person decides）", markup=False)
    for reason in route.reasons:
        console.print(f"  {reason}", markup=False, highlight=False)


@app.command(epilog=_COMPARE)
def compare(file: File, *, data: Data, region: Region = "", as_json: Json = False) -> None:
    """比较文件与现行目录：新增、修改、删除。 What publishing the file would change."""
    house = open_house(data, create=False, as_json=as_json)
    wanted, current = _read(file, as_json=as_json), _in_force(house, region)
    before = {entry.id: entry for entry in (*current.entries, *current.added)}
    after = {entry.id: entry for entry in (*wanted.entries, *wanted.added)}
    document: dict[str, object] = {
        "added": sorted(after.keys() - before.keys()),
        "removed": sorted(before.keys() - after.keys()),
        "changed": sorted(id_ for id_ in after.keys() & before.keys() if after[id_] != before[id_]),
    }
    if as_json:
        print_json(document)
        return
    console = Console(soft_wrap=True, highlight=False)
    for name, ids in document.items():
        console.print(f"{name}: {' '.join(ids) if isinstance(ids, list) else ids}", markup=False)


@app.command(epilog=_PUBLISH)
def publish(
    file: File,
    *,
    data: Data,
    version: Annotated[str, typer.Option(help="新版本名称 name of the new version")],
    region: Region = "",
    as_json: Json = False,
) -> None:
    """发布整份目录，有一处不符即不发布；裁决增补保留文件里留下的。 Publish all or nothing."""
    house = open_house(data, create=False, as_json=as_json)
    wanted, current = _read(file, as_json=as_json), _in_force(house, region)
    stays: set[str] = {entry.id for entry in (*wanted.entries, *wanted.added)}
    lessons = {entry.id for entry in current.added}
    command = PublishCatalogue(
        version=version,
        categories=wanted.categories,
        entries=(*wanted.entries, *_new_lessons(wanted, lessons)),
        dropped=tuple(sorted(lessons - stays)),
    )
    now = datetime.now(SHANGHAI)
    envelope = Envelope(
        message_id=f"catalogue:{uuid4()}",
        stream=f"catalogue/{region}",
        command=command,
        actor=SYSTEM,
        at=now,
    )
    context = house.contexts.refreshed()
    (receipt,) = commit_batch(house.engine, [envelope], context, house.wiring, now)
    if receipt.status is not ReceiptStatus.DONE:
        code = receipt.refusal.code if receipt.refusal else receipt.status.value
        detail = json.dumps(receipt.refusal.detail, ensure_ascii=False) if receipt.refusal else ""
        refuse(
            code,
            f"目录未发布：{code} {detail}",
            f"Not published: {code} {detail}",
            as_json=as_json,
        )
    if as_json:
        print_json({"published": version, "entries": len(command.entries)})
    else:
        Console().print(version, markup=False)


def _new_lessons(wanted: Catalogue, lessons: set[str]) -> tuple[CatalogueEntry, ...]:
    """Lessons of another house, which this one has not learnt, come in as entries."""
    return tuple(entry for entry in wanted.added if entry.id not in lessons)


def _in_force(house: Store, region: str) -> Catalogue:
    with reading(house.engine) as connection:
        state = record(connection, f"catalogue/{region}", house.wiring).state
    return state if isinstance(state, Catalogue) else Catalogue()


def _read(file: Path, *, as_json: bool) -> Catalogue:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Catalogue)
    except OSError:
        refuse(
            "file-unreadable",
            "读不到该文件；请核对路径和权限。",
            "The file cannot be read; check its path and permissions.",
            as_json=as_json,
        )
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        refuse(
            "file-malformed",
            f"文件不是目录：{error}",
            f"The file is no catalogue: {error}",
            as_json=as_json,
        )
