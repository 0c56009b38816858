"""建表: create all tables of the read models; the log can fill them again."""

from sqlalchemy import Connection

import projections.assignments.rows
import projections.audit.rows
import projections.bookmarks
import projections.calls.rows
import projections.evaluations.rows
import projections.signals.rows
import projections.tickets.rows  # noqa: F401 - each import adds its tables
from projections.schema import METADATA
from projections.search.index import create_search


def create_tables(connection: Connection) -> None:
    """Create whatever table is missing."""
    METADATA.create_all(connection)
    create_search(connection)
