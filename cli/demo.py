"""示范命令: a demonstration city with two months of history, made once, and its accounts."""

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from cli.house import found_articles, found_city, is_founded, open_house
from cli.play import play_city
from cli.progress import shown
from hotline.clocks.calendar import SHANGHAI
from hotline.people.staff import StaffMember
from projections.rebuild import rebuild
from streams.city.organisation import DEMONSTRATION_STAFF
from streams.feed.subscriptions import whole_log
from streams.processes.opening import Store
from streams.simulation.world import Hold

app = typer.Typer(help="示范城市。 A demonstration city.")

_EXAMPLE: Final = "例 Example: bihuan demo --data data"
_DEMO_DAYS: Final = 60
_DEMO_TICKETS: Final = 600
_DEMO_RARE: Final = 4.0
"""Rare turns come four times as often as in a real city, so that each can be seen."""

_DEMO_HOLD_DAYS: Final = 9
_DEMO_HELD: Final = 4
_DEMO_SEED: Final = 12345
PASSWORDS_FILE: Final = "passwords.txt"


@app.command(epilog=_EXAMPLE)
def demo(
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")] = Path("data"),
) -> None:
    """示范：空库里建立示范城市和账号；已有城市时什么也不做。 Make the city where there is none."""
    first_start(data, Console(soft_wrap=True, width=120))


def first_start(data: Path, console: Console) -> None:
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
        start = now - timedelta(days=_DEMO_DAYS)
        found_city(store, start)
        found_articles(store, start, now.date())
        play_city(
            store,
            tickets=_DEMO_TICKETS,
            start=start,
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
    path = data / PASSWORDS_FILE
    path.touch(mode=0o600)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    console.print(table)
    console.print(
        f"密码也保存在 {path}，正式使用前请删除。 Kept there too; delete it for real use."
    )
