"""接口进程命令: the web server of a house of many processes."""

from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.shared import open_for_work, patiently, refuse_port, shared_settings
from streams.city.tables import organisation_table
from streams.processes import process

app = typer.Typer(help="网站与接口。 The web server.")

_EXAMPLE: Final = "例 Example: bihuan api --data data --host 127.0.0.1 --port 8012"
_GRACE_SECONDS: Final = 8
"""Open requests end within it; a supervisor waits ten."""


@app.command(epilog=_EXAMPLE)
def api(
    *,
    data: Annotated[Path, typer.Option(help="数据目录，存放主密钥 directory of the key")] = Path(
        "data"
    ),
    host: Annotated[str, typer.Option(help="监听地址 address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="端口 port")] = 8012,
) -> None:
    """运行：网站和接口；定时器、短信和读模型由 bihuan worker 负责。 Run until SIGTERM."""
    import uvicorn  # noqa: PLC0415 - the web server is needed by this command alone

    from api.main import create_app, open_house  # noqa: PLC0415

    settings = shared_settings(data)
    store = patiently(settings, partial(open_for_work, settings), (host, port))
    table = organisation_table()
    web = open_house(store, region=str(table["region"]), city=str(table["name"]), distributed=True)
    config = uvicorn.Config(
        create_app(web),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    process.settle()
    try:
        uvicorn.Server(config).run()
    except SystemExit:
        refuse_port(port)
