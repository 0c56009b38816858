"""Folding the facts of a service and its rating. No rules: they have already happened."""

from typing import assert_never

from hotline.evaluations.events import (
    EvaluationInvited,
    EvaluationMarked,
    EvaluationRecorded,
    LaterEvaluationGiven,
    LoopLinked,
    ReasonRecorded,
    RerateWindowOpened,
    ServiceEvent,
    ServiceRecorded,
    SignalsRaised,
    SignalsReviewed,
)
from hotline.evaluations.state import Service
from hotline.facts import Fact
from hotline.values import replace


class CorruptServiceError(Exception):
    """历史不一致: an event that `decide` could not have written in this state."""

    def __init__(self, state: Service | None, event: ServiceEvent) -> None:
        standing = "a recorded service" if state else "no service"
        super().__init__(f"{type(event).__name__} cannot follow {standing}")


def evolve(state: Service | None, fact: Fact[ServiceEvent]) -> Service:
    """Fold one fact. A real rating takes the place of a default one, which stays in the log."""
    event = fact.event
    if isinstance(event, ServiceRecorded):
        if state is not None:
            raise CorruptServiceError(state, event)
        return _recorded(event, fact)
    if state is None:
        raise CorruptServiceError(state, event)
    at = fact.occurred_at
    match event:
        case EvaluationRecorded():
            return replace(
                state,
                last_at=at,
                level=event.level,
                is_default=event.is_default,
                source=event.source,
                evaluator=event.evaluator,
                real_name=event.real_name,
                reason_pending=event.reason_pending,
                rated_at=at,
            )
        case ReasonRecorded():
            return replace(state, last_at=at, reason_pending=False)
        case LaterEvaluationGiven(level=level):
            return replace(state, last_at=at, later_level=level)
        case EvaluationMarked(mark=mark):
            return replace(state, last_at=at, mark=mark)
        case RerateWindowOpened(until=until):
            return replace(state, last_at=at, rerate_until=until)
        case LoopLinked(ticket=ticket):
            return replace(state, last_at=at, loop=ticket)
        case EvaluationInvited(next_due=next_due):
            return replace(
                state,
                last_at=at,
                invite_due=next_due,
                invitations_count=state.invitations_count + 1,
            )
        case SignalsRaised(signals=signals):
            return replace(state, last_at=at, signals=(*state.signals, *signals), signals_wait=True)
        case SignalsReviewed():
            return replace(state, last_at=at, signals_wait=False)
        case _ as never:
            assert_never(never)


def _recorded(event: ServiceRecorded, fact: Fact[ServiceEvent]) -> Service:
    return Service(
        project_no=event.project_no,
        service_number=event.service_number,
        region=event.region,
        department=event.department,
        node=event.node,
        object=event.object,
        served_at=event.served_at,
        last_at=fact.occurred_at,
        item_code=event.item_code,
        citizen=event.citizen,
        staff=event.staff,
        ticket=event.ticket,
        language=event.language,
        invite_due=event.invite_due,
    )
