"""集群命令: the distributed product as plain processes on this machine; Ctrl+C ends all of them."""

import signal
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from cli.demo import PASSWORDS_FILE
from cli.report import refuse
from streams.cluster.brokers import LIBRARIES
from streams.cluster.cluster import Cluster, Layout
from streams.cluster.member import MemberFailed

app = typer.Typer(help="本机集群。 The cluster on this machine.")

_EXAMPLE: Final = "例 Example: bihuan cluster --data .cluster --workers 3"


@app.command(epilog=_EXAMPLE)
def cluster(
    *,
    data: Annotated[
        Path, typer.Option(help="目录：数据库、日志和密钥 directory of everything")
    ] = Path(".cluster"),
    port: Annotated[
        int, typer.Option(min=1, max=65000, help="第一个接口进程的端口 port of the first API")
    ] = 8012,
    brokers: Annotated[int, typer.Option(min=1, max=9, help="Kafka 节点数 brokers")] = 3,
    apis: Annotated[int, typer.Option(min=1, max=9, help="接口进程数 API processes")] = 2,
    workers: Annotated[int, typer.Option(min=1, max=24, help="工作进程数 workers")] = 2,
    demo: Annotated[
        bool, typer.Option(help="首次启动时建立示范城市 make a demonstration city on first start")
    ] = True,
    libraries: Annotated[
        Path, typer.Option(help="Kafka 的类路径 class path, by `make .kafka/.ready`")
    ] = LIBRARIES,
) -> None:
    """集群：数据库、Kafka、接口和工作进程，Ctrl+C 十秒内全部结束。 Run the distributed product."""
    console = Console(soft_wrap=True, width=120, highlight=False)
    layout = Layout(brokers=brokers, apis=apis, workers=workers, port=port, libraries=libraries)
    running = Cluster(data, layout, lambda words: console.print(f"· {words}", markup=False))
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # also where a shell ignores them
        signal.signal(one, signal.default_int_handler)
    try:
        running.start([("demo", "--data", str(running.data))] if demo else [])
        _greet(console, running)
        running.watch()
    except MemberFailed as failed:
        refuse(
            "cluster-not-started",
            f"集群没有启动：{failed}",
            f"The cluster did not start: {failed}",
            as_json=False,
        )
    except KeyboardInterrupt:
        _end(console, running)
    finally:
        running.kill()  # what is left after a second Ctrl+C, or when the terminal itself is gone


def _end(console: Console, running: Cluster) -> None:
    killed = running.stop()
    console.print("已全部结束。 Everything has ended.")
    if killed:
        console.print(f"其中超时被强制结束，未丢失数据 killed, nothing lost: {', '.join(killed)}")


def _greet(console: Console, running: Cluster) -> None:
    for address in running.addresses:
        console.print(f"[bold]闭环 Bihuan[/]  {address}")
    console.print(f"Kafka       {running.brokers.bootstrap}")
    console.print(f"PostgreSQL  {running.postgresql.url('bihuan').render_as_string()}")
    for port in running.worker_ports:
        console.print(f"worker      http://127.0.0.1:{port}/metrics")
    passwords = running.data / PASSWORDS_FILE
    if passwords.exists():
        console.print(f"密码 passwords: {passwords}")
    console.print(f"日志 logs: {running.folder / 'logs'}")
