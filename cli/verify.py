"""核验命令: proves the log and everything that follows from it, or names the first fault."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from sqlalchemy import Connection

from cli.house import open_house
from cli.progress import shown
from cli.report import print_json
from projections.rebuild import compare
from streams.database.engine import DatabaseUnavailable
from streams.feed.subscriptions import READ_MODELS, feed, whole_log
from streams.processes.opening import Store
from streams.verification.verify import Report, verify

app = typer.Typer(help="核验日志。 Verify the log.")

FAULTY: Final = 1
"""Exit code when the store is not what its log says."""

_EXAMPLE: Final = "例 Example: bihuan verify --data data --json"


@app.command(name="verify", epilog=_EXAMPLE)
def verify_(
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """核验：连续性、哈希链、状态和读模型与重放一致；有错时退出码为 1。 Verify a store."""
    house = open_house(data, create=False, as_json=as_json)
    with shown("核验 verifying") as progress:
        report = verify(
            house.engine,
            house.wiring,
            lambda _, count: progress(count),
            (lambda connection: _differences(house, connection),),
        )
    _show(report, as_json=as_json)
    if not report.clean:
        raise typer.Exit(FAULTY)


def _differences(house: Store, _reading: Connection) -> Sequence[str]:
    """Compare the read models on a connection of their own, whose side tables leave no trace."""
    try:
        feed(house.engine, READ_MODELS)
        with house.engine.connect() as connection:
            found = compare(connection, whole_log(house.engine))
            connection.rollback()
    except (DatabaseUnavailable, ValueError) as error:
        return (f"read models cannot be compared: {type(error).__name__}",)
    return tuple(str(difference) for difference in found)


def _show(report: Report, *, as_json: bool) -> None:
    document = {
        "clean": report.clean,
        "events": report.events_count,
        "streams": report.streams_count,
        "faults": [asdict(fault) for fault in report.faults],
    }
    if as_json:
        print_json(document)
        return
    console = Console()
    if report.clean:
        console.print(f"完好 clean: {report.events_count} events, {report.streams_count} streams")
        return
    first = report.faults[0]
    console.print(f"[bold red]不一致 faulty[/] {first.code}: ", end="")
    console.print(first.place, markup=False)
    console.print(
        "请从备份恢复，并保留此文件作为证据。 Restore a backup; keep this file as evidence."
    )
