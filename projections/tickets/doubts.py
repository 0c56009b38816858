"""疑处: single facts that an inspector would stop at, noted in the line of their ticket.

Pure: a fact is judged before it is folded, beside the line as it stood. Sources and thresholds are
those of the domain handbook, section 7 (our default unless named there); the rules that are made of
these notes stand in `projections.suspicions`.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias
from zlib import crc32

from hotline.people.scopes import DEPARTMENT_ROLES
from hotline.tickets import events as e
from hotline.tickets.vocabulary import ContactWay, TicketType
from projections.log import LogLine
from projections.schema import micros
from projections.tickets.line import TicketLine

CALL_SECONDS_MIN: Final = 20
"""A shorter call is hardly a contact (section 7, rule 1)."""
HANDLING_MINUTES_MIN: Final = 10
"""An answer that follows the acknowledgement sooner was hardly handled (section 7, rule 1)."""
_HANDLING_MICROS_MIN: Final = HANDLING_MINUTES_MIN * 60 * 1_000_000
DEPARTMENTS_MIN: Final = 3
"""So many departments for one ticket are a lead (section 7, rule 5)."""
NOTICE: Final = "notice="

_Judge: TypeAlias = Callable[[TicketLine, Any, LogLine], Iterator[str]]


def _contact(_line: TicketLine, event: e.ContactRecorded, _log: LogLine) -> Iterator[str]:
    """Rule 1: contacted without proof, or by a call of a few seconds."""
    if not event.reached:
        return
    if not (event.evidence or event.call_id):
        yield "contact-unproven"
    if event.way is ContactWay.PHONE and 0 < event.call_seconds < CALL_SECONDS_MIN:
        yield "call-short"


def _feedback(line: TicketLine, _event: object, log: LogLine) -> Iterator[str]:
    """Rule 1: answered within minutes of the acknowledgement, where it was no question."""
    if line.acknowledged_at is None or line.type == TicketType.CONSULT.value or line.redo_count:
        return
    if log.occurred_micros - line.acknowledged_at < _HANDLING_MICROS_MIN:
        yield "answered-at-once"


def _revisit(line: TicketLine, event: e.RevisitRecorded, log: LogLine) -> Iterator[str]:
    """Rules 1 and 3: what the citizen says against the record, and an opinion that changed."""
    if event.contacted_by_department is False and line.contacted_at is not None:
        yield "not-contacted"
    if event.solved is False and line.department_solved:
        yield "not-solved"
    if event.satisfaction is None:
        return
    same_round = line.revisited_at is not None and line.revisited_at > (line.answered_at or 0)
    if same_round and line.satisfaction not in (None, int(event.satisfaction)):
        yield "opinion-changed"
    if log.actor.role in DEPARTMENT_ROLES:
        yield "opinion-by-department"


def _assigned(line: TicketLine, event: e.TicketAssigned, log: LogLine) -> Iterator[str]:
    """Rules 4, 5 and 9: assigned late, to a third department, or a duty that was handed down."""
    yield from _another(line, event, log)
    if line.stage_due_at is not None and log.occurred_micros > line.stage_due_at:
        yield "assigned-late"
    if event.duty_guard_overridden:
        yield "duty-handed-down"


def _another(
    line: TicketLine, event: e.TicketAssigned | e.TicketAdjudicated, _log: LogLine
) -> Iterator[str]:
    """Rule 5: the third department that has the ticket."""
    held = {*filter(None, line.departments.split(",")), event.lead}
    if len(held) >= DEPARTMENTS_MIN:
        yield "many-departments"


def _acknowledged(line: TicketLine, _event: object, log: LogLine) -> Iterator[str]:
    """Rule 4: acknowledged late."""
    if line.stage_due_at is not None and log.occurred_micros > line.stage_due_at:
        yield "acknowledged-late"


def _extension(line: TicketLine, _event: object, log: LogLine) -> Iterator[str]:
    """Rule 4: an extension asked for when the time was over."""
    if line.department_due_at is not None and log.occurred_micros > line.department_due_at:
        yield "asked-late"


def _returned(line: TicketLine, event: e.TicketReturned, _log: LogLine) -> Iterator[str]:
    """Rule 5: no legal basis, or returned again after a refusal."""
    if not event.basis.strip():
        yield "return-baseless"
    if line.returns_refused_count:
        yield "returned-again"


def _corrected(line: TicketLine, event: e.TicketCorrected, _log: LogLine) -> Iterator[str]:
    """Rule 6: changed after assignment, moved to a longer clock, or made a mere question."""
    if line.first_assigned_at is not None:
        yield "corrected-after-assignment"
    due = event.citizen_due
    if due is not None and line.citizen_due_at and micros(due.due_at) > line.citizen_due_at:
        yield "clock-lengthened"
    types = (event.before.get("type"), event.after.get("type"))
    if types == (TicketType.COMPLAINT.value, TicketType.CONSULT.value):
        yield "complaint-to-consult"


def _prechecked(line: TicketLine, event: e.TicketPrechecked, _log: LogLine) -> Iterator[str]:
    """Rule 6: a complaint that the precheck made a mere question."""
    if line.type == TicketType.COMPLAINT.value and event.type is TicketType.CONSULT:
        yield "complaint-to-consult"


def _rectified(_line: TicketLine, event: e.RectificationCompleted, _log: LogLine) -> Iterator[str]:
    """Rule 11: rectified when the time was over."""
    if not event.on_time:
        yield "rectified-late"


def _notice(line: TicketLine, event: e.NoticeGiven, _log: LogLine) -> Iterator[str]:
    """Rule 12: another list of materials than the one told before."""
    told = "\n".join(sorted(one.strip() for one in event.materials))
    mark = f"{NOTICE}{crc32(told.encode()):08x}"
    before = [doubt for doubt in line.doubts.split(",") if doubt.startswith(NOTICE)]
    if before and mark not in before:
        yield "notices-differ"
    yield mark


_JUDGES: Final[dict[type, _Judge]] = {
    e.ContactRecorded: _contact,
    e.FeedbackSubmitted: _feedback,
    e.RevisitRecorded: _revisit,
    e.TicketAssigned: _assigned,
    e.TicketAdjudicated: _another,
    e.TicketAcknowledged: _acknowledged,
    e.ExtensionRequested: _extension,
    e.TicketReturned: _returned,
    e.TicketCorrected: _corrected,
    e.TicketPrechecked: _prechecked,
    e.RectificationCompleted: _rectified,
    e.NoticeGiven: _notice,
}


def note_doubts(line: TicketLine, log: LogLine) -> None:
    """Note what is doubtful about a fact that is about to be folded, each once."""
    judge = _JUDGES.get(log.event.__class__)
    if judge is None:
        return
    known = line.doubts.split(",") if line.doubts else []
    fresh = [doubt for doubt in judge(line, log.event, log) if doubt not in known]
    if fresh:
        line.doubts = ",".join([*known, *fresh])


def doubts_of(line: TicketLine) -> tuple[str, ...]:
    """List the doubts of a ticket, without the marks that only serve to compare."""
    return tuple(d for d in line.doubts.split(",") if d and not d.startswith(NOTICE))
