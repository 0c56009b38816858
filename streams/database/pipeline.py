"""流水线: on PostgreSQL, the statements of a transaction go out together; only an answer waits.

A batch makes a dozen statements of which three are asked for their rows. Sent one by one each costs
a round trip, and a small batch is mostly round trips. What goes wrong is told where the next answer
is awaited, at the latest when the pipeline ends, as the very error SQLAlchemy would have raised.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeAlias, cast

from psycopg import Connection as Driver
from psycopg import Cursor
from psycopg import Error as DriverError
from psycopg.rows import TupleRow
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Row: TypeAlias = tuple[Any, ...]

_PLACE: Final = "bihuan_pipeline"


class Pipeline:
    """流水线 of one transaction."""

    __slots__ = ("_connection", "_driver", "_writes")

    def __init__(self, connection: Connection) -> None:
        self._connection: Final = connection
        self._driver: Final = cast("Driver[TupleRow]", connection.connection.driver_connection)
        self._writes: Final[Cursor[TupleRow]] = self._driver.cursor()

    def rows(self, text: str, row: Row) -> Sequence[Row]:
        """Run, and wait for the rows; whatever was sent before is done by then."""
        with self._told(text), self._driver.cursor() as cursor:
            return cursor.execute(cast("Any", text), row).fetchall()

    def run(self, text: str, row: Row) -> None:
        """Run without waiting."""
        with self._told(text):
            self._writes.execute(cast("Any", text), row)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Send without waiting from here on, and wait for everything at the end."""
        self._connection.info[_PLACE] = self
        try:
            with self._told(""), self._driver.pipeline():
                yield
        finally:
            self._connection.info.pop(_PLACE, None)

    @contextmanager
    def _told(self, text: str) -> Iterator[None]:
        """Raise what SQLAlchemy would; a connection that broke is not used again."""
        try:
            yield
        except DriverError as error:
            dialect = self._connection.dialect
            broken = self._driver.closed or self._driver.broken
            if broken:
                self._connection.invalidate(error)
            raise DBAPIError.instance(
                text,
                None,
                error,
                dialect.loaded_dbapi.Error,
                connection_invalidated=broken,
                dialect=dialect,
            ) from error


@contextmanager
def pipelined(connection: Connection) -> Iterator[None]:
    """Let the statements inside go out together, where the database can."""
    if connection.dialect.name != "postgresql":
        yield
        return
    with Pipeline(connection).open():
        yield


def pipeline_of(connection: Connection) -> Pipeline | None:
    """Give the pipeline that is open on a connection."""
    if connection.dialect.name != "postgresql":
        return None
    return cast("Pipeline | None", connection.info.get(_PLACE))
