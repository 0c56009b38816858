"""结案规则: revisit, triage, redo, explained closure by two persons, objection, archive."""

from typing import Final, assert_never

from hotline.clocks.vocabulary import ClockName
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation
from hotline.tickets.commands import (
    ApproveExplainedClosure,
    ArchiveTicket,
    CloseTicket,
    ClosingCommand,
    DenyExplainedClosure,
    OrderRedo,
    ProposeExplainedClosure,
    RaiseObjection,
    RecordRevisit,
)
from hotline.tickets.dues import assign_clock
from hotline.tickets.events import (
    ExplainedClosureDenied,
    ExplainedClosureProposed,
    ObjectionDecided,
    ObjectionRaised,
    RedoOrdered,
    RevisitRecorded,
    SupervisionOpened,
    TicketArchived,
    TicketClosed,
    TicketEvent,
    TriageOpened,
)
from hotline.tickets.stages import RESTING
from hotline.tickets.standing import (
    another_than,
    half_day,
    half_day_of,
    in_stage,
    not_handled,
    objection_by_another,
    outside_departments,
    told,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import ClosureCode, Stage

FAILED_REDO_LEVEL: Final = 2
"""Supervision level that opens when the last redo failed too (our default)."""

SATISFACTION_MIN: Final = 3
"""基本满意: from here a solved ticket is closed."""

_SATISFACTION_MAX: Final = 5
_EXPLAINED: Final = frozenset({ClosureCode.POLICY, ClosureCode.STATUTORY, ClosureCode.UNREASONABLE})


def decide_closing(
    command: ClosingCommand, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """Decide a command of revisit, triage or closure."""
    match command:
        case RecordRevisit():
            return _revisit(command, ticket, situation)
        case OrderRedo():
            return _redo(command, ticket, situation)
        case ProposeExplainedClosure():
            return _propose(command, ticket, situation)
        case ApproveExplainedClosure():
            return _approve(ticket, situation)
        case DenyExplainedClosure():
            return _deny(command, ticket, situation)
        case CloseTicket():
            return _close(command, ticket, situation)
        case RaiseObjection():
            return _object(command, ticket, situation)
        case ArchiveTicket():
            return _archive(ticket, situation)
        case _:
            assert_never(command)


def revisitor_refusal(ticket: Ticket, situation: Situation) -> Refusal | None:
    """Demand a revisitor with no hand in the ticket and of no handling department (S1, S2)."""
    hands = ticket.hands
    return (
        not_handled(ticket, situation)
        or another_than(
            situation, *hands.reviewed_by, hands.assigned_by, hands.exclusion_decided_by
        )
        or outside_departments(ticket, situation)
    )


def revisit_refusal(command: RecordRevisit, ticket: Ticket, situation: Situation) -> Refusal | None:
    """Demand a complete outcome of a call that connected, another half-day of one that did not."""
    if not command.connected:
        tried = {half_day_of(attempt) for attempt in ticket.revisit_attempts}
        return Refusal("same-half-day") if half_day(situation) in tried else None
    if command.solved is None or command.satisfaction is None:
        return Refusal("revisit-incomplete")
    for field, mark in (("satisfaction", command.satisfaction), ("attitude", command.attitude)):
        if mark is not None and not 1 <= mark <= _SATISFACTION_MAX:
            return Refusal("mark-out-of-range", {"field": field})
    return None


def _revisit(command: RecordRevisit, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.AWAITING_REVISIT, Stage.DIRECTLY_ANSWERED)
        or revisitor_refusal(ticket, situation)
        or another_than(situation, ticket.hands.closed_by)
        or revisit_refusal(command, ticket, situation)
    ):
        return refusal
    attempt = len(ticket.revisit_attempts) + 1
    if command.connected:
        return (recorded_revisit(command, attempt), *_outcome(command, ticket, situation))
    if attempt >= situation.clocks.preset.revisit_attempts_max:
        return (recorded_revisit(command, attempt), _closed(ClosureCode.UNREACHED, situation))
    return (_next_attempt(command, attempt, ticket, situation),)


def _next_attempt(
    command: RecordRevisit, attempt: int, ticket: Ticket, situation: Situation
) -> RevisitRecorded:
    """Set the next try; a sample revisit of a direct answer leaves its window alone."""
    clock = ClockName.REVISIT
    due = situation.clocks.due(clock, situation.at)
    if ticket.stage is Stage.DIRECTLY_ANSWERED and ticket.stage_due is not None:
        due = ticket.stage_due
    return RevisitRecorded(
        attempt=attempt,
        way=command.way,
        connected=False,
        text=command.text,
        recording=command.recording,
        stage_due=due,
    )


def recorded_revisit(command: RecordRevisit, attempt: int) -> RevisitRecorded:
    """Carry a revisit over as told."""
    return RevisitRecorded(
        attempt=attempt,
        way=command.way,
        connected=command.connected,
        contacted_by_department=command.contacted_by_department,
        solved=command.solved,
        satisfaction=command.satisfaction,
        attitude=command.attitude,
        reason=command.reason,
        text=command.text,
        recording=command.recording,
        finding=command.finding,
    )


def _outcome(
    command: RecordRevisit, ticket: Ticket, situation: Situation
) -> tuple[TicketEvent, ...]:
    if command.solved and (command.satisfaction or 0) >= SATISFACTION_MIN:
        return (_closed(ClosureCode.SATISFIED, situation),)
    triage = TriageOpened(
        reason="dissatisfied" if command.solved else "unsolved",
        stage_due=situation.clocks.due(ClockName.TRIAGE, situation.at),
    )
    failed = ticket.redo_count >= situation.clocks.preset.redos_max
    if failed and ticket.supervision < FAILED_REDO_LEVEL:
        return (triage, SupervisionOpened(level=FAILED_REDO_LEVEL, reason="redo-failed"))
    return (triage,)


def _closed(code: ClosureCode, situation: Situation) -> TicketClosed:
    due = situation.clocks.due(ClockName.OBJECTION, situation.at)
    return TicketClosed(code=code, explained=False, basis="", text="", stage_due=due)


def _redo(command: OrderRedo, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.IN_TRIAGE)
        or not_handled(ticket, situation)
        or objection_by_another(ticket, situation)
        or told(lawful_because=command.lawful_because, differently=command.differently)
    ):
        return refusal
    clocks, at = situation.clocks, situation.at
    if ticket.redo_count >= clocks.preset.redos_max:
        return Refusal("redo-exhausted", {"redos_max": str(clocks.preset.redos_max)})
    due = clocks.due(ClockName.REDO, at)
    held = bool(ticket.lead)
    redo = RedoOrdered(
        redo=ticket.redo_count + 1,
        lawful_because=command.lawful_because,
        differently=command.differently,
        department_due=due if held else None,
        citizen_due=due,
        stage_due=None if held else clocks.due(assign_clock(ticket.kind, ticket.urgency), at),
    )
    if ticket.objected:
        return (ObjectionDecided(upheld=True, reason=command.lawful_because), redo)
    return (redo,)


def _propose(
    command: ProposeExplainedClosure, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.IN_TRIAGE)
        or not_handled(ticket, situation)
        or objection_by_another(ticket, situation)
        or told(basis=command.basis, text=command.text)
    ):
        return refusal
    if ticket.explained_closure is not None:
        return Refusal("closure-proposed")
    exhausted = ticket.redo_count >= situation.clocks.preset.redos_max
    if command.code not in _EXPLAINED and not (
        exhausted and command.code is ClosureCode.NOT_SETTLED
    ):
        return Refusal("closure-code", {"code": command.code.value})
    return (ExplainedClosureProposed(code=command.code, basis=command.basis, text=command.text),)


def _approve(ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := in_stage(ticket, Stage.IN_TRIAGE) or not_handled(ticket, situation):
        return refusal
    code = ticket.explained_closure
    if code is None:
        return Refusal("nothing-proposed")
    if refusal := (
        another_than(situation, ticket.hands.proposed_by)
        or objection_by_another(ticket, situation)
        or outside_departments(ticket, situation)
    ):
        return refusal
    closed = TicketClosed(
        code=code,
        explained=True,
        basis=ticket.explained_basis,
        text=ticket.explained_text,
        stage_due=situation.clocks.due(ClockName.OBJECTION, situation.at),
    )
    if ticket.objected:
        return (ObjectionDecided(upheld=False, reason=ticket.explained_basis), closed)
    return (closed,)


def _deny(
    command: DenyExplainedClosure, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if refusal := in_stage(ticket, Stage.IN_TRIAGE) or told(reason=command.reason):
        return refusal
    if ticket.explained_closure is None:
        return Refusal("nothing-proposed")
    if refusal := another_than(situation, ticket.hands.proposed_by):
        return refusal
    return (ExplainedClosureDenied(reason=command.reason),)


def _close(command: CloseTicket, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """Close what needs no revisit: a direct answer accepted, a refusal let stand."""
    if refusal := (
        in_stage(ticket, Stage.DIRECTLY_ANSWERED, Stage.REFUSED)
        or not_handled(ticket, situation)
        or another_than(situation, ticket.hands.closed_by)
    ):
        return refusal
    answered = ticket.stage is Stage.DIRECTLY_ANSWERED
    window = ticket.stage_due or situation.clocks.due(ClockName.OBJECTION, situation.at)
    return (
        TicketClosed(
            code=ClosureCode.SATISFIED if answered else ClosureCode.STATUTORY,
            explained=False,
            basis="",
            text=command.note,
            stage_due=window,  # the window runs from the answer, closing does not lengthen it
        ),
    )


def _object(command: RaiseObjection, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, *RESTING) or told(summary=command.summary or command.narrative)
    ):
        return refusal
    if ticket.objection_denied:
        return Refusal("objection-decided")
    window = ticket.stage_due
    if window is not None and situation.at > window.due_at:
        return Refusal("objection-too-late", {"until": window.due_at.isoformat()})
    return (
        ObjectionRaised(
            channel=command.channel,
            summary=command.summary,
            narrative=command.narrative,
            stage_due=situation.clocks.due(ClockName.TRIAGE, situation.at),
        ),
    )


def _archive(ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := in_stage(ticket, *RESTING):
        return refusal
    window = ticket.stage_due
    if window is not None and situation.at <= window.due_at:
        return Refusal("objection-window-open", {"until": window.due_at.isoformat()})
    return (TicketArchived(),)
