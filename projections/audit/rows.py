"""审计表: `event_lines` and how pages of the log move it."""

from typing import Final

from sqlalchemy import Connection, Index, MetaData, Table

from projections.audit.line import EventLine, project
from projections.bookmarks import bookmark, move_bookmark
from projections.line_tables import LineTable, columns_of
from projections.log import LogPage
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


def apply(connection: Connection, page: LogPage, kept: LineTable[EventLine] = LIVE) -> None:
    """Add rows and move the bookmark by a page of the log, in the caller's transaction."""
    fresh = page.after(bookmark(connection, SUBSCRIPTION, page.partition))
    if not fresh:
        return
    kept.save_rows(connection, [project(log) for log in fresh])
    move_bookmark(connection, SUBSCRIPTION, page.partition, fresh[-1].position)
