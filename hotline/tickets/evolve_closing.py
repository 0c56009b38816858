"""答复与结案归并: folds the facts of answer, revisit, triage and closure."""

from datetime import datetime
from typing import assert_never

from hotline.people.actors import Actor
from hotline.tickets.events import (
    AnswerApproved,
    AnswerDrafted,
    AnsweringEvent,
    AnswerSentBack,
    ClosingEvent,
    ExplainedClosureDenied,
    ExplainedClosureProposed,
    FeedbackSubmitted,
    ObjectionDecided,
    ObjectionRaised,
    RedoOrdered,
    RevisitRecorded,
    StageReported,
    TicketAnswered,
    TicketArchived,
    TicketClosed,
    TriageOpened,
)
from hotline.tickets.evolve_parts import handling, joined, with_department_due, working
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Stage
from hotline.values import replace


def evolve_answering(ticket: Ticket, event: AnsweringEvent, actor: Actor, at: datetime) -> Ticket:
    """Fold a fact of handling and answer."""
    match event:
        case StageReported():
            return replace(
                ticket,
                last_at=at,
                stage_due=event.stage_due or ticket.stage_due,
                stage_overdue=False,
                hands=working(ticket.hands, actor.person),
            )
        case AnswerDrafted():
            hands = replace(working(ticket.hands, actor.person), drafted_by=actor.person)
            return replace(
                ticket,
                last_at=at,
                draft_ready=True,
                draft_text=event.public_text,
                solved=event.solved,
                hands=hands,
            )
        case FeedbackSubmitted():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.AWAITING_REVIEW,
                stage_due=event.stage_due,
                stage_due_before=None,
                stage_overdue=False,
                pause=None,
                submitted_at=at,
                hands=replace(handling(ticket.hands, actor.person), signed_by=actor.person),
            )
        case AnswerApproved():
            reviewed_by = joined(ticket.hands.reviewed_by, actor.person)
            return replace(ticket, last_at=at, hands=replace(ticket.hands, reviewed_by=reviewed_by))
        case AnswerSentBack():
            reviewed_by = joined(ticket.hands.reviewed_by, actor.person)
            back = replace(
                ticket,
                last_at=at,
                stage=Stage.IN_HANDLING,
                stage_due=None,
                stage_overdue=False,
                draft_ready=False,
                submitted_at=None,
                hands=replace(ticket.hands, reviewed_by=reviewed_by),
            )
            return with_department_due(back, event.department_due, at)
        case TicketAnswered():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.AWAITING_REVISIT,
                stage_due=event.stage_due,
                stage_overdue=False,
                answered_at=at,
                draft_text="",
            )
        case _:
            assert_never(event)


def evolve_closing(ticket: Ticket, event: ClosingEvent, actor: Actor, at: datetime) -> Ticket:
    """Fold a fact of revisit, triage or closure."""
    match event:
        case RevisitRecorded():
            revisited_by = joined(ticket.hands.revisited_by, actor.person)
            return replace(
                ticket,
                last_at=at,
                revisit_attempts=(*ticket.revisit_attempts, at),
                solved=ticket.solved if event.solved is None else event.solved,
                stage_due=event.stage_due or ticket.stage_due,
                stage_overdue=False,
                hands=replace(ticket.hands, revisited_by=revisited_by),
            )
        case TriageOpened():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.IN_TRIAGE,
                stage_before=ticket.stage,
                stage_due=event.stage_due,
                stage_overdue=False,
                hands=replace(ticket.hands, triaged_by=actor.person),
            )
        case RedoOrdered():
            return _redone(ticket, event, at)
        case ExplainedClosureProposed():
            return replace(
                ticket,
                last_at=at,
                explained_closure=event.code,
                explained_text=event.text,
                explained_basis=event.basis,
                hands=replace(ticket.hands, proposed_by=actor.person),
            )
        case ExplainedClosureDenied():
            return replace(ticket, last_at=at, explained_closure=None)
        case TicketClosed():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.CLOSED_WITH_EXPLANATION if event.explained else Stage.CLOSED,
                stage_due=event.stage_due,
                stage_overdue=False,
                closed_at=at,
                explained_closure=None,
                hands=replace(ticket.hands, closed_by=actor.person),
            )
        case ObjectionRaised():
            return replace(
                ticket,
                last_at=at,
                stage=Stage.IN_TRIAGE,
                stage_before=ticket.stage,
                stage_due=event.stage_due,
                stage_overdue=False,
                objected=True,
                objections_count=ticket.objections_count + 1,
            )
        case ObjectionDecided():
            decided = replace(ticket, last_at=at, objected=False, objection_denied=not event.upheld)
            if not event.upheld:
                return decided
            return replace(decided, submitted_at=None, answered_at=None, closed_at=None)
        case TicketArchived():
            return replace(ticket, last_at=at, stage=Stage.ARCHIVED, stage_due=None)
        case _:
            assert_never(event)


def _redone(ticket: Ticket, event: RedoOrdered, at: datetime) -> Ticket:
    held = event.department_due is not None
    redone = replace(
        ticket,
        last_at=at,
        stage=Stage.IN_HANDLING if held else Stage.AWAITING_PRECHECK,
        stage_before=None,
        stage_due=event.stage_due,
        stage_overdue=False,
        redo_count=event.redo,
        citizen_due=event.citizen_due,
        citizen_due_missed=False,
        draft_ready=False,
        solved=None,
        submitted_at=None,
        answered_at=None,
        closed_at=None,
        revisit_attempts=(),
        explained_closure=None,
        objection_denied=False,
    )
    return with_department_due(redone, event.department_due, at)
