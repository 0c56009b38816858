"""What the staff of a synthetic city does next with a ticket, and how long it takes to do so.

Reads the ticket's state alone, so the simulation has no memory of its own that could disagree with
the log. Shares are the demo shares of the domain handbook, sections 2 and 3, where it names any,
else our default.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from handlers.envelope import Command
from hotline.clocks.due import Clocks
from hotline.people.actors import Actor, Role
from hotline.routing.route import Routing
from hotline.tickets.commands import (
    AcceptReturn,
    AcknowledgeTicket,
    AdjudicateTicket,
    AnswerDirectly,
    AnswerTicket,
    ApproveExplainedClosure,
    AskForInformation,
    AssignTicket,
    CompleteAssist,
    DenyExtension,
    GrantExtension,
    OrderRedo,
    PrecheckTicket,
    ProposeExplainedClosure,
    ProvideInformation,
    RaiseObjection,
    RecordContact,
    RecordRevisit,
    RefuseReturn,
    RefuseTicket,
    RequestExtension,
    RequestSuspension,
    ReturnTicket,
    ReviewAnswer,
    SubmitFeedback,
    SuspendTicket,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import (
    Channel,
    ClosureCode,
    ContactWay,
    DissatisfactionReason,
    Kind,
    MatterResult,
    RefusalClass,
    ReturnGround,
    Stage,
    SuspensionGround,
    TicketType,
)
from streams.simulation.cast import Cast
from streams.simulation.matter_moves import next_matter_move
from streams.simulation.poor_evaluation_moves import next_poor_evaluation_move

_RETURNS_MAX = 2
_REDOS_MAX = 2


@dataclass(frozen=True, slots=True)
class Move:
    """一步: a command, who sends it, and the minutes until somebody looks at the ticket again."""

    command: Command
    actor: Actor
    minutes: float


@dataclass(frozen=True, slots=True)
class City:
    """What the staff knows of its city."""

    cast: Cast
    routing: Routing
    clocks: Clocks
    fallback: str  # the department that takes what nobody else does
    rare: float = 1.0  # how much more often the rare turns come than in a real city


def next_move(ticket: Ticket, at: datetime, rng: Random, city: City) -> Move | None:
    """Decide the next step on this ticket, None when only time can move it."""
    special = None
    if ticket.kind is Kind.MATTER:
        special = next_matter_move(ticket, rng, city.cast)
    elif ticket.kind is Kind.POOR_EVALUATION:
        special = next_poor_evaluation_move(ticket, rng, city.cast, city.rare)
    if special is not None:
        command, actor, minutes = special
        return Move(command, actor, minutes)
    match ticket.stage:
        case Stage.REGISTERED | Stage.AWAITING_PRECHECK:
            return _intake(ticket, rng, city)
        case Stage.AWAITING_INFORMATION:
            return _information(ticket, rng)
        case Stage.AWAITING_ASSIGNMENT:
            return _assignment(ticket, rng, city)
        case Stage.AWAITING_ACKNOWLEDGEMENT | Stage.IN_HANDLING:
            return _department(ticket, at, rng, city)
        case Stage.RETURN_UNDER_REVIEW | Stage.IN_ADJUDICATION | Stage.EXTENSION_UNDER_REVIEW:
            return _decision(ticket, rng, city)
        case Stage.AWAITING_REVIEW | Stage.AWAITING_REVISIT | Stage.IN_TRIAGE:
            return _after_answer(ticket, rng, city)
        case Stage.CLOSED | Stage.CLOSED_WITH_EXPLANATION:
            return _objection(ticket, rng, city.rare)
        case _:
            return None


def _intake(ticket: Ticket, rng: Random, city: City) -> Move:
    draw = rng.random()
    if ticket.type is TicketType.OTHER or draw < 0.01 * city.rare:
        command: Command = RefuseTicket(
            refusal_class=rng.choice((RefusalClass.OTHER_PROCEDURE, RefusalClass.OTHER_BODY)),
            reason="事项属于其他法定渠道受理范围",
            basis="诉求分类处理指引",
            way_told="已告知向有权机关反映的途径",
            phone_told="12368",
        )
        return Move(command, city.cast.able(RefuseTicket, rng), 30)
    answered_at_once = {TicketType.CONSULT: 0.96, TicketType.COMPLAINT: 0.0}.get(ticket.type, 0.4)
    if draw < answered_at_once and ticket.type is not TicketType.REPORT:
        command = AnswerDirectly(
            article=f"KB-{rng.randrange(1, 400):04d}",
            article_version=1 + rng.randrange(3),
            text="已依据知识库现行有效条目当场答复。",
        )
        return Move(command, city.cast.able(AnswerDirectly, rng), 240)
    if rng.random() < 0.03 * city.rare and ticket.caller:
        command = AskForInformation(missing="事发具体位置与时间", way=ContactWay.PHONE)
        return Move(command, city.cast.able(AskForInformation, rng), rng.uniform(60, 2000))
    command = PrecheckTicket(
        type=ticket.type,
        category=ticket.category,
        urgency=ticket.urgency,
        complex=rng.random() < 0.03,
    )
    return Move(command, city.cast.able(PrecheckTicket, rng), rng.uniform(2, 90))


def _information(ticket: Ticket, rng: Random) -> Move | None:
    if rng.random() < 0.3:
        return None
    command = ProvideInformation(summary="已补充具体位置与时间。")
    return Move(command, Cast.caller(ticket.caller), rng.uniform(5, 60))


def _assignment(ticket: Ticket, rng: Random, city: City) -> Move:
    route = city.routing.route(
        region=ticket.region,
        category=ticket.category,
        type_=ticket.type,
        text=f"{ticket.title}{ticket.summary}",
    )
    lead = route.lead if route.lead and route.lead not in ticket.returns_accepted else city.fallback
    command = AssignTicket(
        lead=lead,
        assists=tuple(a for a in route.assists if a != lead) if rng.random() < 0.3 else (),
        entry=route.entry if lead == route.lead else "",
        reason="" if lead == route.lead else "目录无对应条目，由兜底单位承办",
        transfer_text=ticket.summary,
    )
    return Move(
        command,
        city.cast.able(AssignTicket, rng, role=Role.ASSIGNMENT_OFFICER),
        rng.uniform(10, 300),
    )


def _department(ticket: Ticket, at: datetime, rng: Random, city: City) -> Move | None:
    cast, lead = city.cast, ticket.lead
    if ticket.stage is Stage.AWAITING_ACKNOWLEDGEMENT:
        may_return = not ticket.adjudicated and lead not in ticket.returns_refused
        if may_return and lead != city.fallback and rng.random() < 0.05 * city.rare:
            command: Command = ReturnTicket(
                ground=rng.choice((ReturnGround.FUNCTION, ReturnGround.TERRITORY)),
                basis="三定规定职责分工",
                proposed_department=city.fallback,
            )
            return Move(command, cast.able(ReturnTicket, rng, department=lead), 120)
        handler = cast.able(AnswerTicket, rng, department=lead, role=Role.HANDLER)
        command = AcknowledgeTicket(handler=handler.person)
        actor = cast.able(
            AcknowledgeTicket, rng, department=lead, role=Role.DEPARTMENT_ADMINISTRATOR
        )
        return Move(command, actor, rng.uniform(10, 600))
    if ticket.pause is not None and ticket.paused_at is None:
        return Move(
            SuspendTicket(reason="属实"),
            cast.able(SuspendTicket, rng, role=Role.ASSIGNMENT_OFFICER),
            600,
        )
    if ticket.contacted_at is None:
        minutes = _minutes_of_work(ticket, at, rng, city.rare)
        call_seconds = rng.randrange(40, 400)
        command = RecordContact(
            way=ContactWay.PHONE,
            evidence="通话录音",
            call_id=f"C{rng.randrange(10**9):09d}",
            call_seconds=call_seconds,
        )
        return Move(
            command, cast.able(RecordContact, rng, department=lead, role=Role.HANDLER), minutes
        )
    if ticket.draft_ready:
        barred = (ticket.hands.drafted_by, *ticket.hands.worked_by)
        actor = cast.able(SubmitFeedback, rng, department=lead, not_in=barred)
        return Move(SubmitFeedback(), actor, rng.uniform(20, 400))
    return _work(ticket, at, rng, city)


def _work(ticket: Ticket, at: datetime, rng: Random, city: City) -> Move:
    cast, lead = city.cast, ticket.lead
    for assist in ticket.assists:
        if not assist.settled:
            actor = cast.able(CompleteAssist, rng, department=assist.department, role=Role.HANDLER)
            return Move(CompleteAssist(result="已配合完成"), actor, rng.uniform(10, 200))
    draw = rng.random()
    due = ticket.department_due
    asks_ahead = due is not None and due.due_at - at > timedelta(days=3)
    if (
        draw < 0.04 * city.rare
        and asks_ahead
        and ticket.extensions_count == 0
        and ticket.redo_count == 0
    ):
        command: Command = RequestExtension(working_days=5, reason="需现场勘验并会商")
        return Move(command, cast.able(RequestExtension, rng, department=lead), 180)
    if draw < 0.055 * city.rare and asks_ahead:
        command = RequestSuspension(
            ground=SuspensionGround.JUDICIAL,
            evidence="鉴定机构受理通知书",
            until=at + timedelta(days=rng.randrange(3, 9)),
        )
        return Move(command, cast.able(RequestSuspension, rng, department=lead), 120)
    solved = rng.random() < 0.9
    command = AnswerTicket(
        public_text=f"经核实，您反映的问题已由承办单位依法处理。{ticket.title}一事后续将持续巡查。",
        internal_text="现场处置并拍照留存。",
        basis="相关法律法规及部门职责",
        solved=solved,
        evidence=(f"{rng.getrandbits(256):064x}",),
        unsolved_reason="" if solved else "受政策条件限制，已说明依据",
        matter_result=rng.choice(tuple(MatterResult)) if ticket.kind is Kind.MATTER else None,
    )
    return Move(
        command,
        cast.able(AnswerTicket, rng, department=lead, role=Role.HANDLER),
        rng.uniform(10, 300),
    )


def _minutes_of_work(ticket: Ticket, at: datetime, rng: Random, rare: float) -> float:
    if ticket.department_due is None:
        return 600.0
    left = max((ticket.department_due.due_at - at).total_seconds() / 60, 60.0)
    share = rng.uniform(1.05, 1.6) if rng.random() < 0.03 * rare else rng.betavariate(2, 3) * 0.9
    return left * share


def _decision(ticket: Ticket, rng: Random, city: City) -> Move:
    cast = city.cast
    if ticket.stage is Stage.RETURN_UNDER_REVIEW:
        barred = (ticket.hands.assigned_by,)
        if rng.random() < 0.6:
            actor = cast.able(AcceptReturn, rng, role=Role.ASSIGNMENT_OFFICER, not_in=barred)
            return Move(AcceptReturn(lesson="职责划分以三定为准，目录已提示"), actor, 60)
        actor = cast.able(RefuseReturn, rng, role=Role.ASSIGNMENT_OFFICER, not_in=barred)
        return Move(RefuseReturn(reason="属该单位职责"), actor, rng.uniform(30, 200))
    if ticket.stage is Stage.IN_ADJUDICATION:
        heard = tuple(dict.fromkeys((*ticket.departments, ticket.lead, city.fallback)))
        command: Command = AdjudicateTicket(
            lead=city.fallback, minutes="双方到场陈述，按首接负责确定主办单位。", heard=heard
        )
        return Move(command, cast.able(AdjudicateTicket, rng), rng.uniform(30, 200))
    if rng.random() < 0.8:
        command = GrantExtension(reason="情况属实")
    else:
        command = DenyExtension(reason="理由不充分")
    actor = cast.able(type(command), rng, role=Role.ASSIGNMENT_OFFICER)
    return Move(command, actor, rng.uniform(200, 2400))


def _after_answer(ticket: Ticket, rng: Random, city: City) -> Move:
    cast, hands = city.cast, ticket.hands
    if ticket.stage is Stage.AWAITING_REVIEW:
        approved = rng.random() < 0.95
        command: Command = ReviewAnswer(
            approved=approved,
            contact_proven=True,
            answers_question=approved,
            basis_stated=True,
            no_template=approved,
            no_personal_data=True,
            reason="" if approved else "未正面回应诉求",
        )
        barred = (*hands.handled_by, hands.assigned_by)
        return Move(
            command,
            cast.able(ReviewAnswer, rng, role=Role.ASSIGNMENT_OFFICER, not_in=barred),
            rng.uniform(60, 500),
        )
    if ticket.stage is Stage.AWAITING_REVISIT:
        barred = (*hands.handled_by, *hands.reviewed_by, hands.assigned_by)
        return Move(
            revisit(rng), cast.able(RecordRevisit, rng, role=Role.REVISITOR, not_in=barred), 330
        )
    if ticket.explained_closure is not None:
        actor = cast.able(
            ApproveExplainedClosure, rng, not_in=(hands.proposed_by, hands.refused_by)
        )
        return Move(ApproveExplainedClosure(), actor, 300)
    if ticket.redo_count < _REDOS_MAX and rng.random() < 0.6:
        command = OrderRedo(lawful_because="诉求合理且有依据", differently="现场复核并限期整改")
        barred = (*hands.handled_by, hands.refused_by)
        return Move(
            command,
            cast.able(OrderRedo, rng, role=_lead_of(ticket), not_in=barred),
            rng.uniform(60, 600),
        )
    command = ProposeExplainedClosure(
        code=ClosureCode.POLICY, basis="现行政策规定", text="已就政策依据作出解释。"
    )
    actor = cast.able(ProposeExplainedClosure, rng, role=_lead_of(ticket), not_in=hands.handled_by)
    return Move(command, actor, rng.uniform(30, 400))


def _lead_of(ticket: Ticket) -> Role:
    """Tell who leads the triage of that kind of ticket."""
    return Role.MATTER_OFFICER if ticket.kind is Kind.MATTER else Role.SHIFT_LEAD


def revisit(rng: Random) -> RecordRevisit:
    """One attempt: 85 of 100 are reached, nine in ten of those solved (our default)."""
    if rng.random() > 0.85:
        return RecordRevisit(way=ContactWay.PHONE, connected=False)
    solved = rng.random() < 0.9
    satisfaction = rng.choices(
        (5, 4, 3, 2, 1), (46, 30, 17, 4, 3) if solved else (1, 2, 7, 50, 40)
    )[0]
    reason = rng.choice(tuple(DissatisfactionReason)) if satisfaction <= 2 else None
    return RecordRevisit(
        way=ContactWay.PHONE,
        connected=True,
        contacted_by_department=rng.random() < 0.97,
        solved=solved,
        satisfaction=satisfaction,
        attitude=min(5, satisfaction + 1),
        reason=reason,
        recording=f"R{rng.randrange(10**9):09d}",
    )


def _objection(ticket: Ticket, rng: Random, rare: float) -> Move | None:
    if not ticket.caller or ticket.objections_count or rng.random() > 0.02 * rare:
        return None
    command = RaiseObjection(channel=Channel.PHONE, summary="对处理结果有异议，问题仍然存在。")
    return Move(command, Cast.caller(ticket.caller), rng.uniform(30, 300))
