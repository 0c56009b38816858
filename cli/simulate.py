"""模拟命令: a synthetic city with whole loops, the same for the same seed."""

from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Annotated, Final

import typer
from rich.console import Console

from cli.house import open_house
from cli.play import play_city
from cli.progress import shown
from cli.report import print_json, refuse
from hotline.clocks.calendar import SHANGHAI

app = typer.Typer(help="模拟城市。 A synthetic city.")

_EXAMPLE: Final = (
    "例 Example: bihuan simulate --tickets 2000 --days 30 --seed 7 --data /tmp/simulated --json"
)
_START: Final = datetime(2026, 3, 2, tzinfo=SHANGHAI)
"""A Monday in a year whose calendar is published."""


@app.command(epilog=_EXAMPLE)
def simulate(
    *,
    tickets: Annotated[int, typer.Option(min=1, help="工单数 tickets taken in")] = 1000,
    days: Annotated[int, typer.Option(min=1, max=400, help="受理天数 days of intake")] = 30,
    seed: Annotated[int, typer.Option(help="随机种子 seed")] = 1,
    data: Annotated[Path, typer.Option(help="数据目录 data directory, empty at the start")],
    start: Annotated[str, typer.Option(help="首日 first day, YYYY-MM-DD")] = f"{_START:%Y-%m-%d}",
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """模拟一座城市：来电、办理、回访、整改、归档，全部走真实流程。 Play a whole city."""
    try:
        first = datetime.fromisoformat(start).replace(tzinfo=SHANGHAI)
    except ValueError:
        refuse(
            "date-malformed",
            "--start 应为 YYYY-MM-DD，例如 2026-03-02。",
            "--start must read YYYY-MM-DD, for example 2026-03-02.",
            as_json=as_json,
        )
    house = open_house(data, create=True, as_json=as_json)
    began = perf_counter()
    with shown("模拟 simulating", tickets) as progress:
        tally = play_city(
            house,
            tickets=tickets,
            start=first,
            until=first + timedelta(days=days),
            seed=seed,
            aftermath=True,
            progress=progress,
        )
    document = {
        "tickets": tally.tickets,
        "services": tally.services,
        "ratings": tally.ratings,
        "poor": tally.poor,
        "commands": tally.envelopes,
        "timers": tally.timers,
        "refusals": dict(sorted(tally.refusals.items())),
        "seconds": round(perf_counter() - began, 2),
    }
    if as_json:
        print_json(document)
    else:
        Console().print(document)
