"""Whole columns go to the database and come back as they were, on both of them."""

from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Engine,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)
from sqlalchemy.exc import DBAPIError

from streams.database.engine import reading, writing
from streams.database.pipeline import pipelined
from streams.database.statements import ByKey, DeleteByKey, Insert

_METADATA = MetaData()
_KINDS = Table(
    "kinds",
    _METADATA,
    Column("key", Text, primary_key=True),
    Column("small", SmallInteger, nullable=True),
    Column("big", BigInteger, nullable=True),
    Column("flag", Boolean, nullable=True),
    Column("words", Text, nullable=True),
    Column("bytes", LargeBinary, nullable=True),
    Column("data", JSON, nullable=True),
)
_SHOWN = (_KINDS.c.key, _KINDS.c.small, _KINDS.c.big, _KINDS.c.flag, _KINDS.c.words, _KINDS.c.bytes)
ROWS: list[tuple[Any, ...]] = [
    ("a", -1, -(2**60), True, "", b"", "{}"),
    ("b", 32767, 2**60, False, '路灯, "坏"{}\\', b"\x00\xff", '{"a": ""}'),
    ("c", None, None, None, None, None, None),
]


@pytest.fixture
def kinds(engine: Engine) -> Engine:
    with writing(engine) as connection:
        _METADATA.create_all(connection)
    return engine


@pytest.mark.parametrize("rows", [ROWS, ROWS[:2], ROWS[:1]])
def test_every_kind_of_value_comes_back(kinds: Engine, rows: list[tuple[Any, ...]]) -> None:
    with writing(kinds) as connection, pipelined(connection):
        Insert(_KINDS).run(connection, rows)
    with reading(kinds) as connection:
        found = ByKey(_KINDS.c.key, *_SHOWN).rows(connection, ["a", "b", "c", "路"])
        assert [tuple(row) for row in found] == [row[:-1] for row in rows]


def test_rows_go_by_their_keys(kinds: Engine) -> None:
    with writing(kinds) as connection, pipelined(connection):
        Insert(_KINDS).run(connection, ROWS)
        DeleteByKey(_KINDS.c.key).run(connection, ["a", "c"])
        left = ByKey(_KINDS.c.key, _KINDS.c.key).rows(connection, ["a", "b", "c"])
    assert [key for (key,) in left] == ["b"]


def test_what_the_database_cannot_hold_is_told_as_its_error(kinds: Engine) -> None:
    twice = [ROWS[0], ROWS[0]]
    with pytest.raises(DBAPIError), writing(kinds) as connection, pipelined(connection):
        Insert(_KINDS).run(connection, twice)


def test_sqlite_refuses_a_list_of_bytes_that_it_would_not_find(kinds: Engine) -> None:
    if kinds.dialect.name == "postgresql":
        with reading(kinds) as connection:
            assert list(ByKey(_KINDS.c.bytes, _KINDS.c.key).rows(connection, [b"", b"x"])) == []
        return
    with reading(kinds) as connection, pytest.raises(TypeError, match="bytes"):
        ByKey(_KINDS.c.bytes, _KINDS.c.key).rows(connection, [b"x"])
