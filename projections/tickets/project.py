"""工单折叠: a fact folded into the line of its ticket. Total."""

from typing import Final

from projections.log import LogLine
from projections.tickets.doubts import note_doubts
from projections.tickets.folds import assignment, closing, intake, loops, time
from projections.tickets.folds.marks import Fold
from projections.tickets.keys import PREFIX, ticket_id
from projections.tickets.line import TicketLine

FOLDS: Final[dict[type, Fold]] = {
    **intake.FOLDS,
    **assignment.FOLDS,
    **time.FOLDS,
    **closing.FOLDS,
    **loops.FOLDS,
}


def project(line: TicketLine | None, log: LogLine) -> TicketLine:
    """Fold one fact into the line handed in, which may be changed.

    A fact seen before changes nothing; one of no known type only moves version and time.
    """
    if line is None:
        number = log.stream.removeprefix(PREFIX)
        line = TicketLine(ticket_id(number), number)
    elif log.version <= line.version:
        return line
    note_doubts(line, log)
    at = log.occurred_micros
    line.version = log.version
    line.last_at = at
    fold = FOLDS.get(log.event.__class__)
    if fold is not None:
        fold(line, log.event, at)
    return line
