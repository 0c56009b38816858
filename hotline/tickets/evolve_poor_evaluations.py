"""Folding the facts of a 差评工单 where they mean something else than for an ordinary ticket."""

from hotline.facts import Fact
from hotline.tickets.events import (
    AppealDecided,
    AppealFiled,
    FeedbackGiven,
    LaterEvaluationRecorded,
    RectificationChecked,
    RectificationCompleted,
    RerateWindowEnded,
    RevisitRecorded,
    TicketAcknowledged,
    TicketEvent,
)
from hotline.tickets.evolve_parts import handling, joined
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import AppealGround, Light, Stage
from hotline.values import replace


def evolve(ticket: Ticket, fact: Fact[TicketEvent]) -> Ticket | None:
    """Fold a fact of this kind; None = the shared fold applies."""
    folded = _folded(ticket, fact)
    return None if folded is None else replace(folded, last_at=fact.occurred_at)


def _folded(ticket: Ticket, fact: Fact[TicketEvent]) -> Ticket | None:
    at, person = fact.occurred_at, fact.actor.person
    match fact.event:
        case TicketAcknowledged(handler=handler, stage_due=stage_due):
            return replace(
                _in_stage(ticket, Stage.IN_VERIFICATION),
                acknowledged_at=at,
                stage_due=stage_due,
                hands=handling(ticket.hands, person, handler),
            )
        case RevisitRecorded() as event:
            return _verified(ticket, event, fact)
        case AppealFiled(ground=ground, stage_due=stage_due):
            return replace(
                _in_stage(ticket, Stage.IN_APPEAL),
                stage_before=ticket.stage,
                stage_due_before=ticket.stage_due,
                stage_due=stage_due,
                appeal=ground,
                appeals_count=ticket.appeals_count + 1,
                hands=replace(handling(ticket.hands, person), appealed_by=person),
            )
        case AppealDecided() as event:
            return _appeal_decided(ticket, event, person)
        case RectificationCompleted(stage_due=stage_due):
            return replace(
                _in_stage(ticket, Stage.AWAITING_FEEDBACK),
                stage_due=stage_due,
                submitted_at=at,
                rectified=True,
                hands=replace(handling(ticket.hands, person), rectified_by=person),
            )
        case FeedbackGiven(stage_due=stage_due):
            return replace(
                _in_stage(ticket, Stage.AWAITING_CHECK),
                stage_due=stage_due,
                feedback_given_at=at,
                answered_at=at,
                rerate_window_ended=False,
                hands=handling(ticket.hands, person),
            )
        case LaterEvaluationRecorded(stage_due=stage_due):
            return replace(
                _in_stage(ticket, Stage.AWAITING_CHECK), rerated=True, stage_due=stage_due
            )
        case RerateWindowEnded(stage_due=stage_due):
            return replace(
                _in_stage(ticket, Stage.AWAITING_CHECK),
                rerate_window_ended=True,
                stage_due=stage_due,
            )
        case RectificationChecked(passed=True):
            return replace(ticket, checked=True, stage_due=None)
        case RectificationChecked(department_due=department_due):
            return replace(
                _in_stage(ticket, Stage.IN_RECTIFICATION),
                department_due=department_due,
                stage_due=None,
                submitted_at=None,
                answered_at=None,
                feedback_given_at=None,
                rectified=False,
                light=Light.GREEN,
                ladder=None,
                ladder_step=0,
                notice_issued=False,
            )
        case _:
            return None


def _in_stage(ticket: Ticket, stage: Stage) -> Ticket:
    return replace(ticket, stage=stage, stage_overdue=False)


def _verified(ticket: Ticket, event: RevisitRecorded, fact: Fact[TicketEvent]) -> Ticket:
    person = fact.actor.person
    visited = replace(
        ticket,
        stage_overdue=False,
        revisit_attempts=(*ticket.revisit_attempts, fact.occurred_at),
        hands=replace(ticket.hands, revisited_by=joined(ticket.hands.revisited_by, person)),
        stage_due=event.stage_due,
    )
    if event.finding is None:
        return visited
    return replace(
        visited,
        stage=Stage.IN_RECTIFICATION,
        verified=True,
        finding=event.finding,
        department_due=event.department_due,
        light=Light.GREEN,
        ladder=None,
        ladder_step=0,
        notice_issued=False,
    )


def _appeal_decided(ticket: Ticket, event: AppealDecided, person: str) -> Ticket:
    """Go on where the appeal came in between; a stage's limit ran on meanwhile."""
    malicious = event.upheld and event.ground is AppealGround.MALICIOUS
    return replace(
        _in_stage(ticket, ticket.stage_before or Stage.IN_VERIFICATION),
        stage_before=None,
        stage_due=event.stage_due,
        stage_due_before=None,
        appeal=None,
        malicious=ticket.malicious or malicious,
        hands=replace(ticket.hands, appeal_decided_by=person),
    )
