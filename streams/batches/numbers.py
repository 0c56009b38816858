"""工单编号: region 6 digits, local date 8, channel 2, running number 6 (our default).

Given out by a counter row in the transaction of the batch: sortable, unique, without personal data.
A registration that is refused leaves a hole.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ClauseElement

from handlers.envelope import Envelope
from hotline.tickets.commands import RegisterTicket
from streams.database.moments import local
from streams.database.statements import Statement
from streams.database.tables import number_counters

REGION_DIGITS: Final = 6
_UNKNOWN_REGION: Final = "0" * REGION_DIGITS


def _build_take(dialect: str) -> ClauseElement:
    database = postgresql if dialect == "postgresql" else sqlite
    insert = database.insert(number_counters).values(
        prefix=bindparam("prefix"), last=bindparam("last")
    )
    statement: ClauseElement = insert.on_conflict_do_update(
        index_elements=["prefix"],
        set_={"last": number_counters.c.last + insert.excluded.last},
    ).returning(number_counters.c.last)
    return statement


_TAKE: Final = Statement(_build_take)


def prefix_of(envelope: Envelope, command: RegisterTicket) -> str:
    """Give the part of a number that says where, when and how."""
    region = command.region[:REGION_DIGITS].ljust(REGION_DIGITS, "0")
    if not (region.isascii() and region.isdigit()):
        region = _UNKNOWN_REGION
    return f"{region}{local(envelope.at):%Y%m%d}{command.channel.value}"


def allot(connection: Connection, prefixes: Sequence[str]) -> list[str]:
    """Give a number for each prefix, in order; counters are locked in a fixed order."""
    last = {
        prefix: _TAKE.rows(connection, (prefix, count))[0][0] - count
        for prefix, count in sorted(Counter(prefixes).items())
    }
    return list(_numbered(prefixes, last))


def _numbered(prefixes: Iterable[str], last: dict[str, int]) -> Iterable[str]:
    for prefix in prefixes:
        last[prefix] += 1
        yield f"{prefix}{last[prefix]:06d}"
