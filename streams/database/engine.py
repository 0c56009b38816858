"""数据库: how an engine is made, and what a broken database is called.

SQLite is one file in the data directory with one writer: every writing transaction begins with
BEGIN IMMEDIATE, so that it never has to turn from a reader into a writer half-way. The threads of
a process queue for it, whoever opened the transaction; what only reads must say so (`reading`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, literal_column, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from streams.database.pipeline import Direct
from streams.database.turns import PoliteConnection, Turns

DATABASE_FILE: Final = "bihuan.sqlite3"
BUSY_SECONDS: Final = 30
CHECKPOINT_PAGES: Final = 8192
"""Pages in the write-ahead log before SQLite copies them into the file: 32 MiB (our default).

A page that changes in every batch is then copied once for many batches; durability is the log's.
"""
FROZEN_SECONDS_MAX: Final = 15
"""How long a transaction may hold its locks without a word to PostgreSQL (our default)."""

CONNECT_SECONDS_MAX: Final = 5
_READ_ONLY: Final = "bihuan_read_only"
_TRY_AGAIN: Final = frozenset({"40001", "40P01", "55P03"})
"""PostgreSQL: serialisation failure, deadlock, lock not available."""
_TRY_AGAIN_SQLITE: Final = "SQLITE_BUSY_SNAPSHOT"
_CUT_OFF: Final = "25P03"
"""PostgreSQL: the transaction was idle for too long."""
_TAKEN: Final = "23505"
"""PostgreSQL: another transaction stored the same key first."""


class DatabaseUnavailable(Exception):  # noqa: N818 (a state of the world, named as one says it)
    """数据库不可用: nothing was stored; the same call may be made again later."""


def database_url(data: Path, url: str = "") -> URL:
    """Give the address of the database: the one that is set, or the file in the data directory."""
    if url:
        return make_url(url)
    return URL.create("sqlite", database=str(data / DATABASE_FILE))


def make_engine(url: URL | str, *, pool_size: int = 8, durable: bool = True) -> Engine:
    """Make an engine whose transactions are durable when `commit` returns.

    `durable` false is for work that can be done again from the start, such as a simulation: SQLite
    then leaves it to the operating system when pages reach the disk.
    """
    made = make_url(url)
    if made.get_backend_name() == "postgresql":
        return create_engine(
            made,
            paramstyle="format",
            pool_size=pool_size,
            max_overflow=pool_size,
            connect_args=_postgresql(),
        )
    polite = {"factory": PoliteConnection}
    engine = create_engine(made, pool_size=pool_size, max_overflow=pool_size, connect_args=polite)
    event.listen(engine, "connect", _on_sqlite_connect)
    if not durable:
        event.listen(engine, "connect", _on_sqlite_hurry)
    event.listen(engine, "begin", _on_sqlite_begin)
    return engine


def for_read_models(engine: Engine) -> Engine:
    """Make an engine for what can be built again from the log: its commits wait for no disk.

    Nothing else is at risk: a durable commit that follows takes along all that stands before it,
    and after a crash the bookmarks say which part of the log to read again.
    """
    if engine.dialect.name == "postgresql":
        return create_engine(
            engine.url,
            paramstyle="format",
            pool_size=1,
            connect_args=_postgresql("-c synchronous_commit=off"),
        )
    polite = {"factory": PoliteConnection}
    made = create_engine(engine.url, pool_size=1, connect_args=polite)
    event.listen(made, "connect", _on_sqlite_connect)
    event.listen(made, "connect", _on_sqlite_lazy)
    event.listen(made, "begin", _on_sqlite_begin)
    return made


def _postgresql(*options: str) -> dict[str, Any]:
    """Give what each connection is told: a process that freezes must not hold up all others."""
    idle = f"-c idle_in_transaction_session_timeout={FROZEN_SECONDS_MAX * 1000}"
    return {
        "options": " ".join((idle, *options)),
        "connect_timeout": CONNECT_SECONDS_MAX,
        "tcp_user_timeout": FROZEN_SECONDS_MAX * 1000,
    }


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that may write; it commits at the end, or leaves nothing."""
    with _translated(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a connection that only reads and never waits for a writer."""
    options: dict[str, Any] = {_READ_ONLY: True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"
    with _translated(), engine.connect() as connection:
        yield connection.execution_options(**options)


def is_alive(engine: Engine) -> bool:
    """Tell whether the database answers."""
    try:
        with reading(engine) as connection:
            connection.execute(select(literal_column("1")))
    except (DatabaseUnavailable, SQLAlchemyError):  # or nobody gave a connection back in time
        return False
    return True


def for_readers(engine: Engine) -> Engine:
    """Give the same pool to those who only read: on SQLite they never wait for the writer."""
    return engine.execution_options(**{_READ_ONLY: True})


def forget_traces(engine: Engine) -> None:
    """Empty SQLite's write-ahead log, so that nothing deleted lingers in the files."""
    if engine.dialect.name == "sqlite":
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        finally:
            raw.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if is_broken(error):
            raise DatabaseUnavailable(type(error.orig).__name__) from error
        raise


def is_broken(error: DBAPIError) -> bool:
    """Tell whether the database itself is the trouble, and not what was asked of it."""
    if error.connection_invalidated or _state(error) == _CUT_OFF:
        return True
    return isinstance(error, OperationalError | InterfaceError) and not may_try_again(error)


def may_try_again(error: DBAPIError) -> bool:
    """Tell whether the same transaction may well succeed when it is run once more."""
    state = _state(error)
    if state in _TRY_AGAIN or state == _TAKEN:
        return True
    return str(getattr(error.orig, "sqlite_errorname", "")) == _TRY_AGAIN_SQLITE


def _state(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", "") or "")


def _on_sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we begin and commit ourselves
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # an erased key must not linger in a free page
    cursor.execute("PRAGMA cache_size = -32768")
    cursor.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    cursor.execute(f"PRAGMA journal_size_limit = {CHECKPOINT_PAGES * 4096}")
    cursor.close()


def _on_sqlite_hurry(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


def _on_sqlite_lazy(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")


_TURNS: Final[dict[str, Turns]] = {}


def _on_sqlite_begin(connection: Connection) -> None:
    if connection.get_execution_options().get(_READ_ONLY, False):
        Direct(connection).run("BEGIN", ())
        return
    driver = connection.connection.driver_connection
    file = connection.engine.url.database
    if file and isinstance(driver, PoliteConnection):
        turns = _TURNS.setdefault(file, Turns())
        if not driver.begin_writing(turns, BUSY_SECONDS):
            raise DatabaseUnavailable("no turn")
    Direct(connection).run("BEGIN IMMEDIATE", ())
