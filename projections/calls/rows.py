"""来电表: `call_lines` and how facts of the log move it."""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection, Index, MetaData, Table

from hotline.calls.vocabulary import CallStage
from projections.calls.line import CallLine
from projections.calls.project import project
from projections.line_tables import LineTable, columns_of
from projections.log import LogLine
from projections.schema import METADATA

SUBSCRIPTION: Final = "call_lines"
PREFIX: Final = "call/"


def _table(metadata: MetaData) -> Table:
    made = Table("call_lines", metadata, *columns_of(CallLine, "stream"))
    c = made.c
    running = c.stage != CallStage.ENDED.value
    Index("ix_call_lines_running", c.received_at, sqlite_where=running, postgresql_where=running)
    Index("ix_call_lines_received", c.received_at, c.operator)
    Index("ix_call_lines_caller", c.caller)
    kept = c.recordings_erased_count > c.recordings_confirmed_count
    Index("ix_call_lines_erasing", c.received_at, sqlite_where=kept, postgresql_where=kept)
    return made


call_lines: Final = _table(METADATA)
LIVE: Final = LineTable(CallLine, call_lines, "stream")


def fold(lines: dict[str, CallLine], facts: Sequence[LogLine]) -> None:
    """Fold facts of calls into their lines."""
    for log in facts:
        lines[log.stream] = project(lines.get(log.stream), log)


def prepare(connection: Connection, fresh: Sequence[LogLine]) -> Callable[[Connection], None]:
    """Fold facts of the log into rows; give what writes them."""
    facts = [log for log in fresh if log.stream.startswith(PREFIX)]
    if not facts:
        return _write_nothing
    before = LIVE.load_rows(connection, {log.stream for log in facts})
    lines = {line.stream: line for line in map(LIVE.line_of, before)}
    fold(lines, facts)

    def write(connection: Connection) -> None:
        LIVE.save_changes(connection, before, lines.values())

    return write


def _write_nothing(_connection: Connection) -> None:
    """Leave the rows as they are."""
