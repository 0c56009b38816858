"""处所: what has been answered, by the place in a topic that it was read from.

A message that is delivered again is known by its place, whatever a newer reader would make of it.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, Connection, SmallInteger, Text, bindparam, func, select
from sqlalchemy.sql import ClauseElement, ColumnElement

from handlers.envelope import Source
from handlers.receipt import Receipt
from streams.database.statements import Row, Statement
from streams.database.tables import inbox
from streams.messages.wire import decode_receipt


def _build(dialect: str) -> ClauseElement:
    columns = (inbox.c.topic, inbox.c.partition, inbox.c.offset, inbox.c.receipt)
    wanted: tuple[ColumnElement[Any], ...]
    if dialect == "postgresql":
        asked = (
            func.unnest(
                bindparam("topics", type_=ARRAY(Text())),
                bindparam("partitions", type_=ARRAY(SmallInteger())),
                bindparam("offsets", type_=ARRAY(BigInteger())),
            )
            .table_valued("topic", "partition", "offset", name="asked")
            .render_derived()
        )
        wanted = (asked.c.topic, asked.c.partition, asked.c.offset)
    else:
        asked = func.json_each(bindparam("places")).table_valued("value", name="asked")
        wanted = tuple(func.json_extract(asked.c.value, f"$[{place}]") for place in range(3))
    return (
        select(*columns)
        .select_from(asked)
        .join(
            inbox,
            inbox.c.topic.is_not(None)
            & (inbox.c.topic == wanted[0])
            & (inbox.c.partition == wanted[1])
            & (inbox.c.offset == wanted[2]),
        )
    )


_ANSWERED: Final = Statement(_build)


def answered(connection: Connection, sources: Sequence[Source]) -> dict[Source, Receipt]:
    """Give the first answers of the messages that were read from these places before."""
    if not sources:
        return {}
    places = [(source.topic, source.partition, source.offset) for source in sources]
    is_array = connection.dialect.name == "postgresql"
    row: Row = tuple(map(list, zip(*places, strict=True))) if is_array else (json.dumps(places),)
    return {
        Source(topic, partition, offset): replace(decode_receipt(receipt), repeated=True)
        for topic, partition, offset, receipt in _ANSWERED.rows(connection, row)
    }
