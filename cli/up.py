"""启动命令: the whole product in one process, with a demonstration city on the first start."""

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from cli.demo import first_start
from cli.house import open_house
from cli.report import refuse
from streams.city.tables import organisation_table
from streams.processes import process

app = typer.Typer(help="启动全部服务。 Run the whole product.")

_EXAMPLE: Final = "例 Example: bihuan up --data data --port 8012"
_GRACE_SECONDS: Final = 10


@app.command(epilog=_EXAMPLE)
def up(
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")] = Path("data"),
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口 port")] = 8012,
    host: Annotated[str, typer.Option(help="监听地址 address to listen on")] = "127.0.0.1",
    demo: Annotated[
        bool, typer.Option(help="首次启动时建立示范城市 make a demonstration city on first start")
    ] = True,
) -> None:
    """启动：网站、接口、定时器、短信和读模型都在一个进程里，Ctrl+C 结束。 Run everything."""
    import uvicorn  # noqa: PLC0415 - the web server is needed by this command alone

    from api.main import create_app  # noqa: PLC0415
    from api.main import open_house as open_web  # noqa: PLC0415

    console = Console(soft_wrap=True, width=120)
    if demo:
        first_start(data, console)
    store = open_house(data, create=True, as_json=False)
    table = organisation_table()
    web = open_web(store, region=str(table["region"]), city=str(table["name"]))
    console.print(f"[bold]闭环 Bihuan[/]  http://{host}:{port}  数据 data: {data.resolve()}")
    config = uvicorn.Config(
        create_app(web),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # the application reads them itself, from trusted proxies only
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    process.log_as_json()
    process.settle()
    try:
        server.run()
    except SystemExit:
        refuse(
            "port-taken",
            f"端口 {port} 已被占用，请用 --port 另选一个。",
            f"Port {port} is taken; choose another one with --port.",
            as_json=False,
        )
