"""工作进程命令: the agents, timers and relay; run as many as there is work for."""

from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer
import uvloop

from cli.report import refuse
from cli.shared import open_for_work, patiently, shared_settings, with_kafka
from hotline.clocks.calendar import SHANGHAI
from streams.app import quiet_clients
from streams.kafka import admin as kafka_admin
from streams.kafka.admin import KafkaRefused
from streams.processes import process
from streams.processes.jobs import job_of
from streams.processes.starting import Absent
from streams.processes.worker import Worker, run
from streams.settings import Settings

app = typer.Typer(help="工作进程。 A worker.")

_PASSING: Final = ("kafka-unavailable", "kafka-failed")
"""What a broker that is only just coming up may say."""

_EXAMPLE: Final = "例 Example: bihuan worker --data data --port 8013"


@app.command(epilog=_EXAMPLE)
def worker(
    *,
    data: Annotated[Path, typer.Option(help="数据目录，存放主密钥 directory of the key")] = Path(
        "data"
    ),
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="健康与指标端口，0 为不开 port of health and metrics"),
    ] = None,
) -> None:
    """运行：收件、读模型、转发、定时器和短信；SIGTERM 后十秒内退出。 Run until SIGTERM."""
    settings = with_kafka(shared_settings(data))
    if port is not None:
        settings = settings.model_copy(update={"worker_port": port})
    quiet_clients()
    place = (settings.worker_host, settings.worker_port) if settings.worker_port else None
    store = patiently(settings, partial(open_for_work, settings), place)
    job = job_of(store, lambda: datetime.now(SHANGHAI))
    process.settle()
    try:
        while True:
            patiently(settings, partial(_check_topics, settings), place)
            with suppress(Absent):  # Kafka went away again before it had let us in
                raise typer.Exit(run(lambda: Worker(job), uvloop.new_event_loop))
    finally:
        store.engine.dispose()


def _check_topics(settings: Settings) -> None:
    """Refuse to read topics that are missing or cut otherwise: a ticket's messages would part."""
    try:
        with kafka_admin.connected(settings) as client:
            found = kafka_admin.states(client)
    except KafkaRefused as refused:
        if refused.code in _PASSING:
            raise Absent(refused.code, refused.reason) from refused
        refuse(
            refused.code,
            "Kafka 没有应答或拒绝了请求，请运行 bihuan topics describe 查看原因。",
            f"Kafka does not answer, or refuses; see bihuan topics describe. {refused.reason}",
            as_json=False,
        )
    missing = [state.name for state in found if not state.exists]
    differing = [
        one
        for one in kafka_admin.differences(found, settings.kafka_replicas)
        if one.what == "partitions"
    ]
    if missing or differing:
        names = ", ".join(sorted({*missing, *(one.topic for one in differing)}))
        refuse(
            "topics-differ",
            f"主题缺少或分区数不符：{names}。请运行 bihuan topics describe。",
            f"Topics are missing or have other partitions: {names}. See bihuan topics describe.",
            as_json=False,
        )
