"""语句: SQLAlchemy Core statements, compiled once a dialect and run with bare tuples.

A batch writes some thousand values; building and binding a statement anew each time would cost more
than the database does. PostgreSQL gets whole columns as arrays (one statement, one round trip),
SQLite gets `executemany` and lists as JSON.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, cast

import msgspec
from sqlalchemy import (
    ARRAY,
    Column,
    Connection,
    Table,
    bindparam,
    delete,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement, ColumnElement
from sqlalchemy.sql.compiler import SQLCompiler

from streams.database.arrays import packer_of
from streams.database.pipeline import pipeline_of

_as_json: Final = msgspec.json.Encoder().encode
Row: TypeAlias = tuple[Any, ...]
Build: TypeAlias = Callable[[str], ClauseElement]


class Statement:
    """语句 with positional parameters. `build` is given the name of the dialect.

    Parameters are the `bindparam`s without a value, in the order in which the SQL names them.
    """

    __slots__ = ("_build", "_compiled")

    def __init__(self, build: Build) -> None:
        self._build: Final = build
        self._compiled: Final[dict[str, _Compiled]] = {}

    def rows(self, connection: Connection, row: Row) -> Sequence[Row]:
        """Run and fetch everything."""
        compiled = self._on(connection.dialect)
        if pipeline := pipeline_of(connection):
            return pipeline.rows(compiled.text, compiled.filled(row))
        result = connection.exec_driver_sql(compiled.text, compiled.filled(row))
        return cast("Sequence[Row]", result.all())

    def run(self, connection: Connection, row: Row) -> None:
        """Run; inside a pipeline the answer is awaited later."""
        compiled = self._on(connection.dialect)
        if pipeline := pipeline_of(connection):
            pipeline.run(compiled.text, compiled.filled(row))
        else:
            connection.exec_driver_sql(compiled.text, compiled.filled(row))

    def count(self, connection: Connection, row: Row) -> int:
        """Run and tell how many rows changed; not inside a pipeline."""
        compiled = self._on(connection.dialect)
        return connection.exec_driver_sql(compiled.text, compiled.filled(row)).rowcount

    def run_many(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Run for each row, in one call of the driver where it has one."""
        compiled = self._on(connection.dialect)
        if pipeline := pipeline_of(connection):
            given = rows if compiled.is_open else [compiled.filled(row) for row in rows]
            pipeline.run_many(compiled.text, given)
        else:
            connection.exec_driver_sql(compiled.text, [compiled.filled(row) for row in rows])

    def _on(self, dialect: Dialect) -> "_Compiled":
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compile(self._build(dialect.name), dialect)
        return found


@dataclass(frozen=True, slots=True)
class _Compiled:
    """已编译: the SQL, and the constants of the clause at their places; `_OPEN` is a parameter."""

    text: str
    places: Row
    is_open: bool  # no constants at all

    def filled(self, row: Row) -> Row:
        if self.is_open:
            return row
        given = iter(row)
        return tuple(next(given) if place is _OPEN else place for place in self.places)


_OPEN: Final = object()
_ARRAY: Final = re.compile(r"%s(?=::[A-Z ]+\[\])")


def _compile(clause: ClauseElement, dialect: Dialect) -> _Compiled:
    compiled = cast("SQLCompiler", clause.compile(dialect=dialect))
    places = tuple(
        _OPEN if compiled.binds[name].required else compiled.binds[name].effective_value
        for name in compiled.positiontup or ()
    )
    # psycopg: binary arrays, because escaping text costs more than the statement itself.
    text = _ARRAY.sub("%b", str(compiled))
    return _Compiled(text, places, all(place is _OPEN for place in places))


class ByKey:
    """取行: the rows whose key is in a list, in the order of the key, locked if asked."""

    __slots__ = ("_pack", "_statement")

    def __init__(self, key: Column[Any], *columns: Column[Any], lock: bool = False) -> None:
        def build(dialect: str) -> ClauseElement:
            query = select(*columns).where(_is_one_of(key, dialect)).order_by(key)
            return query.with_for_update() if lock else query

        self._pack: Final = packer_of(key) or list
        self._statement: Final = Statement(build)

    def rows(self, connection: Connection, keys: Sequence[Any]) -> Sequence[Row]:
        """Fetch the rows of these keys in one round trip."""
        if not keys:
            return ()
        return self._statement.rows(connection, (_as_list(connection, keys, self._pack),))


class DeleteByKey:
    """删行 whose key is in a list."""

    __slots__ = ("_pack", "_statement")

    def __init__(self, key: Column[Any]) -> None:
        def build(dialect: str) -> ClauseElement:
            return delete(key.table).where(_is_one_of(key, dialect))

        self._pack: Final = packer_of(key) or list
        self._statement: Final = Statement(build)

    def run(self, connection: Connection, keys: Sequence[Any]) -> None:
        """Delete the rows of these keys in one round trip."""
        if keys:
            self._statement.run(connection, (_as_list(connection, keys, self._pack),))


class Insert:
    """写行: many rows at once. With `replace`, a row that is there already takes the new values."""

    __slots__ = ("_many", "_one", "_packs")

    def __init__(self, table: Table, *, replace: bool = False, keep: bool = False) -> None:
        names = [column.name for column in table.columns]
        key = [column.name for column in table.primary_key.columns]
        others = [name for name in names if name not in key]

        def one(dialect: str) -> ClauseElement:
            insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
            return settled(insert(table).values({name: bindparam(name) for name in names}))

        def many(_dialect: str) -> ClauseElement:
            arrays = (_unnested(column) for column in table.columns)
            return settled(postgresql.insert(table).from_select(names, select(*arrays)))

        def settled(insert: postgresql.Insert | sqlite.Insert) -> ClauseElement:
            if replace:
                return insert.on_conflict_do_update(
                    index_elements=key, set_={name: insert.excluded[name] for name in others}
                )
            return insert.on_conflict_do_nothing() if keep else insert

        self._packs: Final = [packer_of(column) or list for column in table.columns]
        self._one: Final = Statement(one)
        self._many: Final = Statement(many)

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Write rows whose values stand in the order of the table's columns."""
        if not rows:
            return
        if len(rows) == 1:  # PostgreSQL: scalars are packed several times as fast as arrays
            self._one.run(connection, rows[0])
        elif connection.dialect.name == "postgresql":
            columns = zip(self._packs, zip(*rows, strict=True), strict=True)
            self._many.run(connection, tuple([pack(column) for pack, column in columns]))
        else:
            self._one.run_many(connection, rows)


def _is_one_of(key: Column[Any], dialect: str) -> ColumnElement[bool]:
    if dialect == "postgresql":
        return key == func.any(bindparam("keys", type_=ARRAY(key.type)))
    listed = func.json_each(bindparam("keys")).table_valued("value")
    return key.in_(select(listed.c.value))


def _as_list(connection: Connection, keys: Sequence[Any], pack: Callable[..., object]) -> object:
    if connection.dialect.name == "postgresql":
        return pack(keys)
    if isinstance(keys[0], bytes):
        raise TypeError("SQLite takes no list of bytes")
    return _as_json(keys).decode()


def _unnested(column: Column[Any]) -> ColumnElement[Any]:
    return func.unnest(bindparam(column.name, type_=ARRAY(column.type)))
