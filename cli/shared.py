"""共享的库: opens the store that many processes share, or says what is missing."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Final, NoReturn, TypeVar

from pydantic import ValidationError
from sqlalchemy import make_url

from cli.report import refuse
from streams.database.engine import DatabaseUnavailable
from streams.processes.opening import OldSchemaError, Store, open_store
from streams.processes.starting import Absent, until_there
from streams.settings import Settings

ResultT = TypeVar("ResultT")

_SHARED: Final = "postgresql"


def shared_settings(data: Path, *, as_json: bool = False) -> Settings:
    """Read the settings of a house of many processes."""
    try:
        settings = Settings(data=data)
    except ValidationError as error:
        names = ", ".join(f"BIHUAN_{str(one['loc'][0]).upper()}" for one in error.errors())
        refuse(
            "setting-malformed",
            f"环境变量 {names} 的值不正确，请对照 docs/how-to/operate.md。",
            f"The value of {names} is not valid; see docs/how-to/operate.md.",
            as_json=as_json,
        )
    url = settings.database_url
    if not url or make_url(url).get_backend_name() != _SHARED:
        refuse(
            "database-not-shared",
            "多进程运行需要 PostgreSQL：请设置 BIHUAN_DATABASE_URL，或用 bihuan up 单进程运行。",
            "Many processes need PostgreSQL: set BIHUAN_DATABASE_URL, or run bihuan up alone.",
            as_json=as_json,
        )
    return settings


def with_kafka(settings: Settings, *, as_json: bool = False) -> Settings:
    """Give the same settings, once it is sure that they name brokers."""
    if not settings.kafka_bootstrap:
        refuse(
            "kafka-not-set",
            "没有设置 BIHUAN_KAFKA_BOOTSTRAP：单进程运行不需要 Kafka。",
            "BIHUAN_KAFKA_BOOTSTRAP is not set: one process alone needs no Kafka.",
            as_json=as_json,
        )
    return settings


def open_shared(settings: Settings, *, as_json: bool = False) -> Store:
    """Open the store as it is; its form is changed by `bihuan db upgrade` alone."""
    try:
        return open_store(settings, migrate=False)
    except OldSchemaError:
        refuse_schema(as_json=as_json)
    except DatabaseUnavailable:
        refuse_unavailable(as_json=as_json)


def open_for_work(settings: Settings) -> Store:
    """Open the store for a process that lasts; raises `Absent` while nothing answers."""
    try:
        store = open_store(settings, migrate=False)
    except OldSchemaError:
        refuse_schema(as_json=False)
    except DatabaseUnavailable as error:
        raise Absent("database-unavailable") from error
    try:
        store.contexts.refreshed()
    except DatabaseUnavailable as error:
        store.engine.dispose()
        raise Absent("database-unavailable") from error
    return store


def patiently(
    settings: Settings, attempt: Callable[[], ResultT], place: tuple[str, int] | None
) -> ResultT:
    """Try until what is needed answers; refuse once the time of a start is over."""
    try:
        return until_there(attempt, seconds_max=settings.start_seconds_max, place=place)
    except Absent as absent:
        if absent.trouble == "database-unavailable":
            refuse_unavailable(as_json=False)
        refuse(
            absent.trouble,
            "Kafka 没有应答或拒绝了请求，请运行 bihuan topics describe 查看原因。",
            f"Kafka does not answer, or refuses; see bihuan topics describe. {absent.reason}",
            as_json=False,
        )
    except OSError as error:
        if error.errno != errno.EADDRINUSE or place is None:
            raise
        refuse_port(place[1])


def refuse_schema(*, as_json: bool) -> NoReturn:
    """Say that the database has another form."""
    refuse(
        "schema-not-current",
        "数据库结构与本程序不符，请先运行 bihuan db upgrade。",
        "The database has another form than this program expects: run bihuan db upgrade.",
        as_json=as_json,
    )


def refuse_port(port: int) -> NoReturn:
    """Say that somebody listens there already."""
    refuse(
        "port-taken",
        f"端口 {port} 已被占用，请用 --port 另选一个。",
        f"Port {port} is taken; choose another one with --port.",
        as_json=False,
    )


def refuse_unavailable(*, as_json: bool) -> NoReturn:
    """Say that the database does not answer."""
    refuse(
        "database-unavailable",
        "数据库没有应答，请核对 BIHUAN_DATABASE_URL，或稍后再试。",
        "The database does not answer. Check BIHUAN_DATABASE_URL, or try again later.",
        as_json=as_json,
    )
