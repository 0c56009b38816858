"""办不成事结尾: signing, feedback to person and window, revisit, redo, objection, improvement."""

from hotline.clocks.vocabulary import ClockName
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation
from hotline.tickets.commands import (
    GiveFeedback,
    OrderRectification,
    RecordImprovement,
    RecordRevisit,
    ReviewAnswer,
    SubmitFeedback,
)
from hotline.tickets.decide_answering import approved, ready_to_sign, review_refusal, sent_back
from hotline.tickets.decide_closing import recorded_revisit, revisit_refusal, revisitor_refusal
from hotline.tickets.events import (
    FeedbackGiven,
    FeedbackSubmitted,
    ImprovementRecorded,
    RectificationOrdered,
    RedoOrdered,
    StageBecameOverdue,
    TicketArchived,
    TicketClosed,
    TicketEvent,
    TriageOpened,
)
from hotline.tickets.standing import (
    a_person,
    in_stage,
    not_handled,
    of_lead,
    outside_departments,
    told,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import ClosureCode, ContactWay, Stage, TimerKind
from hotline.values import replace

_REVISITABLE = (Stage.AWAITING_REVISIT, Stage.SETTLED_ON_SPOT, Stage.NOTICE_GIVEN)


def submit(command: SubmitFeedback, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """反馈 signed by the leader, who had no hand in the draft."""
    if problem := (
        in_stage(ticket, Stage.IN_HANDLING)
        or of_lead(ticket, situation)
        or a_person(situation)
        or ready_to_sign(ticket, situation)
    ):
        return problem
    due = ticket.department_due
    return (
        FeedbackSubmitted(
            on_time=due is None or situation.at <= due.due_at,
            note=command.note,
            stage_due=situation.clocks.due(ClockName.MATTER_FEEDBACK, situation.at),
        ),
    )


def review(command: ReviewAnswer, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """审核 before the feedback, by the rules of every answer."""
    if problem := (
        in_stage(ticket, Stage.AWAITING_FEEDBACK)
        or a_person(situation)
        or review_refusal(command, replace(ticket, stage=Stage.AWAITING_REVIEW), situation)
        or outside_departments(ticket, situation)
    ):
        return problem
    if ticket.checked:
        return Refusal("already-reviewed")
    if not command.approved:
        return sent_back(command, ticket, situation)
    return approved(command, ticket, situation)[:1]  # the officer's feedback is the answer


def feed_back(command: GiveFeedback, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """反馈 to the person and the window, within one working day (安徽 2022, official)."""
    if problem := (
        in_stage(ticket, Stage.AWAITING_FEEDBACK)
        or a_person(situation)
        or not_handled(ticket, situation)
        or outside_departments(ticket, situation)
        or told(text=command.text)
    ):
        return problem
    if not ticket.checked:
        return Refusal("review-missing")
    if command.way is ContactWay.NONE:
        return Refusal("contact-way-missing")
    due = situation.clocks.due(ClockName.REVISIT, situation.at)
    return (FeedbackGiven(way=command.way, text=command.text, stage_due=due),)


def revisit(command: RecordRevisit, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """回访: solved closes; unsolved is redone at most twice, then closed as it is."""
    if problem := (
        in_stage(ticket, *_REVISITABLE)
        or a_person(situation)
        or revisitor_refusal(ticket, situation)
        or revisit_refusal(command, ticket, situation)
    ):
        return problem
    clocks = situation.clocks
    attempt = len(ticket.revisit_attempts) + 1
    if command.connected:
        recorded = recorded_revisit(command, attempt)
        if command.solved:
            return (recorded, _closed(ClosureCode.SATISFIED, situation))
        return (recorded, *_unsolved(command, ticket, situation))
    if attempt >= clocks.preset.revisit_attempts_max:
        recorded = recorded_revisit(command, attempt)
        return (recorded, _closed(ClosureCode.UNREACHED, situation))
    due = clocks.due(ClockName.REVISIT, situation.at)
    return (replace(recorded_revisit(command, attempt), stage_due=due),)


def _unsolved(
    command: RecordRevisit, ticket: Ticket, situation: Situation
) -> tuple[TicketEvent, ...]:
    clocks = situation.clocks
    if ticket.redo_count >= clocks.preset.redos_max:
        return (_closed(ClosureCode.NOT_SETTLED, situation),)
    if not ticket.lead:
        due = clocks.due(ClockName.MATTER_TRIAGE, situation.at)
        return (TriageOpened(reason="unsolved", stage_due=due),)
    return (_redo(ticket, situation, "unsolved-at-revisit", command.text),)


def _redo(ticket: Ticket, situation: Situation, because: str, differently: str) -> RedoOrdered:
    due = situation.clocks.due(ClockName.REDO, situation.at)
    return RedoOrdered(
        redo=ticket.redo_count + 1,
        lawful_because=because,
        differently=differently,
        department_due=due,
        citizen_due=due,
    )


def _closed(code: ClosureCode, situation: Situation) -> TicketClosed:
    window = situation.clocks.due(ClockName.OBJECTION, situation.at)
    return TicketClosed(code=code, explained=False, basis="", text="", stage_due=window)


def order_redo(ticket: Ticket) -> Refusal | None:
    """重办 needs a department that held the matter; then the shared rule decides."""
    return None if ticket.lead else Refusal("not-assigned")


def order_improvement(
    command: OrderRectification, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """共性: the item owner has 15 working days to change guide, process or system."""
    if problem := (
        in_stage(ticket, Stage.CLOSED, Stage.CLOSED_WITH_EXPLANATION)
        or a_person(situation)
        or told(measure=command.measure)
    ):
        return problem
    if ticket.improvement_pending:
        return Refusal("improvement-ordered")
    due = situation.clocks.due(ClockName.MATTER_IMPROVEMENT, situation.at)
    return (RectificationOrdered(measure=command.measure, department_due=due),)


def record_improvement(
    command: RecordImprovement, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """共性整改: what was changed, or why not."""
    if problem := of_lead(ticket, situation) or told(change=command.change):
        return problem
    if not ticket.improvement_pending:
        return Refusal("improvement-not-ordered")
    recorded = ImprovementRecorded(change=command.change)
    return (recorded, TicketArchived()) if ticket.stage_overdue else (recorded,)


def fire_stage(ticket: Ticket, situation: Situation) -> Decision[TicketEvent] | None:
    """Keep a matter out of the archive while its improvement is not on record."""
    due = ticket.stage_due
    if due is None or not ticket.improvement_pending:
        return None
    return (
        StageBecameOverdue(
            stage=ticket.stage,
            timer=TimerKind.STAGE,
            due_at=due.due_at,
            rule=due.rule,
            stage_due=situation.clocks.due(ClockName.REDO, situation.at),
        ),
    )
