"""数组: whole columns as PostgreSQL's binary arrays, packed in one go.

The driver asks each element how it wants to be written, which costs more than writing it. Here the
column has said so once: <https://www.postgresql.org/docs/15/xfunc-c.html> names the form, and
`array_recv` of the server reads it.
"""

import struct
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format
from sqlalchemy import JSON, BigInteger, Boolean, Column, LargeBinary, SmallInteger, Text

Pack: TypeAlias = Callable[[Sequence[Any]], "Packed"]

_HEAD: Final = struct.Struct(">iiIii").pack
"""Dimensions, whether there are nulls, type of the elements, length, number of the first one."""
_SIZE: Final = struct.Struct(">i").pack
_NULL: Final = _SIZE(-1)

_BOOL_OID: Final = 16
_BYTEA_OID: Final = 17
_INT8_OID: Final = 20
_INT2_OID: Final = 21
_TEXT_OID: Final = 25
_JSON_OID: Final = 114


class Packed(bytes):
    """已装: an array as the server reads it; the statement says its type."""

    __slots__ = ()


class _PackedDumper(Dumper):
    """Hands the bytes on as they are."""

    format = Format.BINARY
    oid = 0

    def dump(self, obj: Packed) -> Buffer:
        """Give the bytes."""
        return obj


psycopg.adapters.register_dumper(Packed, _PackedDumper)


def packer_of(column: Column[Any]) -> Pack | None:
    """Give what packs values of a column; None for a type that the driver must look after."""
    for type_, pack in _PACKERS:
        if isinstance(column.type, type_):
            return pack
    return None


def _numbers(oid: int, code: str, size: int) -> Pack:
    def pack(values: Sequence[Any]) -> Packed:
        if None in values:
            one = struct.Struct(f">{code}").pack
            return _packed(oid, [None if value is None else one(value) for value in values])
        count = len(values)
        flat: list[Any] = [size] * (2 * count)
        flat[1::2] = values
        head = _HEAD(1, 0, oid, count, 1)
        return Packed(head + struct.pack(">" + f"i{code}" * count, *flat))

    return pack


def _texts(oid: int) -> Pack:
    def pack(values: Sequence[str | None]) -> Packed:
        return _packed(oid, [None if value is None else value.encode() for value in values])

    return pack


def _bytes(values: Sequence[bytes | None]) -> Packed:
    return _packed(_BYTEA_OID, values)


def _packed(oid: int, values: Sequence[bytes | None]) -> Packed:
    parts = [_HEAD(1, int(None in values), oid, len(values), 1)]
    for value in values:
        if value is None:
            parts.append(_NULL)
        else:
            parts.append(_SIZE(len(value)))
            parts.append(value)
    return Packed(b"".join(parts))


_PACKERS: Final[tuple[tuple[type, Pack], ...]] = (
    (SmallInteger, _numbers(_INT2_OID, "h", 2)),
    (BigInteger, _numbers(_INT8_OID, "q", 8)),
    (Boolean, _numbers(_BOOL_OID, "?", 1)),
    (LargeBinary, _bytes),
    (Text, _texts(_TEXT_OID)),
    (JSON, _texts(_JSON_OID)),
)
