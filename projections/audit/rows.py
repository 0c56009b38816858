"""审计表: `event_lines` and how facts of the log move it."""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection, Index, MetaData, Table

from projections.audit.line import EventLine, project
from projections.line_tables import LineTable, columns_of
from projections.log import LogLine
from projections.schema import METADATA

SUBSCRIPTION: Final = "event_lines"


def _table(metadata: MetaData) -> Table:
    columns = columns_of(EventLine, "partition", "position")
    made = Table("event_lines", metadata, *columns, sqlite_with_rowid=False)
    c = made.c
    Index("ix_event_lines_stream", c.stream, c.version)
    Index("ix_event_lines_occurred", c.occurred_at, c.partition, c.position)
    Index("ix_event_lines_person", c.person, c.occurred_at, c.partition, c.position)
    Index("ix_event_lines_type", c.type, c.occurred_at, c.partition, c.position)
    return made


event_lines: Final = _table(METADATA)
LIVE: Final = LineTable(EventLine, event_lines, "position")


def prepare(_connection: Connection, fresh: Sequence[LogLine]) -> Callable[[Connection], None]:
    """Make rows of facts of the log; give what writes them."""
    rows = [project(log) for log in fresh]

    def write(connection: Connection) -> None:
        LIVE.save_rows(connection, rows)

    return write
