"""评价表: `evaluation_lines` and how facts of the log move it."""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import Connection, Index, MetaData, Table

from projections.evaluations.line import EvaluationLine
from projections.evaluations.project import project
from projections.line_tables import LineTable, columns_of
from projections.log import LogLine
from projections.schema import METADATA

SUBSCRIPTION: Final = "evaluation_lines"
PREFIX: Final = "service/"


def _table(metadata: MetaData) -> Table:
    made = Table("evaluation_lines", metadata, *columns_of(EvaluationLine, "stream"))
    c = made.c
    counted = (c.department, c.region, c.level, c.is_default, c.mark, c.source)
    Index("ix_evaluation_lines_rated", c.rated_at, *counted)
    Index("ix_evaluation_lines_served", c.served_at, *counted)
    Index("ix_evaluation_lines_ticket", c.ticket, sqlite_where=c.ticket != "")
    Index("ix_evaluation_lines_loop", c.loop, sqlite_where=c.loop != "")
    return made


evaluation_lines: Final = _table(METADATA)
LIVE: Final = LineTable(EvaluationLine, evaluation_lines, "stream")


def fold(lines: dict[str, EvaluationLine], facts: list[LogLine]) -> None:
    """Fold facts of services into their lines."""
    for log in facts:
        lines[log.stream] = project(lines.get(log.stream), log)


def prepare(connection: Connection, fresh: Sequence[LogLine]) -> Callable[[Connection], None]:
    """Fold facts of the log into rows; give what writes them."""
    facts = [log for log in fresh if log.stream.startswith(PREFIX)]
    before = LIVE.load_rows(connection, {log.stream for log in facts})
    lines = {line.stream: line for line in map(LIVE.line_of, before)}
    fold(lines, facts)

    def write(connection: Connection) -> None:
        LIVE.save_changes(connection, before, lines.values())

    return write
