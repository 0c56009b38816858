"""收件命令: reads the intake topics again, after the database was restored from a backup."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from aiokafka.errors import KafkaError
from rich.console import Console

from cli.progress import shown
from cli.report import print_json, refuse
from cli.shared import open_shared, refuse_unavailable, shared_settings, with_kafka
from handlers.receipt import Receipt
from hotline.clocks.calendar import SHANGHAI
from streams.app import quiet_clients
from streams.database.engine import DatabaseUnavailable
from streams.intake.rereading import reread
from streams.intake.taking import rules_of, take_in
from streams.kafka.access import aiokafka_options
from streams.messages.raw import RawMessage
from streams.messages.topics import INTAKE

app = typer.Typer(help="收件。 The intake topics.", no_args_is_help=True)

_EXAMPLE: Final = "例 Example: bihuan intake replay --since 2026-03-01T00:00:00+08:00 --data data"


@app.callback()
def intake() -> None:
    """收件。 The intake topics."""


@app.command(epilog=_EXAMPLE)
def replay(
    *,
    since: Annotated[str, typer.Option(help="从何时起，须带时区 from when on, with an offset")],
    data: Annotated[Path, typer.Option(help="数据目录 data directory")] = Path("data"),
    as_json: Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")] = False,
) -> None:
    """重读：恢复备份之后补回其间的收件；已处理过的自动略过，可重复运行。 Read them again."""
    moment = _moment(since, as_json=as_json)
    settings = with_kafka(shared_settings(data, as_json=as_json), as_json=as_json)
    store = open_shared(settings, as_json=as_json)
    rules = rules_of(settings)
    quiet_clients()

    def take(messages: Sequence[RawMessage]) -> Sequence[Receipt]:
        now = datetime.now(SHANGHAI)
        context = store.contexts.current()
        return take_in(store.engine, messages, context, store.wiring, now, rules=rules)

    try:
        with shown("收件 intake") as progress:
            result = asyncio.run(
                reread(
                    aiokafka_options(settings),
                    INTAKE,
                    moment,
                    take,
                    lambda done, _total: progress(done),
                )
            )
    except DatabaseUnavailable:
        refuse_unavailable(as_json=as_json)
    except (KafkaError, OSError):
        refuse(
            "kafka-unavailable",
            "Kafka 没有应答，请核对 BIHUAN_KAFKA_BOOTSTRAP，或稍后再试；已处理的不会重复。",
            "Kafka does not answer. Check BIHUAN_KAFKA_BOOTSTRAP, or try again: nothing doubles.",
            as_json=as_json,
        )
    finally:
        store.engine.dispose()
    if as_json:
        print_json(asdict(result))
        return
    Console().print(
        f"读取 read {result.messages}，新处理 fresh {result.fresh}，"
        f"已有 known {result.repeated}，死信 dead {result.dead}"
    )


def _moment(text: str, *, as_json: bool) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        refuse(
            "time-malformed",
            f"时间 {text} 无法识别，请写成 2026-03-01T00:00:00+08:00。",
            f"{text} is no time; write it as 2026-03-01T00:00:00+08:00.",
            as_json=as_json,
        )
    if moment.tzinfo is None:
        refuse(
            "time-without-offset",
            f"时间 {text} 没有时区，请写成 2026-03-01T00:00:00+08:00。",
            f"{text} has no offset; write it as 2026-03-01T00:00:00+08:00.",
            as_json=as_json,
        )
    return moment
