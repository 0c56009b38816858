"""行表: a slotted line class and the table that keeps it, read and written a page at a time.

The fields of the line are the columns of the table, in the same order, so that a row is the line's
arguments. Statements go to the driver as they are: one statement reads a page's lines, one writes
them, whatever their number.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from itertools import chain
from operator import attrgetter, itemgetter
from types import NoneType, UnionType
from typing import Any, Final, Generic, TypeAlias, TypeVar, get_args, get_type_hints

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    select,
)
from sqlalchemy.sql.visitors import iterate
from sqlalchemy.types import TypeEngine

from projections.jsons import dumps

LineT = TypeVar("LineT")
Row: TypeAlias = tuple[Any, ...]
_UPDATES_MAX: Final = 1000

_INTEGER: Final = BigInteger().with_variant(Integer, "sqlite")  # INTEGER: the row id itself
_TYPES: Final[dict[type, TypeEngine[Any]]] = {
    int: _INTEGER,
    bool: Boolean(),
    str: Text(),
    float: Float(),
}
_ARRAYS: Final = {int: "bigint", bool: "boolean", str: "text", float: "double precision"}


def _plain(hint: Any) -> tuple[type, bool]:
    """Split `int | None` into `int` and whether nothing is allowed."""
    if isinstance(hint, UnionType):
        (plain,) = (arm for arm in get_args(hint) if arm is not NoneType)
        return plain, True
    return hint, False


def columns_of(line: type, *keys: str) -> list[Column[Any]]:
    """Make the columns of a line class."""
    hints = get_type_hints(line)
    columns: list[Column[Any]] = []
    for name in (field.name for field in fields(line)):
        plain, nullable = _plain(hints[name])
        columns.append(
            Column(
                name,
                _TYPES[plain],
                nullable=nullable,
                primary_key=name in keys,
                autoincrement=False,
            )
        )
    return columns


def _columns_in(index: Index) -> set[str]:
    """Name the columns that an index is made of or depends on."""
    clauses: list[Any] = list(index.expressions)
    condition = index.dialect_options["sqlite"]["where"]
    if condition is not None:
        clauses.append(condition)
    return {
        column.name
        for clause in clauses
        for column in iterate(clause)
        if isinstance(column, Column)
    }


class LineTable(Generic[LineT]):
    """行表: loads lines by one column (`group`) and writes them over what is there."""

    __slots__ = (
        *("_indexed", "_key", "_keys", "_load", "_made", "_plain", "_save", "_updates", "_values"),
        *("group", "line", "names", "table"),
    )

    def __init__(self, line: type[LineT], table: Table, group: str) -> None:
        self.line: Final[type[LineT]] = line
        self._made: Final[Callable[..., LineT]] = line
        self.table: Final = table
        self.group: Final = group
        self.names: Final = tuple(column.name for column in table.columns)
        hints = get_type_hints(line)
        kinds = [_plain(hints[name])[0] for name in self.names]
        listed = ", ".join(self.names)
        keys = [column.name for column in table.primary_key]
        self._keys: Final = keys
        self._key: Final[Callable[[Row], Any]] = itemgetter(*map(self.names.index, keys))
        indexed = {name for index in table.indexes for name in _columns_in(index)}
        spots = [spot for spot, name in enumerate(self.names) if name not in keys]
        self._indexed: Final = [spot for spot in spots if self.names[spot] in indexed]
        self._plain: Final = [spot for spot in spots if self.names[spot] not in indexed]
        self._updates: Final[dict[tuple[int, ...], tuple[str, Callable[[Row], Any]]]] = {}
        rest = [f"{name} = excluded.{name}" for name in self.names if name not in keys]
        conflict = f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {', '.join(rest)}"
        into = f"INSERT INTO {table.name} ({listed})"
        marks = ", ".join("?" * len(self.names))
        arrays = ", ".join(f"%b::{_ARRAYS[kind]}[]" for kind in kinds)
        group_array = _ARRAYS[_plain(hints[group])[0]]
        # Names come from the line class, never from outside.
        chosen = f"SELECT {listed} FROM {table.name} WHERE {group}"  # noqa: S608
        self._load: Final = {
            "sqlite": f"{chosen} IN (SELECT value FROM json_each(?))",  # noqa: S608
            "postgresql": f"{chosen} = ANY(%b::{group_array}[])",
        }
        self._save: Final = {
            "sqlite": f"{into} VALUES ({marks}) {conflict}",
            "postgresql": f"{into} SELECT * FROM unnest({arrays}) {conflict}",  # noqa: S608
        }
        self._values: Final = attrgetter(*self.names)

    def load(self, connection: Connection, groups: Iterable[int | str]) -> list[LineT]:
        """Give the lines of these groups, in one query."""
        return [self._made(*row) for row in self.load_rows(connection, groups)]

    def load_rows(self, connection: Connection, groups: Iterable[int | str]) -> list[Row]:
        """Give the rows of these groups, in one query."""
        wanted = list(groups)
        if not wanted:
            return []
        name = connection.dialect.name
        argument: Any = dumps(wanted) if name == "sqlite" else wanted
        return list(map(tuple, connection.exec_driver_sql(self._load[name], (argument,))))

    def save(self, connection: Connection, lines: Iterable[LineT]) -> None:
        """Write lines over what is there, in one statement."""
        self.save_rows(connection, [self._values(line) for line in lines])

    def save_rows(self, connection: Connection, rows: list[tuple[Any, ...]]) -> None:
        """Write rows, each the values of a line in the order of its fields."""
        if not rows:
            return
        name = connection.dialect.name
        if name == "sqlite":
            connection.exec_driver_sql(self._save[name], rows)
        else:
            columns = tuple(list(column) for column in zip(*rows, strict=True))
            connection.exec_driver_sql(self._save[name], columns)

    def save_changes(
        self, connection: Connection, before: Iterable[Row], lines: Iterable[LineT]
    ) -> None:
        """Write what is unlike the rows of before.

        SQLite touches every index of a column that a statement names, changed or not. A fact
        changes few columns that have an index, and the indexes of a big table lie far apart.
        """
        known = {self._key(row): row for row in before}
        fresh: list[Row] = []
        changed: dict[tuple[int, ...], list[Row]] = {}
        for row in map(self._values, lines):
            old = known.get(self._key(row))
            if old is None:
                fresh.append(row)
            elif row != old:
                spots = tuple([spot for spot in self._indexed if row[spot] != old[spot]])
                changed.setdefault(spots, []).append(row)
        if connection.dialect.name != "sqlite":
            self.save_rows(connection, [*fresh, *chain.from_iterable(changed.values())])
            return
        self.save_rows(connection, fresh)
        for spots, rows in changed.items():
            update, chosen = self._update(spots)
            connection.exec_driver_sql(update, list(map(chosen, rows)))

    def _update(self, spots: tuple[int, ...]) -> tuple[str, Callable[[Row], Any]]:
        """Give the statement that writes these columns and all that have no index."""
        known = self._updates.get(spots)
        if known is None:
            written = [*spots, *self._plain]
            values = ", ".join(f"{self.names[spot]} = ?" for spot in written)
            keys = " AND ".join(f"{name} = ?" for name in self._keys)
            known = (
                f"UPDATE {self.table.name} SET {values} WHERE {keys}",  # noqa: S608 - our names
                itemgetter(*written, *map(self.names.index, self._keys)),
            )
            if len(self._updates) < _UPDATES_MAX:
                self._updates[spots] = known
        return known

    def select(self) -> Select[Any]:
        """Begin a question whose rows are lines."""
        return select(*self.table.columns)

    def line_of(self, row: Sequence[Any]) -> LineT:
        """Make the line of a row that `select` gave."""
        return self._made(*row)


_BESIDE: Final[dict[str, Any]] = {}


def beside(kept: LineTable[LineT], suffix: str) -> LineTable[LineT]:
    """Give the same table under another name and without indexes, to be filled fast."""
    table = kept.table
    name = f"{table.name}{suffix}"
    made: LineTable[LineT] | None = _BESIDE.get(name)
    if made is None:
        columns = [column._copy() for column in table.columns]  # noqa: SLF001 - no public copy
        with_rowid = table.dialect_options["sqlite"]["with_rowid"]
        copied = Table(name, MetaData(), *columns, sqlite_with_rowid=with_rowid)
        made = _BESIDE[name] = LineTable(kept.line, copied, kept.group)
    return made
