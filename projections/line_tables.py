"""行表: a slotted line class and the table that keeps it, read and written a page at a time.

The fields of the line are the columns of the table, in the same order, so that a row is the line's
arguments. Statements go to the driver as they are: one statement reads a page's lines, one writes
them, whatever their number.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Final, Generic, TypeVar, get_args, get_type_hints

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    select,
)
from sqlalchemy.types import TypeEngine

from projections.jsons import dumps

LineT = TypeVar("LineT")

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


class LineTable(Generic[LineT]):
    """行表: loads lines by one column (`group`) and writes them over what is there."""

    __slots__ = ("_load", "_made", "_save", "_values", "group", "line", "names", "table")

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
        rest = [f"{name} = excluded.{name}" for name in self.names if name not in keys]
        conflict = f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {', '.join(rest)}"
        into = f"INSERT INTO {table.name} ({listed})"
        marks = ", ".join("?" * len(self.names))
        arrays = ", ".join(f"%s::{_ARRAYS[kind]}[]" for kind in kinds)
        group_array = _ARRAYS[_plain(hints[group])[0]]
        # Names come from the line class, never from outside.
        chosen = f"SELECT {listed} FROM {table.name} WHERE {group}"  # noqa: S608
        self._load: Final = {
            "sqlite": f"{chosen} IN (SELECT value FROM json_each(?))",  # noqa: S608
            "postgresql": f"{chosen} = ANY(%s::{group_array}[])",
        }
        self._save: Final = {
            "sqlite": f"{into} VALUES ({marks}) {conflict}",
            "postgresql": f"{into} SELECT * FROM unnest({arrays}) {conflict}",  # noqa: S608
        }
        self._values: Final = attrgetter(*self.names)

    def load(self, connection: Connection, groups: Iterable[int | str]) -> list[LineT]:
        """Give the lines of these groups, in one query."""
        wanted = list(groups)
        if not wanted:
            return []
        name = connection.dialect.name
        argument: Any = dumps(wanted) if name == "sqlite" else wanted
        rows = connection.exec_driver_sql(self._load[name], (argument,))
        return [self._made(*row) for row in rows]

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

    def select(self) -> Select[Any]:
        """Begin a question whose rows are lines."""
        return select(*self.table.columns)

    def line_of(self, row: Sequence[Any]) -> LineT:
        """Make the line of a row that `select` gave."""
        return self._made(*row)


def beside(kept: LineTable[LineT], suffix: str) -> LineTable[LineT]:
    """Give the same table under another name and without indexes, to be filled fast."""
    table = kept.table
    columns = [column._copy() for column in table.columns]  # noqa: SLF001 - no public copy
    with_rowid = table.dialect_options["sqlite"]["with_rowid"]
    name = f"{table.name}{suffix}"
    copied = Table(name, MetaData(), *columns, sqlite_with_rowid=with_rowid)
    return LineTable(kept.line, copied, kept.group)
