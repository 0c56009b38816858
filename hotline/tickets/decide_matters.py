"""办不成事规则: registration by real name, 研判, single department or 联动会审, feedback, redo.

Sources: 安徽《“办不成事”反映窗口受理范围及反映事项处理工作流程》 (2022-07-07: scope, ledger by real
name, feedback within one working day); other limits are the clocks of the region's preset. The
department complained of stands in `rated_department`: nobody of it leads the matter's process.
"""

from typing import Final

from hotline.clocks.due import Due
from hotline.clocks.vocabulary import ClockName
from hotline.people.actors import Role
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation
from hotline.tickets import commands
from hotline.tickets.commands import (
    AdjudicateTicket,
    AnswerTicket,
    AssignTicket,
    ConcludeJointReview,
    FireTimer,
    GiveFeedback,
    GiveNotice,
    OpenJointReview,
    OrderRectification,
    OrderRedo,
    RecordImprovement,
    RecordRevisit,
    RefuseTicket,
    RegisterTicket,
    RequestExtension,
    ReviewAnswer,
    SettleOnSpot,
    SubmitFeedback,
    TicketCommand,
    TriageMatter,
)
from hotline.tickets.decide_assignment import assign, departments_known
from hotline.tickets.decide_matter_ends import (
    feed_back,
    fire_stage,
    order_improvement,
    order_redo,
    record_improvement,
    review,
    revisit,
    submit,
)
from hotline.tickets.events import (
    JointReviewConcluded,
    JointReviewOpened,
    MatterSettledOnSpot,
    MatterTriaged,
    NoticeGiven,
    ObjectionDecided,
    TicketAssigned,
    TicketEvent,
    TriageOpened,
)
from hotline.tickets.registration import refused_with_a_way, registered
from hotline.tickets.standing import a_person, category_known, in_stage, told
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import MatterCause, MatterResult, Stage, TimerKind
from hotline.values import replace

_FOREIGN: Final = (
    commands.AnswerDirectly,
    commands.PrecheckTicket,
    commands.MergeTicket,
    commands.UnmergeTicket,
    commands.FileAppeal,
    commands.DecideAppeal,
    commands.CompleteRectification,
    commands.RecordLaterEvaluation,
    commands.CheckRectification,
    commands.CloseTicket,
)
"""Ways that a matter does not have."""

_ASSIGNABLE: Final = (Stage.IN_TRIAGE, Stage.AWAITING_ASSIGNMENT)
_OF_THE_PROCESS: Final = frozenset({Role.MATTER_OFFICER, Role.WINDOW_CLERK})


def register(command: RegisterTicket, situation: Situation) -> Decision[TicketEvent]:
    """登记 by real name, and 研判 opened at once."""
    if problem := (
        told(title=command.title) or category_known(command.region, command.category, situation)
    ):
        return problem
    if not command.caller:
        return Refusal("real-name-required")
    actor = situation.actor
    if (
        actor.role is Role.MATTER_OFFICER
        and actor.department
        and actor.department == command.rated_department
    ):
        return Refusal("own-window")
    clocks, at = situation.clocks, situation.at
    triage = clocks.due(ClockName.MATTER_TRIAGE, at)
    event = registered(
        command, situation, citizen_due=clocks.due(ClockName.MATTER_CEILING, at), stage_due=triage
    )
    return (event, TriageOpened(reason="registered", stage_due=triage))


def decide(
    command: TicketCommand, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent] | None:
    """Decide what a matter has rules of its own for; None = the shared rule applies."""
    if isinstance(command, _FOREIGN):
        return Refusal("wrong-kind", {"kind": ticket.kind.value})
    if problem := _outside_window(ticket, situation):
        return problem
    match command:
        case TriageMatter():
            return _triage(command, ticket, situation)
        case RefuseTicket():
            return _refuse(command, ticket, situation)
        case SettleOnSpot():
            return _settle(command, ticket, situation)
        case GiveNotice():
            return _give_notice(command, ticket, situation)
        case AssignTicket():
            return _assign(command, ticket, situation)
        case OpenJointReview():
            return _open_joint_review(command, ticket, situation)
        case ConcludeJointReview():
            return _conclude_joint_review(command, ticket, situation)
        case AdjudicateTicket():
            return Refusal("joint-review-required")
        case RequestExtension(working_days=days):
            return _within_ceiling(days, ticket, situation)
        case AnswerTicket():
            return _answer_complete(command)
        case _:
            return _decide_end(command, ticket, situation)


def _decide_end(
    command: TicketCommand, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent] | None:
    match command:
        case SubmitFeedback():
            return submit(command, ticket, situation)
        case ReviewAnswer():
            return review(command, ticket, situation)
        case GiveFeedback():
            return feed_back(command, ticket, situation)
        case RecordRevisit():
            return revisit(command, ticket, situation)
        case OrderRedo():
            return order_redo(ticket)
        case OrderRectification():
            return order_improvement(command, ticket, situation)
        case RecordImprovement():
            return record_improvement(command, ticket, situation)
        case FireTimer(timer=TimerKind.STAGE):
            return fire_stage(ticket, situation)
        case _:
            return None


def _outside_window(ticket: Ticket, situation: Situation) -> Refusal | None:
    """Demand that the officer in charge is not of the window complained of."""
    actor = situation.actor
    if (
        actor.role is Role.MATTER_OFFICER
        and actor.department
        and actor.department == ticket.rated_department
    ):
        return Refusal("own-window")
    return None


def triaged(ticket: Ticket) -> Refusal | None:
    """Demand that 研判 is on record."""
    return None if ticket.hands.triaged_by else Refusal("triage-missing")


def _triage(command: TriageMatter, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """研判: a plain "no", where the law's conditions are not met, needs a 否定答复报告."""
    if problem := (
        in_stage(ticket, Stage.IN_TRIAGE) or a_person(situation) or told(opinion=command.opinion)
    ):
        return problem
    if command.cause is MatterCause.CONDITIONS_NOT_MET and (
        told(negative_report=command.negative_report)
    ):
        return Refusal("negative-report-missing")
    return (
        MatterTriaged(
            cause=command.cause,
            scope=command.scope,
            opinion=command.opinion,
            negative_report=command.negative_report,
            stage_due=situation.clocks.due(ClockName.MATTER_ON_SPOT, situation.at),
        ),
    )


def _refuse(command: RefuseTicket, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """不予受理: outside the scope of the window, with the lawful way told."""
    problem = in_stage(ticket, Stage.IN_TRIAGE) or a_person(situation)
    return problem or refused_with_a_way(command, situation)


def _settle(command: SettleOnSpot, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if problem := (
        in_stage(ticket, Stage.IN_TRIAGE) or triaged(ticket) or told(result=command.result)
    ):
        return problem
    due = situation.clocks.due(ClockName.REVISIT, situation.at)
    return (*_upheld(ticket), MatterSettledOnSpot(result=command.result, stage_due=due))


def _give_notice(
    command: GiveNotice, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """一次性告知: every missing paper on one list, with proof; then time to bring them."""
    if problem := (
        in_stage(ticket, Stage.IN_TRIAGE) or triaged(ticket) or told(proof=command.proof)
    ):
        return problem
    if not any(material.strip() for material in command.materials):
        return Refusal("text-missing", {"field": "materials"})
    due = situation.clocks.due(ClockName.INFORMATION, situation.at)
    notice = NoticeGiven(materials=command.materials, proof=command.proof, stage_due=due)
    return (*_upheld(ticket), notice)


def _assign(command: AssignTicket, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """交办 to one department; several departments meet in a joint review."""
    if problem := in_stage(ticket, *_ASSIGNABLE) or triaged(ticket):
        return problem
    if command.assists:
        return Refusal("joint-review-required")
    decision = assign(command, replace(ticket, stage=Stage.AWAITING_ASSIGNMENT), situation)
    if isinstance(decision, Refusal) or not ticket.objected:
        return decision
    promised = (
        replace(event, citizen_due=_promised_anew(ticket, event.department_due))
        if isinstance(event, TicketAssigned)
        else event
        for event in decision
    )
    return (*_upheld(ticket), *promised)


def _open_joint_review(
    command: OpenJointReview, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """联动会审 also decides who leads after the returns were used up."""
    stages = (*_ASSIGNABLE, Stage.IN_ADJUDICATION, Stage.IN_HANDLING)
    if problem := (
        in_stage(ticket, *stages)
        or triaged(ticket)
        or departments_known(command.lead, command.assists, situation)
    ):
        return problem
    if not command.assists:
        return Refusal("assists-missing")
    due = situation.clocks.due(ClockName.MATTER_JOINT, situation.at)
    opened = JointReviewOpened(
        lead=command.lead,
        assists=command.assists,
        department_due=due,
        citizen_due=_promised_anew(ticket, due) if ticket.objected else None,
    )
    return (*_upheld(ticket), opened)


def _promised_anew(ticket: Ticket, department_due: Due) -> Due | None:
    """Promise a new date after an upheld objection where the one that was told comes before it."""
    told_due = ticket.citizen_due
    later = told_due is None or told_due.due_at < department_due.due_at
    return department_due if later else None


def _conclude_joint_review(
    command: ConcludeJointReview, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if problem := in_stage(ticket, Stage.IN_JOINT_REVIEW) or told(minutes=command.minutes):
        return problem
    at_table = (ticket.lead, *(assist.department for assist in ticket.assists))
    if command.lead not in at_table:
        return Refusal("not-at-the-table", {"department": command.lead})
    due = situation.clocks.due(ClockName.ACKNOWLEDGE, situation.at)
    return (JointReviewConcluded(minutes=command.minutes, lead=command.lead, stage_due=due),)


def _upheld(ticket: Ticket) -> tuple[TicketEvent, ...]:
    """Answer an objection that brought the matter back by taking it up again."""
    return (ObjectionDecided(upheld=True, reason="taken-up-again"),) if ticket.objected else ()


def _within_ceiling(
    working_days: int, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent] | None:
    """Allow an extension up to 15 working days from registration, then the shared rule decides."""
    clocks, due = situation.clocks, ticket.department_due
    if due is None or working_days <= 0:
        return None
    ceiling = clocks.due(ClockName.MATTER_CEILING, ticket.registered_at)
    if clocks.extended(due, working_days).due_at > ceiling.due_at:
        return Refusal("beyond-ceiling", {"until": ceiling.due_at.isoformat()})
    return None


def _answer_complete(command: AnswerTicket) -> Refusal | None:
    """Demand the result in the words of the ledger; then the shared rule decides."""
    if command.matter_result is None:
        return Refusal("matter-result-missing")
    if command.matter_result is not MatterResult.DONE:
        return told(basis=command.basis)
    return None
