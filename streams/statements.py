"""语句: SQLAlchemy Core statements, compiled once a dialect and run with bare tuples.

A batch writes some thousand values; building and binding a statement anew each time would cost more
than the database does. PostgreSQL gets whole columns as arrays (one statement, one round trip),
SQLite gets `executemany` and lists as JSON.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

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

Row: TypeAlias = tuple[Any, ...]
Build: TypeAlias = Callable[[str], ClauseElement]


class Statement:
    """语句 with positional parameters. `build` is given the name of the dialect."""

    __slots__ = ("_build", "_texts")

    def __init__(self, build: Build) -> None:
        self._build: Final = build
        self._texts: Final[dict[str, str]] = {}

    def text(self, dialect: Dialect) -> str:
        """Give the SQL of this dialect."""
        found = self._texts.get(dialect.name)
        if found is None:
            compiled = self._build(dialect.name).compile(dialect=dialect)
            # psycopg: binary values, because escaping text costs more than the statement itself.
            found = self._texts[dialect.name] = str(compiled).replace("%s::", "%b::")
        return found

    def rows(self, connection: Connection, row: Row) -> Sequence[Row]:
        """Run and fetch everything."""
        result = connection.exec_driver_sql(self.text(connection.dialect), row)
        return result.tuples().all()

    def run(self, connection: Connection, row: Row) -> int:
        """Run and tell how many rows changed."""
        return connection.exec_driver_sql(self.text(connection.dialect), row).rowcount

    def run_many(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Run for each row in one call of the driver."""
        connection.exec_driver_sql(self.text(connection.dialect), list(rows))


class ByKey:
    """取行: the rows whose key is in a list, in the order of the key, locked if asked."""

    __slots__ = ("_statement",)

    def __init__(self, key: Column[Any], *columns: Column[Any], lock: bool = False) -> None:
        def build(dialect: str) -> ClauseElement:
            query = select(*columns).where(_is_one_of(key, dialect)).order_by(key)
            return query.with_for_update() if lock else query

        self._statement: Final = Statement(build)

    def rows(self, connection: Connection, keys: Sequence[Any]) -> Sequence[Row]:
        """Fetch the rows of these keys in one round trip."""
        return self._statement.rows(connection, (_as_list(connection, keys),)) if keys else ()


class DeleteByKey:
    """删行 whose key is in a list."""

    __slots__ = ("_statement",)

    def __init__(self, key: Column[Any]) -> None:
        def build(dialect: str) -> ClauseElement:
            return delete(key.table).where(_is_one_of(key, dialect))

        self._statement: Final = Statement(build)

    def run(self, connection: Connection, keys: Sequence[Any]) -> None:
        """Delete the rows of these keys in one round trip."""
        if keys:
            self._statement.run(connection, (_as_list(connection, keys),))


class Insert:
    """写行: many rows at once. With `replace`, a row that is there already takes the new values."""

    __slots__ = ("_statement",)

    def __init__(self, table: Table, *, replace: bool = False, keep: bool = False) -> None:
        def build(dialect: str) -> ClauseElement:
            key = [column.name for column in table.primary_key.columns]
            names = [column.name for column in table.columns]
            others = [name for name in names if name not in key]
            if dialect == "postgresql":
                arrays = (_unnested(column) for column in table.columns)
                many = postgresql.insert(table).from_select(names, select(*arrays))
                if replace:
                    return many.on_conflict_do_update(
                        index_elements=key, set_={name: many.excluded[name] for name in others}
                    )
                return many.on_conflict_do_nothing() if keep else many
            one = sqlite.insert(table).values({name: bindparam(name) for name in names})
            if replace:
                return one.on_conflict_do_update(
                    index_elements=key, set_={name: one.excluded[name] for name in others}
                )
            return one.on_conflict_do_nothing() if keep else one

        self._statement: Final = Statement(build)

    def run(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Write rows whose values stand in the order of the table's columns."""
        if not rows:
            return
        if connection.dialect.name == "postgresql":
            self._statement.run(connection, tuple(map(list, zip(*rows, strict=True))))
        elif len(rows) == 1:
            self._statement.run(connection, rows[0])
        else:
            self._statement.run_many(connection, rows)


def _is_one_of(key: Column[Any], dialect: str) -> ColumnElement[bool]:
    if dialect == "postgresql":
        return key == func.any(bindparam("keys", type_=ARRAY(key.type)))
    listed = func.json_each(bindparam("keys")).table_valued("value")
    return key.in_(select(listed.c.value))


def _as_list(connection: Connection, keys: Sequence[Any]) -> object:
    return list(keys) if connection.dialect.name == "postgresql" else json.dumps(keys)


def _unnested(column: Column[Any]) -> ColumnElement[Any]:
    return func.unnest(bindparam(column.name, type_=ARRAY(column.type)))
