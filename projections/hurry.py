"""赶工: what a rebuild asks of the interpreter and of SQLite while it runs, and gives back."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection

_SQLITE: Final = {
    "cache_size": -262_144,  # 256 MB: rows arrive in the order of the log, not of their keys
    "threads": 2,  # sorts for an index
    "secure_delete": 2,  # FAST: read models hold nothing that an erased key protects
    "wal_autocheckpoint": 16_000,
}


@contextmanager
def without_collector() -> Iterator[None]:
    """Fold without the garbage collector: lines are many, live long and form no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def in_a_hurry(connection: Connection) -> Iterator[None]:
    """Give this connection more memory; the pool gets it back as it was."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection  # asked directly: begins no transaction
    before = {name: driver.execute(f"PRAGMA {name}").fetchone()[0] for name in _SQLITE}
    _set(driver, _SQLITE)
    try:
        yield
    finally:
        _set(driver, before)


def _set(driver: Any, pragmas: dict[str, int]) -> None:
    for name, value in pragmas.items():
        driver.execute(f"PRAGMA {name} = {value}").close()
