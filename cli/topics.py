"""主题命令: makes the topics of Kafka, compares them with what has to be, and shows the lag."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from cli.house import has_store
from cli.report import print_json, refuse
from streams.database.engine import DatabaseUnavailable, database_url, make_engine, reading
from streams.intake.handled import intake_offsets, published_positions
from streams.kafka import admin as kafka_admin
from streams.kafka.admin import Difference, KafkaRefused, Lag, TopicState
from streams.kafka.relay import RELAY
from streams.messages.topics import EVENTS, TOPICS
from streams.settings import Settings

app = typer.Typer(help="主题。 Kafka topics.", no_args_is_help=True)

DIFFERENT: Final = 1
"""Exit code of `describe` when a topic is missing or is not as it has to be."""

_AsJson = Annotated[bool, typer.Option("--json", help="末行输出一个 JSON 对象")]


@app.command(epilog="例 Example: bihuan topics create")
def create(*, as_json: _AsJson = False) -> None:
    """创建缺少的主题；已有的与规定不符时拒绝，从不改动。 Make what is missing, change nothing."""
    settings = _settings(as_json=as_json)
    with _refusing(as_json=as_json), kafka_admin.connected(settings) as client:
        found = kafka_admin.states(client)
        differing = kafka_admin.differences(found, settings.kafka_replicas)
        if differing:
            _refuse_differences(differing, as_json=as_json)
        made = kafka_admin.create_missing(client, found, settings.kafka_replicas)
    existed = [state.name for state in found if state.name not in made]
    if as_json:
        print_json({"created": made, "existed": existed})
        return
    console = Console()
    for name in made:
        console.print(f"已创建 created  {name}")
    for name in existed:
        console.print(f"已存在 existed  {name}")


@app.command(epilog="例 Example: bihuan topics describe --json")
def describe(*, as_json: _AsJson = False) -> None:
    """查看主题并与规定比较；缺少或不符时退出码为 1。 Compare what exists with what has to be."""
    settings = _settings(as_json=as_json)
    with _refusing(as_json=as_json), kafka_admin.connected(settings) as client:
        found = kafka_admin.states(client)
    differing = kafka_admin.differences(found, settings.kafka_replicas)
    missing = [state.name for state in found if not state.exists]
    if as_json:
        print_json(
            {
                "topics": [_shown(state) for state in found if state.exists],
                "missing": missing,
                "differences": [asdict(one) for one in differing],
            }
        )
    else:
        _print_topics(found, differing)
    if missing or differing:
        raise typer.Exit(DIFFERENT)


@app.command(epilog="例 Example: bihuan topics lag --data data --json")
def lag(
    *,
    data: Annotated[
        Path, typer.Option(help="数据目录 data directory, for what the database has handled")
    ] = Path("data"),
    as_json: _AsJson = False,
) -> None:
    """积压：每组每分区已提交、末尾、积压，以及数据库已处理到哪里。 Lag of every group."""
    settings = _settings(as_json=as_json)
    with _refusing(as_json=as_json), kafka_admin.connected(settings) as client:
        found = kafka_admin.lags(client)
    rows = _with_handled(found, data)
    if as_json:
        print_json({"lag": [{**asdict(one), "lag": one.messages_count} for one in rows]})
        return
    table = Table(
        "组 group", "主题 topic", "分区", "已提交 committed", "末尾 end", "积压 lag", "已处理"
    )
    for one in rows:
        if one.end or one.committed:
            table.add_row(one.group, one.topic, *map(_cell, _numbers(one)))
    Console().print(table)


def _settings(*, as_json: bool) -> Settings:
    """Read the settings; without brokers there is nothing to ask."""
    settings = Settings()
    if not settings.kafka_bootstrap:
        refuse(
            "kafka-not-set",
            "没有设置 BIHUAN_KAFKA_BOOTSTRAP：单进程运行不需要 Kafka。",
            "BIHUAN_KAFKA_BOOTSTRAP is not set: one process alone needs no Kafka.",
            as_json=as_json,
        )
    return settings


@contextmanager
def _refusing(*, as_json: bool) -> Iterator[None]:
    try:
        yield
    except KafkaRefused as refused:
        _say(refused, as_json=as_json)


def _say(refused: KafkaRefused, *, as_json: bool) -> NoReturn:
    """Say what stands in the way and who can do something about it."""
    if refused.code == "kafka-login-refused":
        refuse(
            "kafka-login-refused",
            "Kafka 不接受登录，请核对 BIHUAN_KAFKA_SASL_USERNAME、_PASSWORD 和 _MECHANISM。",
            "Kafka refuses the log-in. Check BIHUAN_KAFKA_SASL_USERNAME, _PASSWORD and _MECHANISM.",
            as_json=as_json,
        )
    if refused.code == "kafka-not-permitted":
        refuse(
            "kafka-not-permitted",
            "Kafka 用户没有权限，请管理员授予主题的 Create 和 DescribeConfigs、组的 Describe。",
            "The Kafka user lacks a right: Create and DescribeConfigs on topics, Describe on "
            f"groups. {refused.reason}",
            as_json=as_json,
        )
    if refused.code == "kafka-unavailable":
        refuse(
            "kafka-unavailable",
            f"Kafka 没有应答，请核对 BIHUAN_KAFKA_BOOTSTRAP，或稍后再试：{refused.reason}",
            f"Kafka does not answer. Check BIHUAN_KAFKA_BOOTSTRAP, or try later: {refused.reason}",
            as_json=as_json,
        )
    refuse(
        "kafka-failed",
        f"Kafka 拒绝了请求，没有作任何更改：{refused.reason}",
        f"Kafka refused the request; nothing was changed: {refused.reason}",
        as_json=as_json,
    )


def _refuse_differences(differing: Sequence[Difference], *, as_json: bool) -> NoReturn:
    named = "; ".join(
        f"{one.topic} {one.what}: {one.found or '-'} ≠ {one.expected}" for one in differing
    )
    refuse(
        "topics-differ",
        f"已有主题与规定不符，没有作任何更改：{named}。请由管理员决定是改主题还是改设置。",
        f"Topics exist that are not as they have to be; nothing was changed: {named}. "
        "Somebody has to decide whether the topic or the setting is wrong.",
        as_json=as_json,
    )


def _with_handled(found: Sequence[Lag], data: Path) -> list[Lag]:
    """Add what the database knows, where there is one: intake handled, and the log published."""
    if not has_store(data):
        return list(found)
    engine = make_engine(database_url(data, Settings().database_url))
    try:
        with reading(engine) as connection:
            handled = intake_offsets(connection)
            published = published_positions(connection)
    except DatabaseUnavailable:
        return list(found)
    finally:
        engine.dispose()
    rows = [replace(one, handled=handled.get((one.topic, one.partition))) for one in found]
    return rows + [
        Lag(RELAY, EVENTS, partition, at, last) for partition, (at, last) in published.items()
    ]


def _shown(state: TopicState) -> dict[str, object]:
    return {
        "name": state.name,
        "partitions": state.partitions_count,
        "replicas": state.replicas,
        "configuration": {
            name: state.configuration.get(name, "")
            for name in TOPICS[0].configuration(state.replicas)
        },
    }


def _print_topics(found: Sequence[TopicState], differing: Sequence[Difference]) -> None:
    console = Console()
    table = Table(
        "主题 topic", "分区 partitions", "副本 replicas", "保留毫秒 retention.ms", "状态 state"
    )
    wrong = {one.topic for one in differing}
    for state in found:
        verdict = "不符 differs" if state.name in wrong else "一致 as it has to be"
        table.add_row(
            state.name,
            str(state.partitions_count),
            str(state.replicas),
            state.configuration.get("retention.ms", ""),
            verdict if state.exists else "缺少 missing",
        )
    console.print(table)
    for one in differing:
        console.print(f"{one.topic} {one.what}: {one.found or '-'} ≠ {one.expected}")


def _numbers(one: Lag) -> tuple[int | None, ...]:
    return (one.partition, one.committed, one.end, one.messages_count, one.handled)


def _cell(value: int | None) -> str:
    return "-" if value is None else str(value)
