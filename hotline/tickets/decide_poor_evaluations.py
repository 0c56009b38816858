"""差评工单规则: 评价 → 回访 → 处理 → 整改 → 反馈, then the re-rating window and the check.

Sources: 国办发〔2019〕51号 (every poor rating is revisited and rectified); limits are the clocks of
the region's preset. The loop ends in two ways only: by a passed check after feedback and the
re-rating window, or by an appeal against a mistaken rating that a second person upheld. A malicious
rating is marked and the loop goes on.
"""

from typing import Final

from hotline.clocks.due import Due
from hotline.clocks.vocabulary import ClockName
from hotline.evaluations.vocabulary import POOR_LEVEL_MAX
from hotline.people.actors import Role
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation
from hotline.tickets import commands
from hotline.tickets.commands import (
    AcknowledgeTicket,
    CheckRectification,
    CompleteRectification,
    DecideAppeal,
    FileAppeal,
    FireTimer,
    GiveFeedback,
    RecordLaterEvaluation,
    RecordRevisit,
    RegisterTicket,
    ReturnTicket,
    TicketCommand,
)
from hotline.tickets.decide_appeals import closed, decide_appeal, file_appeal, outside_rated
from hotline.tickets.decide_closing import recorded_revisit, revisitor_refusal
from hotline.tickets.events import (
    FeedbackGiven,
    LaterEvaluationRecorded,
    RectificationChecked,
    RectificationCompleted,
    RerateWindowEnded,
    TicketAcknowledged,
    TicketAssigned,
    TicketEvent,
    TicketPrechecked,
)
from hotline.tickets.registration import registered
from hotline.tickets.standing import (
    a_person,
    another_than,
    half_day,
    half_day_of,
    in_stage,
    not_handled,
    of_lead,
    told,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import (
    ClosureCode,
    ContactWay,
    RectificationResult,
    ReturnGround,
    Stage,
    TimerKind,
    VerificationFinding,
)
from hotline.values import replace

FINDING_CLOCKS: Final = {
    VerificationFinding.REASONABLE: ClockName.POOR_RECTIFY,
    VerificationFinding.COMPLEX: ClockName.POOR_RECTIFY_COMPLEX,
    VerificationFinding.NO_LEGAL_BASIS: ClockName.POOR_EXPLAIN,
    VerificationFinding.ITEM_ITSELF: ClockName.POOR_ITEM,
}
"""Which rectification clock a finding starts."""

_LEADER_SIGNS: Final = frozenset({VerificationFinding.COMPLEX, VerificationFinding.NO_LEGAL_BASIS})
"""Findings whose rectification the leader of the department signs (handbook, section 3.3)."""

_PROMISED: Final = (
    ClockName.POOR_VERIFY,
    ClockName.POOR_RECTIFY_COMPLEX,
    ClockName.POOR_FEEDBACK,
)
"""The evaluator is promised feedback within the longest lawful way through the loop."""

_FOREIGN: Final = (
    commands.AnswerDirectly,
    commands.RefuseTicket,
    commands.MergeTicket,
    commands.UnmergeTicket,
    commands.AskForInformation,
    commands.ProvideInformation,
    commands.PrecheckTicket,
    commands.RequestExtension,
    commands.GrantExtension,
    commands.DenyExtension,
    commands.RequestSuspension,
    commands.SuspendTicket,
    commands.DenySuspension,
    commands.ResumeTicket,
    commands.ReportStage,
    commands.AnswerTicket,
    commands.SubmitFeedback,
    commands.ReviewAnswer,
    commands.OrderRedo,
    commands.ProposeExplainedClosure,
    commands.ApproveExplainedClosure,
    commands.DenyExplainedClosure,
    commands.CloseTicket,
    commands.RaiseObjection,
    commands.TriageMatter,
    commands.SettleOnSpot,
    commands.GiveNotice,
    commands.OpenJointReview,
    commands.ConcludeJointReview,
    commands.RecordImprovement,
    commands.OrderRectification,
)
"""Ways that this loop does not have: no pause, no extension, no closing but the two above."""


def register(command: RegisterTicket, situation: Situation) -> Decision[TicketEvent]:
    """登记 by policy, and 派单 to the rated department at once."""
    if situation.actor.role is not Role.SYSTEM:
        return Refusal("role-forbidden", {"role": situation.actor.role.value})
    if not command.evaluation or not 1 <= command.level <= POOR_LEVEL_MAX:
        return Refusal("not-a-poor-evaluation")
    clocks, at = situation.clocks, situation.at
    rules = clocks.preset.rules
    promised = 1 + sum(rules[clock].amount for clock in _PROMISED)  # 1: claimed within a day
    event = registered(
        command,
        situation,
        citizen_due=clocks.due_days(promised, at),
        stage_due=clocks.due(ClockName.POOR_ASSIGN, at),
    )
    if situation.directory.knows(command.rated_department):
        return (event, _assigned(command.rated_department, situation))
    return (event, _awaiting_assignment(command, event.citizen_due, situation))


def _assigned(lead: str, situation: Situation) -> TicketAssigned:
    clocks, at = situation.clocks, situation.at
    return TicketAssigned(
        lead=lead,
        assists=(),
        entry="",
        reason="rated-department",
        transfer_text="",
        department_due=clocks.due(ClockName.POOR_RECTIFY_COMPLEX, at),
        stage_due=clocks.due(ClockName.POOR_CLAIM, at),
    )


def _awaiting_assignment(
    command: RegisterTicket, citizen_due: Due, situation: Situation
) -> TicketPrechecked:
    """Leave a rating of an unknown or retired department to a person; the loop opens anyway."""
    return TicketPrechecked(
        type=command.type,
        category=command.category,
        urgency=command.urgency,
        complex=False,
        citizen_due=citizen_due,
        stage_due=situation.clocks.due(ClockName.POOR_ASSIGN, situation.at),
    )


def decide(
    command: TicketCommand, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent] | None:
    """Decide what this loop has rules of its own for; None = the shared rule applies."""
    if isinstance(command, _FOREIGN):
        return Refusal("wrong-kind", {"kind": ticket.kind.value})
    match command:
        case AcknowledgeTicket():
            return _claim(command, ticket, situation)
        case ReturnTicket(ground=ReturnGround.INSUFFICIENT):
            return Refusal("return-ground-forbidden", {"ground": ReturnGround.INSUFFICIENT.value})
        case RecordRevisit():
            return _verify(command, ticket, situation)
        case FileAppeal():
            return file_appeal(command, ticket, situation)
        case DecideAppeal():
            return decide_appeal(command, ticket, situation)
        case CompleteRectification():
            return _complete(command, ticket, situation)
        case GiveFeedback():
            return _feed_back(command, ticket, situation)
        case RecordLaterEvaluation(level=level):
            return _rated_later(level, ticket, situation)
        case CheckRectification():
            return _check(command, ticket, situation)
        case FireTimer(timer=TimerKind.STAGE):
            return _stage_timer(ticket, situation)
        case _:
            return None


def _claim(
    command: AcknowledgeTicket, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if problem := in_stage(ticket, Stage.AWAITING_ACKNOWLEDGEMENT) or of_lead(ticket, situation):
        return problem
    due = situation.clocks.due(ClockName.POOR_VERIFY, situation.at)
    return (TicketAcknowledged(handler=command.handler, contact_due=None, stage_due=due),)


def _verify(command: RecordRevisit, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    """回访 before handling: reached, not reached three times, or anonymous without a call."""
    if problem := (
        in_stage(ticket, Stage.IN_VERIFICATION)
        or a_person(situation)
        or outside_rated(ticket, situation)
        or revisitor_refusal(ticket, situation)
        or another_than(situation, ticket.hands.appeal_decided_by)
        or _another_half_day(command, ticket, situation)
    ):
        return problem
    if command.way is ContactWay.NONE and ticket.caller:
        return Refusal("contact-way-missing")
    attempt = len(ticket.revisit_attempts) + 1
    attempts_max = situation.clocks.preset.revisit_attempts_max
    decided = command.connected or command.way is ContactWay.NONE or attempt >= attempts_max
    if decided and command.finding is None:
        return Refusal("finding-missing")
    if not decided and command.finding is not None:
        return Refusal("evaluator-not-reached", {"attempt": str(attempt)})
    clocks, at = situation.clocks, situation.at
    told_all = recorded_revisit(command, attempt)
    if command.finding is None:
        return (replace(told_all, stage_due=clocks.due(ClockName.POOR_VERIFY, at)),)
    return (replace(told_all, department_due=clocks.due(FINDING_CLOCKS[command.finding], at)),)


def _another_half_day(
    command: RecordRevisit, ticket: Ticket, situation: Situation
) -> Refusal | None:
    tried = {half_day_of(attempt) for attempt in ticket.revisit_attempts}
    if not command.connected and half_day(situation) in tried:
        return Refusal("same-half-day")
    return None


def _complete(
    command: CompleteRectification, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if problem := (
        in_stage(ticket, Stage.IN_RECTIFICATION)
        or of_lead(ticket, situation)
        or a_person(situation)
        or told(measure=command.measure, proof=command.proof)
    ):
        return problem
    if command.result is RectificationResult.MISTAKEN or (
        command.result is RectificationResult.MALICIOUS and not ticket.malicious
    ):
        return Refusal("appeal-required", {"result": command.result.value})
    if ticket.finding in _LEADER_SIGNS and situation.actor.role is not Role.DEPARTMENT_LEADER:
        return Refusal("leader-required", {"finding": ticket.finding.value})
    due = ticket.department_due
    return (
        RectificationCompleted(
            result=command.result,
            measure=command.measure,
            proof=command.proof,
            on_time=due is None or situation.at <= due.due_at,
            stage_due=situation.clocks.due(ClockName.POOR_FEEDBACK, situation.at),
        ),
    )


def _feed_back(
    command: GiveFeedback, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """反馈 to the evaluator; who rated anew already is not asked twice."""
    if problem := (
        in_stage(ticket, Stage.AWAITING_FEEDBACK)
        or of_lead(ticket, situation)
        or a_person(situation)
        or told(text=command.text)
    ):
        return problem
    if command.way is ContactWay.NONE and ticket.caller:
        return Refusal("contact-way-missing")
    clock = ClockName.POOR_CHECK if ticket.rerated else ClockName.POOR_RERATE
    due = situation.clocks.due(clock, situation.at)
    return (FeedbackGiven(way=command.way, text=command.text, stage_due=due),)


def _rated_later(level: int, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if problem := in_stage(ticket, Stage.AWAITING_CHECK):
        return problem
    if ticket.rerated:
        return Refusal("already-rated-later")
    return (LaterEvaluationRecorded(level=level, stage_due=_check_due(situation)),)


def _check_due(situation: Situation) -> Due:
    return situation.clocks.due(ClockName.POOR_CHECK, situation.at)


def _check(
    command: CheckRectification, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """复核 by somebody who neither was rated nor rectified, once the evaluator had the word."""
    if problem := (
        in_stage(ticket, Stage.AWAITING_CHECK)
        or a_person(situation)
        or outside_rated(ticket, situation)
        or not_handled(ticket, situation)
        or another_than(
            situation,
            ticket.hands.rectified_by,
            ticket.hands.appeal_decided_by,
            *ticket.hands.revisited_by,
        )
    ):
        return problem
    if window_open(ticket):
        return Refusal("rerate-window-open")
    if command.passed:
        checked = RectificationChecked(passed=True, reason=command.reason)
        return (checked, closed(ClosureCode.CHECKED, command.reason, situation))
    if problem := told(reason=command.reason):
        return problem
    due = situation.clocks.due(ClockName.POOR_RECTIFY, situation.at)
    return (RectificationChecked(passed=False, reason=command.reason, department_due=due),)


def window_open(ticket: Ticket) -> bool:
    """Tell whether the evaluator may still rate anew."""
    return (
        ticket.stage is Stage.AWAITING_CHECK
        and not ticket.rerated
        and not ticket.rerate_window_ended
    )


def _stage_timer(ticket: Ticket, situation: Situation) -> Decision[TicketEvent] | None:
    """End the re-rating window; every other limit is for the shared rule."""
    if window_open(ticket):
        return (RerateWindowEnded(stage_due=_check_due(situation)),)
    return None
