"""Steering: turns that lead to stages which a few hundred tickets may not show by chance.

Used for the demonstration city only, while no ticket has been left in the wanted stage yet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Final, TypeAlias

from hotline.people.actors import Role
from hotline.tickets.commands import (
    AcceptReturn,
    AskForInformation,
    FileAppeal,
    ProposeExplainedClosure,
    RecordRevisit,
    RequestExtension,
    RequestSuspension,
    ReturnTicket,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import (
    AppealGround,
    ClosureCode,
    ContactWay,
    Kind,
    ReturnGround,
    Stage,
    SuspensionGround,
)
from streams.simulation.moves import City, Move

Turn: TypeAlias = Callable[[Ticket, City, Random], Move | None]


@dataclass(frozen=True, slots=True)
class Steer:
    """转向: at this stage, while none stands in `target`, take this turn."""

    kind: Kind
    target: Stage
    at: Stage
    turn: Turn


def _ask(ticket: Ticket, city: City, rng: Random) -> Move | None:
    if not ticket.caller:
        return None
    command = AskForInformation(missing="事发具体位置与时间", way=ContactWay.PHONE)
    return Move(command, city.cast.able(AskForInformation, rng, role=Role.OPERATOR), 60)


def _return(ticket: Ticket, city: City, rng: Random) -> Move | None:
    if ticket.adjudicated or ticket.lead in ticket.returns:
        return None
    command = ReturnTicket(ground=ReturnGround.FUNCTION, basis="三定规定职责分工")
    return Move(command, city.cast.able(ReturnTicket, rng, department=ticket.lead), 60)


def _accept(ticket: Ticket, city: City, rng: Random) -> Move:
    barred = (ticket.hands.assigned_by,)
    actor = city.cast.able(AcceptReturn, rng, role=Role.ASSIGNMENT_OFFICER, not_in=barred)
    return Move(AcceptReturn(lesson="职责划分待裁定"), actor, 60)


def _unsolved(ticket: Ticket, city: City, rng: Random) -> Move:
    command = RecordRevisit(
        way=ContactWay.PHONE, connected=True, solved=False, satisfaction=2, attitude=4
    )
    hands = ticket.hands
    barred = (*hands.handled_by, *hands.reviewed_by, hands.assigned_by)
    return Move(command, city.cast.able(RecordRevisit, rng, role=Role.REVISITOR, not_in=barred), 60)


def _explain(ticket: Ticket, city: City, rng: Random) -> Move | None:
    if ticket.explained_closure is not None:
        return None
    command = ProposeExplainedClosure(
        code=ClosureCode.POLICY, basis="现行政策规定", text="已就政策依据作出解释。"
    )
    return Move(command, city.cast.able(ProposeExplainedClosure, rng, role=Role.SHIFT_LEAD), 60)


def _extend(ticket: Ticket, city: City, rng: Random) -> Move | None:
    if ticket.extensions_count or ticket.draft_ready or ticket.contacted_at is None:
        return None
    command = RequestExtension(working_days=5, reason="需现场勘验并会商")
    return Move(command, city.cast.able(RequestExtension, rng, department=ticket.lead), 600)


def _suspend(ticket: Ticket, city: City, rng: Random) -> Move | None:
    if ticket.pause is not None or ticket.draft_ready:
        return None
    command = RequestSuspension(
        ground=SuspensionGround.JUDICIAL,
        evidence="鉴定机构受理通知书",
        until=ticket.last_at + timedelta(days=25),
    )
    return Move(command, city.cast.able(RequestSuspension, rng, department=ticket.lead), 60)


def _appeal(ticket: Ticket, city: City, rng: Random) -> Move | None:
    if ticket.appeals_count:
        return None
    command = FileAppeal(ground=AppealGround.MISTAKEN, evidence="窗口监控与评价人说明")
    return Move(command, city.cast.able(FileAppeal, rng, department=ticket.lead), 60)


_HOTLINE: Final = Kind.HOTLINE
STEERS: Final = (
    Steer(_HOTLINE, Stage.AWAITING_INFORMATION, Stage.REGISTERED, _ask),
    Steer(_HOTLINE, Stage.RETURN_UNDER_REVIEW, Stage.AWAITING_ACKNOWLEDGEMENT, _return),
    Steer(_HOTLINE, Stage.IN_ADJUDICATION, Stage.AWAITING_ACKNOWLEDGEMENT, _return),
    Steer(_HOTLINE, Stage.IN_ADJUDICATION, Stage.RETURN_UNDER_REVIEW, _accept),
    Steer(_HOTLINE, Stage.EXTENSION_UNDER_REVIEW, Stage.IN_HANDLING, _extend),
    Steer(_HOTLINE, Stage.SUSPENDED, Stage.IN_HANDLING, _suspend),
    Steer(_HOTLINE, Stage.IN_TRIAGE, Stage.AWAITING_REVISIT, _unsolved),
    Steer(_HOTLINE, Stage.CLOSED_WITH_EXPLANATION, Stage.AWAITING_REVISIT, _unsolved),
    Steer(_HOTLINE, Stage.CLOSED_WITH_EXPLANATION, Stage.IN_TRIAGE, _explain),
    Steer(Kind.POOR_EVALUATION, Stage.IN_APPEAL, Stage.IN_VERIFICATION, _appeal),
)
