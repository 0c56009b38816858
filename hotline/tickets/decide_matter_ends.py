"""办不成事结尾: signing, feedback to person and window, revisit, redo, objection, improvement."""

from dataclasses import replace

from hotline.clocks.vocabulary import ClockName
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation
from hotline.tickets.commands import (
    FireTimer,
    GiveFeedback,
    OrderRectification,
    OrderRedo,
    RaiseObjection,
    RecordImprovement,
    RecordRevisit,
    ReviewAnswer,
    SubmitFeedback,
)
from hotline.tickets.events import (
    AnswerApproved,
    AnswerSentBack,
    FeedbackGiven,
    FeedbackSubmitted,
    ImprovementRecorded,
    ObjectionDecided,
    ObjectionRaised,
    RectificationOrdered,
    RedoOrdered,
    RevisitRecorded,
    TicketArchived,
    TicketClosed,
    TicketEvent,
    TriageOpened,
)
from hotline.tickets.standing import (
    a_person,
    another_than,
    half_day,
    in_stage,
    not_handled,
    of_lead,
    outside_departments,
    told,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import ClosureCode, ContactWay, Stage

_REVISITABLE = (Stage.AWAITING_REVISIT, Stage.SETTLED_ON_SPOT, Stage.NOTICE_GIVEN)
_OBJECTIONABLE = (Stage.CLOSED, Stage.CLOSED_WITH_EXPLANATION, Stage.REFUSED)


def submit(command: SubmitFeedback, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """反馈 signed by the leader, who is not the one that drafted it."""
    if problem := (
        in_stage(ticket, Stage.IN_HANDLING)
        or of_lead(ticket, situation)
        or a_person(situation)
        or another_than(situation, ticket.hands.drafted_by)
    ):
        return problem
    if not ticket.draft_ready:
        return Refusal("draft-missing")
    if any(not assist.settled for assist in ticket.assists):
        return Refusal("assists-unsettled")
    due = ticket.department_due
    return (
        FeedbackSubmitted(
            on_time=due is None or situation.at <= due.due_at,
            note=command.note,
            stage_due=situation.clocks.due(ClockName.MATTER_FEEDBACK, situation.at),
        ),
    )


def review(command: ReviewAnswer, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """审核 before the feedback, by somebody who did not handle it."""
    if problem := (
        in_stage(ticket, Stage.AWAITING_FEEDBACK)
        or a_person(situation)
        or not_handled(ticket, situation)
        or outside_departments(ticket, situation)
    ):
        return problem
    marks = (
        command.contact_proven,
        command.answers_question,
        command.basis_stated,
        command.no_template,
        command.no_personal_data,
    )
    if command.approved and not all(marks):
        return Refusal("checklist-incomplete")
    if command.approved:
        return (
            AnswerApproved(
                contact_proven=command.contact_proven,
                answers_question=command.answers_question,
                basis_stated=command.basis_stated,
                no_template=command.no_template,
                no_personal_data=command.no_personal_data,
            ),
        )
    if problem := told(reason=command.reason):
        return problem
    clocks, at = situation.clocks, situation.at
    due = ticket.department_due or clocks.due(ClockName.MATTER_SINGLE, at)
    if ticket.submitted_at is not None:
        due = clocks.credited(due, ticket.submitted_at, at)
    return (AnswerSentBack(reason=command.reason, department_due=due),)


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
        or not_handled(ticket, situation)
        or outside_departments(ticket, situation)
        or another_than(situation, *ticket.hands.reviewed_by)
        or _other_half_day(ticket, situation)
    ):
        return problem
    if command.connected and command.solved is None:
        return Refusal("solved-missing")
    clocks, at = situation.clocks, situation.at
    attempt = len(ticket.revisit_attempts) + 1
    last = command.connected or attempt >= clocks.preset.revisit_attempts_max
    recorded = RevisitRecorded(
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
        stage_due=None if last else clocks.due(ClockName.REVISIT, at),
    )
    if not last:
        return (recorded,)
    if not command.connected:
        return (recorded, _closed(ClosureCode.UNREACHED, situation))
    if command.solved:
        return (recorded, _closed(ClosureCode.SATISFIED, situation))
    return (recorded, *_unsolved(command, ticket, situation))


def _other_half_day(ticket: Ticket, situation: Situation) -> Refusal | None:
    """Demand that attempts fall on different half-days."""
    now = half_day(situation)
    if any(half_day(replace(situation, at=tried)) == now for tried in ticket.revisit_attempts):
        return Refusal("same-half-day")
    return None


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


def order_redo(command: OrderRedo, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """重办 after an objection."""
    if problem := (
        in_stage(ticket, Stage.IN_TRIAGE)
        or a_person(situation)
        or told(lawful_because=command.lawful_because, differently=command.differently)
    ):
        return problem
    if ticket.redo_count >= situation.clocks.preset.redos_max:
        return Refusal("redos-exhausted")
    if not ticket.lead:
        return Refusal("not-assigned")
    decided = (ObjectionDecided(upheld=True, reason="redo"),) if ticket.objected else ()
    return (*decided, _redo(ticket, situation, command.lawful_because, command.differently))


def object_to(
    command: RaiseObjection, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """异议 of the person, within the window that closing or refusing opened."""
    if problem := in_stage(ticket, *_OBJECTIONABLE) or told(summary=command.summary):
        return problem
    window = ticket.stage_due
    if window is None or ticket.objection_denied or situation.at > window.due_at:
        return Refusal("too-late")
    return (
        ObjectionRaised(
            channel=command.channel,
            summary=command.summary,
            narrative=command.narrative,
            stage_due=situation.clocks.due(ClockName.TRIAGE, situation.at),
        ),
    )


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
    if improvement_pending(ticket) or ticket.rectified:
        return Refusal("improvement-ordered")
    due = situation.clocks.due(ClockName.MATTER_IMPROVEMENT, situation.at)
    return (RectificationOrdered(measure=command.measure, department_due=due),)


def improvement_pending(ticket: Ticket) -> bool:
    """Tell whether an improvement was ordered and is not on record yet."""
    return (
        ticket.stage in (Stage.CLOSED, Stage.CLOSED_WITH_EXPLANATION)
        and ticket.department_due is not None
        and not ticket.rectified
    )


def record_improvement(
    command: RecordImprovement, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """共性整改: what was changed, or why not."""
    if problem := of_lead(ticket, situation) or told(change=command.change):
        return problem
    if not improvement_pending(ticket):
        return Refusal("improvement-not-ordered")
    recorded = ImprovementRecorded(change=command.change)
    return (recorded, TicketArchived()) if ticket.stage_overdue else (recorded,)


def fire_stage(
    command: FireTimer, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent] | None:
    """Archive after the objection window; a pending improvement and other limits are reported."""
    due = ticket.stage_due
    if due is None or due.due_at != command.due_at or situation.at < command.due_at:
        return ()
    if ticket.stage in _OBJECTIONABLE and not improvement_pending(ticket):
        return (TicketArchived(),)
    return None
