"""读模型命令: rebuild what can always be rebuilt from the log."""

from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Annotated, Final

import typer
from rich.console import Console

from cli.house import open_house
from cli.progress import shown
from cli.report import print_json
from projections.rebuild import rebuild as rebuild_all
from streams.feed.subscriptions import whole_log

app = typer.Typer(help="读模型：重建。 Read models.", no_args_is_help=True)

DIFFERENT: Final = 1
_EXAMPLE: Final = "例 Example: bihuan projections rebuild --data data"
_PAGE_LINES: Final = 10_000


@app.callback()
def projections() -> None:
    """读模型：重建。 Read models."""


@app.command(epilog=_EXAMPLE)
def rebuild(
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    accept: Annotated[
        bool, typer.Option("--accept-differences", help="有差异也替换 swap in spite of differences")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """重建：旁边建好、比较、替换；有差异不替换，退出码 1。 Rebuild beside, compare, swap."""
    house = open_house(data, create=False, as_json=as_json)
    began = perf_counter()
    with shown("重建 rebuilding") as progress:
        done = rebuild_all(
            house.engine,
            whole_log(house.engine, _PAGE_LINES),
            accept_differences=accept,
            progress=lambda _, count: progress(count),
        )
    document = {**asdict(done), "seconds": round(perf_counter() - began, 2)}
    if as_json:
        print_json(document)
    else:
        Console().print(document)
    if not done.swapped:
        raise typer.Exit(DIFFERENT)
