"""流水线: the statements of one transaction, straight to the driver.

A batch makes a dozen statements of which three are asked for their rows. On PostgreSQL each would
cost a round trip, and a small batch is mostly round trips: there they go out together and only an
answer waits. On SQLite there is no way to save, but a framework between us and the library that
costs more than most of the statements. What goes wrong is told as the very error SQLAlchemy would
have raised; on PostgreSQL where the next answer is awaited, at the latest at the end.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, Protocol, TypeAlias, cast

from psycopg import Connection as Driver
from psycopg import Cursor
from psycopg import Error as DriverError
from psycopg.rows import TupleRow
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Row: TypeAlias = tuple[Any, ...]

_PLACE: Final = "bihuan_pipeline"


class Line(Protocol):
    """线: takes the statements of one transaction."""

    def rows(self, text: str, row: Row) -> Sequence[Row]:
        """Run, and wait for the rows; whatever was sent before is done by then."""
        ...

    def run(self, text: str, row: Row) -> None:
        """Run without asking for rows."""
        ...

    def run_many(self, text: str, rows: Sequence[Row]) -> None:
        """Run for each row."""
        ...


class Pipeline:
    """流水线 of one transaction on PostgreSQL."""

    __slots__ = ("_connection", "_driver", "_writes")

    def __init__(self, connection: Connection) -> None:
        self._connection: Final = connection
        self._driver: Final = cast("Driver[TupleRow]", connection.connection.driver_connection)
        self._writes: Final[Cursor[TupleRow]] = self._driver.cursor()

    def rows(self, text: str, row: Row) -> Sequence[Row]:
        """Run, and wait for the rows; whatever was sent before is done by then."""
        try:
            with self._driver.cursor() as cursor:
                return cursor.execute(cast("Any", text), row).fetchall()
        except DriverError as error:
            raise self._told(text, error) from error

    def run(self, text: str, row: Row) -> None:
        """Run without waiting."""
        try:
            self._writes.execute(cast("Any", text), row)
        except DriverError as error:
            raise self._told(text, error) from error

    def run_many(self, text: str, rows: Sequence[Row]) -> None:
        """Run for each row without waiting."""
        for row in rows:
            self.run(text, row)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Send without waiting from here on, and wait for everything at the end."""
        self._connection.info[_PLACE] = self
        try:
            with self._driver.pipeline():
                yield
        except DriverError as error:
            raise self._told("", error) from error
        finally:
            self._connection.info.pop(_PLACE, None)

    def _told(self, text: str, error: DriverError) -> BaseException:
        """Make what SQLAlchemy would raise; a connection that broke is not used again."""
        broken = self._driver.closed or self._driver.broken
        if broken:
            self._connection.invalidate(error)
        return _as_sqlalchemy(self._connection, text, error, broken=broken)


class Direct:
    """直达: one transaction on SQLite."""

    __slots__ = ("_connection", "_cursor")

    def __init__(self, connection: Connection) -> None:
        self._connection: Final = connection
        driver = cast("sqlite3.Connection", connection.connection.driver_connection)
        try:
            self._cursor: Final = driver.cursor()
        except sqlite3.Error as error:
            raise _as_sqlalchemy(connection, "", error) from error

    def rows(self, text: str, row: Row) -> Sequence[Row]:
        """Run and fetch everything."""
        try:
            return self._cursor.execute(text, row).fetchall()
        except sqlite3.Error as error:
            raise _as_sqlalchemy(self._connection, text, error) from error

    def run(self, text: str, row: Row) -> None:
        """Run."""
        try:
            self._cursor.execute(text, row)
        except sqlite3.Error as error:
            raise _as_sqlalchemy(self._connection, text, error) from error

    def run_many(self, text: str, rows: Sequence[Row]) -> None:
        """Run for each row, in one call of the driver."""
        try:
            self._cursor.executemany(text, rows)
        except sqlite3.Error as error:
            raise _as_sqlalchemy(self._connection, text, error) from error

    @contextmanager
    def open(self) -> Iterator[None]:
        """Go straight to the driver from here on."""
        self._connection.info[_PLACE] = self
        try:
            yield
        finally:
            self._connection.info.pop(_PLACE, None)


def _as_sqlalchemy(
    connection: Connection, text: str, error: Exception, *, broken: bool = False
) -> BaseException:
    dialect = connection.dialect
    return DBAPIError.instance(
        text,
        None,
        error,
        dialect.loaded_dbapi.Error,
        connection_invalidated=broken,
        dialect=dialect,
    )


@contextmanager
def pipelined(connection: Connection) -> Iterator[None]:
    """Let the statements inside go straight to the driver, and out together where it can."""
    line = Pipeline if connection.dialect.name == "postgresql" else Direct
    with line(connection).open():
        yield


def pipeline_of(connection: Connection) -> Line | None:
    """Give the line that is open on a connection."""
    return cast("Line | None", connection.info.get(_PLACE))
