"""受理规则: registration, direct answer, refusal, merging, missing information, corrections."""

from datetime import datetime
from typing import Final, assert_never

from hotline.clocks.due import Due
from hotline.clocks.vocabulary import ClockName
from hotline.refusal import Refusal
from hotline.situation import Decision, Situation
from hotline.tickets import decide_matters, decide_poor_evaluations
from hotline.tickets.commands import (
    AnswerDirectly,
    AppendAddition,
    AskForInformation,
    CorrectTicket,
    IntakeCommand,
    LinkChild,
    MergeTicket,
    ProvideInformation,
    RefuseTicket,
    RegisterTicket,
    UnlinkChild,
    UnmergeTicket,
)
from hotline.tickets.dues import (
    accept_clock,
    answer_clock,
    assign_clock,
    on_own_clock,
    own_clock,
    rebased,
)
from hotline.tickets.events import (
    AdditionAppended,
    ChildLinked,
    ChildUnlinked,
    InformationProvided,
    InformationRequested,
    TicketAnsweredDirectly,
    TicketCorrected,
    TicketEvent,
    TicketMerged,
    TicketUnmerged,
)
from hotline.tickets.registration import (
    at_least_confidential,
    refused_with_a_way,
    registered,
)
from hotline.tickets.standing import (
    a_person,
    another_than,
    category_known,
    in_stage,
    is_open,
    told,
)
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import Kind, Secrecy, Stage, TicketType, Urgency

_ASKED_MAX: Final = 1
"""The citizen is asked for missing information once (our default)."""


def register(command: RegisterTicket, situation: Situation) -> Decision[TicketEvent]:
    """登记: the citizen's clock starts here and never starts again."""
    match command.kind:
        case Kind.MATTER:
            return decide_matters.register(command, situation)
        case Kind.POOR_EVALUATION:
            return decide_poor_evaluations.register(command, situation)
        case Kind.HOTLINE:
            pass
    if refusal := (
        told(title=command.title, summary=command.summary or command.narrative)
        or category_known(command.region, command.category, situation)
    ):
        return refusal
    clock = answer_clock(command.type, command.urgency)
    return (
        registered(
            command,
            situation,
            citizen_due=situation.clocks.due(clock, situation.at),
            stage_due=situation.clocks.due(
                accept_clock(command.channel, command.urgency), situation.at
            ),
        ),
    )


def decide_intake(
    command: IntakeCommand, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    """Decide a command of intake to a ticket that exists."""
    match command:
        case RegisterTicket():
            return Refusal("already-registered", {"number": ticket.number})
        case AnswerDirectly():
            return _answer_directly(command, ticket, situation)
        case RefuseTicket():
            return _refuse(command, ticket, situation)
        case MergeTicket():
            return _merge(command, ticket, situation)
        case UnmergeTicket():
            return _unmerge(command, ticket, situation)
        case LinkChild():
            return _link_child(command, ticket, situation)
        case UnlinkChild():
            return _unlink_child(command, ticket)
        case AskForInformation():
            return _ask_for_information(command, ticket, situation)
        case ProvideInformation():
            return _provide_information(command, ticket, situation)
        case AppendAddition():
            return _append(command, ticket)
        case CorrectTicket():
            return _correct(command, ticket, situation)
        case _:
            assert_never(command)


def _answer_directly(
    command: AnswerDirectly, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.REGISTERED, Stage.AWAITING_PRECHECK)
        or told(article=command.article, text=command.text)
    ):
        return refusal
    if command.article_version < 1:
        return Refusal("article-version-missing")
    if ticket.type is TicketType.REPORT:
        return Refusal("report-not-answered-directly")
    return (
        TicketAnsweredDirectly(
            article=command.article,
            article_version=command.article_version,
            text=command.text,
            stage_due=situation.clocks.due(ClockName.OBJECTION, situation.at),
        ),
    )


def _refuse(command: RefuseTicket, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    before = (Stage.REGISTERED, Stage.AWAITING_PRECHECK, Stage.AWAITING_ASSIGNMENT)
    return in_stage(ticket, *before) or refused_with_a_way(command, situation)


def _merge(command: MergeTicket, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.REGISTERED, Stage.AWAITING_PRECHECK, Stage.AWAITING_ASSIGNMENT)
        or a_person(situation)
        or told(main=command.main, reasons=command.reasons)
    ):
        return refusal
    if command.main == ticket.number:
        return Refusal("merge-into-itself")
    if refusal := _visible(ticket):
        return refusal
    if ticket.children:
        return Refusal("has-children", {"children": ", ".join(ticket.children)})
    return (TicketMerged(main=command.main, reasons=command.reasons),)


def _visible(ticket: Ticket) -> Refusal | None:
    """Demand a ticket that a cluster may show; a report or secret one stands alone."""
    if ticket.type is TicketType.REPORT or ticket.secrecy >= Secrecy.CONFIDENTIAL:
        return Refusal("merge-secret")
    return None


def _unmerge(command: UnmergeTicket, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.MERGED)
        or a_person(situation)
        or told(reason=command.reason)
        or another_than(situation, ticket.hands.merged_by)
    ):
        return refusal
    limit = situation.clocks.due(assign_clock(ticket.kind, ticket.urgency), situation.at)
    return (TicketUnmerged(main=ticket.main, reason=command.reason, stage_due=limit),)


def _link_child(command: LinkChild, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := is_open(ticket) or _visible(ticket):
        return refusal
    if ticket.kind is not Kind.HOTLINE:
        return Refusal("merge-kind", {"kind": ticket.kind.value})
    if command.child == ticket.number:
        return Refusal("merge-into-itself")
    if command.child in ticket.children:
        return ()
    earlier = command.citizen_due_at
    promised = ticket.citizen_due
    due = None
    if earlier is not None and promised is not None and earlier < promised.due_at:
        start = min(ticket.registered_at, earlier)
        due = situation.clocks.until(earlier, start, own_clock(ticket))
    return (ChildLinked(child=command.child, citizen_due_at=earlier, citizen_due=due),)


def _unlink_child(command: UnlinkChild, ticket: Ticket) -> Decision[TicketEvent]:
    return (ChildUnlinked(child=command.child),) if command.child in ticket.children else ()


def _ask_for_information(
    command: AskForInformation, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.REGISTERED, Stage.AWAITING_PRECHECK, Stage.AWAITING_ASSIGNMENT)
        or told(missing=command.missing)
    ):
        return refusal
    if ticket.information_asked >= _ASKED_MAX:
        return Refusal("information-asked-before")
    limit = situation.clocks.due(ClockName.INFORMATION, situation.at)
    return (InformationRequested(missing=command.missing, way=command.way, stage_due=limit),)


def _provide_information(
    command: ProvideInformation, ticket: Ticket, situation: Situation
) -> Decision[TicketEvent]:
    if refusal := (
        in_stage(ticket, Stage.AWAITING_INFORMATION)
        or told(summary=command.summary or command.narrative)
    ):
        return refusal
    citizen_due, stage_due = after_information(ticket, situation, situation.at)
    return (
        InformationProvided(
            summary=command.summary,
            narrative=command.narrative,
            citizen_due=citizen_due,
            stage_due=stage_due,
        ),
    )


def after_information(ticket: Ticket, situation: Situation, end: datetime) -> tuple[Due, Due]:
    """Give the dues with which a ticket goes on after the pause for information."""
    clocks = situation.clocks
    citizen_due = ticket.citizen_due or clocks.due(own_clock(ticket), ticket.registered_at)
    if ticket.paused_at is not None:
        citizen_due = clocks.shifted(citizen_due, ticket.paused_at, end)
    return citizen_due, clocks.due(assign_clock(ticket.kind, ticket.urgency), situation.at)


def _append(command: AppendAddition, ticket: Ticket) -> Decision[TicketEvent]:
    if refusal := is_open(ticket) or told(summary=command.summary or command.narrative):
        return refusal
    return (
        AdditionAppended(
            summary=command.summary, narrative=command.narrative, channel=command.channel
        ),
    )


def _correct(command: CorrectTicket, ticket: Ticket, situation: Situation) -> Decision[TicketEvent]:
    if refusal := (
        is_open(ticket)
        or told(reason=command.reason)
        or category_known(command.region or ticket.region, command.category or "", situation)
    ):
        return refusal
    type_ = ticket.type if command.type is None else command.type
    urgency = ticket.urgency if command.urgency is None else command.urgency
    asked = ticket.secrecy if command.secrecy is None else command.secrecy
    secrecy = at_least_confidential(type_, asked)
    if command.secrecy is not None and command.secrecy < secrecy:
        return Refusal("report-stays-secret")
    if ticket.children and secrecy >= Secrecy.CONFIDENTIAL:
        return Refusal("has-children", {"children": ", ".join(ticket.children)})
    before, after = _differences(command, ticket, type_, urgency, secrecy)
    if not after:
        return Refusal("nothing-to-correct")
    citizen_due, department_due = _dues_corrected(ticket, situation, type_, urgency)
    return (
        TicketCorrected(
            reason=command.reason,
            before=before,
            after=after,
            citizen_due=citizen_due,
            department_due=department_due,
        ),
    )


def _differences(
    command: CorrectTicket, ticket: Ticket, type_: TicketType, urgency: Urgency, secrecy: Secrecy
) -> tuple[dict[str, str], dict[str, str]]:
    rows = (
        ("type", ticket.type.value, type_.value),
        ("category", ticket.category, command.category),
        ("title", ticket.title, command.title),
        ("summary", ticket.summary, command.summary),
        ("urgency", str(int(ticket.urgency)), str(int(urgency))),
        ("secrecy", str(int(ticket.secrecy)), str(int(secrecy))),
        ("region", ticket.region, command.region),
    )
    changed = [(name, old, new) for name, old, new in rows if new is not None and new != old]
    return {name: old for name, old, _ in changed}, {name: new for name, _, new in changed}


def _dues_corrected(
    ticket: Ticket, situation: Situation, type_: TicketType, urgency: Urgency
) -> tuple[Due | None, Due | None]:
    """Run the new clock from the original receipt; a later promise already told is left alone."""
    if ticket.kind is not Kind.HOTLINE:
        return None, None
    old = own_clock(ticket)
    new = answer_clock(type_, urgency, complex_=ticket.complex)
    if new is old:
        return None, None
    citizen_due = department_due = None
    due = ticket.citizen_due
    if due is not None and ticket.answered_at is None and on_own_clock(situation.clocks, due, old):
        citizen_due = rebased(situation.clocks, due, new)
    due = ticket.department_due
    if due is not None and ticket.submitted_at is None and on_own_clock(situation.clocks, due, old):
        department_due = rebased(situation.clocks, due, new)
    return citizen_due, department_due
