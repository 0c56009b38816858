"""数据库命令: one job changes the form of a database that many processes share."""

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from cli.report import print_json
from cli.shared import refuse_unavailable
from streams.database.engine import DatabaseUnavailable, database_url, make_engine, reading
from streams.database.schema import is_current
from streams.database.schema import upgrade as bring_up
from streams.settings import Settings

app = typer.Typer(help="数据库。 The database.", no_args_is_help=True)

OLD: Final = 1
"""Exit code of `check` when the form is another one."""

_Data = Annotated[Path, typer.Option(help="数据目录 data directory")]
_AsJson = Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")]


@app.command(epilog="例 Example: bihuan db upgrade --data data")
def upgrade(*, data: _Data = Path("data"), as_json: _AsJson = False) -> None:
    """升级到本程序的结构；可重复运行，多个进程同时运行也安全。 Bring it to the newest form."""
    settings = Settings(data=data)
    settings.data.mkdir(parents=True, exist_ok=True)
    engine = make_engine(database_url(settings.data, settings.database_url), pool_size=1)
    try:
        with reading(engine) as connection:
            current = is_current(connection)
        bring_up(engine)  # always: tables of read models that are missing are made by it too
    except DatabaseUnavailable:
        refuse_unavailable(as_json=as_json)
    finally:
        engine.dispose()
    if as_json:
        print_json({"changed": not current})
    else:
        Console().print("已是最新 current" if current else "已升级 upgraded")


@app.command(epilog="例 Example: bihuan db check --data data")
def check(*, data: _Data = Path("data"), as_json: _AsJson = False) -> None:
    """检查：结构是否与本程序一致；不一致时退出码为 1，不作任何更改。 Compare, change nothing."""
    settings = Settings(data=data)
    engine = make_engine(database_url(settings.data, settings.database_url), pool_size=1)
    try:
        with reading(engine) as connection:
            current = is_current(connection)
    except DatabaseUnavailable:
        refuse_unavailable(as_json=as_json)
    finally:
        engine.dispose()
    if as_json:
        print_json({"current": current})
    else:
        Console().print(
            "一致 current" if current else "不一致，请运行 bihuan db upgrade  not current"
        )
    if not current:
        raise typer.Exit(OLD)
