"""启动命令: the whole product in one process, with a demonstration city on the first start."""

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from cli.house import is_founded, open_house
from cli.play import play_city
from cli.progress import shown
from cli.report import refuse
from hotline.clocks.calendar import SHANGHAI
from hotline.people.staff import StaffMember
from projections.rebuild import rebuild
from streams import process
from streams.city.organisation import DEMONSTRATION_STAFF
from streams.city.tables import organisation_table
from streams.opening import Store
from streams.simulation.world import Hold
from streams.subscriptions import whole_log

app = typer.Typer(help="启动全部服务。 Run the whole product.")

_EXAMPLE: Final = "例 Example: bihuan up --data data --port 8012"
_DEMO_DAYS: Final = 60
_DEMO_TICKETS: Final = 600
_DEMO_RARE: Final = 4.0
"""Rare turns come four times as often as in a real city, so that each can be seen."""

_DEMO_HOLD_DAYS: Final = 9
_DEMO_HELD: Final = 4
_DEMO_SEED: Final = 12345
_PASSWORDS_FILE: Final = "passwords.txt"
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
        _first_start(data, console)
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


def _first_start(data: Path, console: Console) -> None:
    """Make the city, play two months of it, and print a password for each role, once."""
    store = open_house(data, create=True, as_json=False, durable=False)
    if is_founded(store):
        if not store.accounts.staff():  # a first start that was cut short
            _open_accounts(store, data, console)
        store.engine.dispose()
        return
    now = datetime.now(SHANGHAI).replace(microsecond=0)
    console.print("首次启动：建立示范城市…… First start: making the demonstration city …")
    with shown("示范城市 city", _DEMO_TICKETS) as progress:
        play_city(
            store,
            tickets=_DEMO_TICKETS,
            start=now - timedelta(days=_DEMO_DAYS),
            until=now,
            seed=_DEMO_SEED,
            aftermath=False,
            progress=progress,
            rare=_DEMO_RARE,
            hold=Hold(now - timedelta(days=_DEMO_HOLD_DAYS), _DEMO_HELD),
        )
    rebuild(store.engine, whole_log(store.engine), accept_differences=True)
    _open_accounts(store, data, console)
    store.engine.dispose()


def _open_accounts(store: Store, data: Path, console: Console) -> None:
    table = Table(box=None)
    for title in ("登录名 username", "密码 password", "角色 role", "单位 department"):
        table.add_column(title, no_wrap=True, overflow="ignore")
    lines: list[str] = []
    for person, department, role in DEMONSTRATION_STAFF:
        password = secrets.token_urlsafe(9)
        member = StaffMember(
            person=person,
            display_name=person,
            roles=(role,),
            department=department,
            username=person,
        )
        store.accounts.add_staff(member, password)
        table.add_row(person, password, role.value, department)
        lines.append(f"{person}\t{password}")
    path = data / _PASSWORDS_FILE
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    console.print(table)
    console.print(
        f"密码也保存在 {path}，正式使用前请删除。 Kept there too; delete it for real use."
    )
