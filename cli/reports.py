"""上报命令: what the upper platform has of our ratings, and sending again what it refused."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from cli.house import open_house
from cli.report import print_json
from streams.database.engine import reading
from streams.reporting.queue import requeue_rejected
from streams.reporting.reconciliation import reconcile

app = typer.Typer(help="评价上报。 Reports to the upper platform.", no_args_is_help=True)

WRONG: Final = 1
_STATUS_EXAMPLE: Final = "例 Example: bihuan reports status --data data"
_RESEND_EXAMPLE: Final = "例 Example: bihuan reports resend --data data"
_COLUMNS: Final = (
    *("对象 target", "应报 facts", "未入队 unqueued", "待发 waiting", "已发未回 sent"),
    *("已确认 acknowledged", "被拒 rejected"),
)


@app.command(epilog=_STATUS_EXAMPLE)
def status(
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """对账：应报数等于各状态之和，否则退出码 1。 Reconcile; exit code 1 if it does not add up."""
    house = open_house(data, create=False, as_json=as_json)
    with reading(house.engine) as connection:
        sums = reconcile(connection, house.settings.report_target)
    if as_json:
        print_json({**asdict(sums), "adds_up": sums.adds_up, "complete": sums.complete})
    else:
        table = Table(*_COLUMNS)
        table.add_row(*(str(value) for value in asdict(sums).values()))
        Console().print(table)
    if not sums.adds_up:
        raise typer.Exit(WRONG)


@app.command(epilog=_RESEND_EXAMPLE)
def resend(
    *,
    data: Annotated[Path, typer.Option(help="数据目录 data directory")],
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """重报：被拒的重新排队，原因须先排除。 Queue refused reports again."""
    house = open_house(data, create=False, as_json=as_json)
    count = requeue_rejected(house.engine, house.settings.report_target, datetime.now(UTC))
    if as_json:
        print_json({"queued": count})
    else:
        Console().print(f"已重新排队 queued again: {count}")
