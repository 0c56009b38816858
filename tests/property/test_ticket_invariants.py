"""What holds for every ticket, whatever people try: random stories against the invariants."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import hypothesis
from hypothesis import strategies as st

from hotline.people.actors import CLOCK, Actor, Role
from hotline.refusal import Refusal
from hotline.tickets.commands import (
    AcceptReturn,
    AdjudicateTicket,
    AppendAddition,
    ApproveExclusion,
    ApproveExplainedClosure,
    AskForInformation,
    CloseSupervision,
    CloseTicket,
    CompleteAssist,
    CorrectTicket,
    DenyExtension,
    FireTimer,
    GrantExtension,
    OpenSupervision,
    OrderRedo,
    ProposeExplainedClosure,
    ProvideInformation,
    RaiseObjection,
    RefuseReturn,
    RefuseTicket,
    RequestAssist,
    RequestExclusion,
    RequestExtension,
    RequestSuspension,
    ResumeTicket,
    SuspendTicket,
    TicketCommand,
    UnmergeTicket,
)
from hotline.tickets.commands.intake import AnswerDirectly, MergeTicket
from hotline.tickets.events import (
    AnswerApproved,
    ExclusionApproved,
    ExtensionGranted,
    FeedbackSubmitted,
    RevisitRecorded,
    TicketAdjudicated,
    TicketAnswered,
    TicketAssigned,
    TicketClosed,
    TicketReturned,
)
from hotline.tickets.evolve import evolve
from hotline.tickets.stages import OPEN, PAUSED, TERMINAL
from hotline.tickets.state import Ticket
from hotline.tickets.timers import timers_of
from hotline.tickets.vocabulary import (
    Channel,
    ClosureCode,
    ContactWay,
    ExclusionCode,
    RefusalClass,
    SuspensionGround,
    TicketType,
    TimerKind,
)
from tests.unit.hotline.tickets import steps
from tests.unit.hotline.tickets.scenario import (
    ADMINISTRATOR,
    ASSIGNER,
    AUTHORITY,
    CALLER,
    HANDLER,
    LEADER,
    OPERATOR,
    OTHER_ASSIGNER,
    OTHER_SHIFT_LEAD,
    REVISITOR,
    ROADS,
    ROADS_HANDLER,
    ROADS_LEADER,
    SHIFT_LEAD,
    SUPERVISOR,
    WATER,
    Act,
    Story,
    act,
)

PEOPLE = (
    OPERATOR, ASSIGNER, OTHER_ASSIGNER, ADMINISTRATOR, HANDLER, LEADER, ROADS_LEADER,
    ROADS_HANDLER, REVISITOR, SHIFT_LEAD, OTHER_SHIFT_LEAD, SUPERVISOR, CALLER, AUTHORITY,
    # one person in many roles: only the separation of duties can stop them
    Actor("handler-1", Role.ASSIGNMENT_OFFICER, "hotline"),
    Actor("leader-1", Role.REVISITOR, "hotline"),
)  # fmt: skip

PATH = (
    steps.prechecked, steps.assigned(), steps.assigned(ROADS), steps.acknowledged,
    steps.contacted, steps.drafted, steps.submitted, steps.passed, steps.revisited(),
    steps.revisited(solved=False), steps.returned, act(steps.RETURN, ROADS_LEADER),
    act(OrderRedo(lawful_because="依法", differently="上门"), SHIFT_LEAD),
    steps.return_accepted,
)  # fmt: skip

OTHERS: tuple[TicketCommand, ...] = (
    AnswerDirectly(article="kb-1", article_version=1, text="见指南"),
    RefuseTicket(
        refusal_class=RefusalClass.OTHER_BODY, reason="诉讼中", basis="规定", way_told="12368"
    ),
    MergeTicket(main="5118002026030201000009", reasons="同地同事"),
    UnmergeTicket(reason="不同"),
    AskForInformation(missing="门牌号", way=ContactWay.PHONE),
    ProvideInformation(summary="三号楼"),
    AppendAddition(summary="仍未解决"),
    CorrectTicket(reason="听错", type=TicketType.CONSULT),
    CorrectTicket(reason="看错", type=TicketType.REPORT),
    RefuseReturn(reason="职责明确"),
    AcceptReturn(lesson="目录有误"),
    AdjudicateTicket(lead=ROADS, minutes="会议纪要", heard=(WATER, ROADS)),
    RequestAssist(department=ROADS, task="断电"),
    CompleteAssist(result="已断电"),
    RequestExtension(working_days=5, reason="等配件"),
    GrantExtension(),
    DenyExtension(reason="不必"),
    SuspendTicket(),
    ResumeTicket(reason="完成"),
    steps.UNREACHED,
    steps.PASS,
    CloseTicket(),
    ProposeExplainedClosure(code=ClosureCode.POLICY, basis="政策", text="说明"),
    ApproveExplainedClosure(),
    RaiseObjection(channel=Channel.PHONE, summary="不服"),
    RequestExclusion(code=ExclusionCode.POLICY, reason="政策所限"),
    ApproveExclusion(),
    OpenSupervision(level=2, reason="超期"),
    CloseSupervision(text="已办"),
)


@dataclass
class Told(Story):
    """A story that keeps every state on the way, to be looked at from outside."""

    states: list[Ticket] = field(default_factory=list)

    def when(self, step: Act) -> "Told":
        before = len(self.facts)
        super().when(step)
        if self.ticket is not None and len(self.facts) > before:
            self.states.append(self.ticket)
        return self


@st.composite
def stories(draw: st.DrawFn) -> Told:
    """A ticket that people push along its path, disturb, or leave to its timers."""
    told = Told()
    told.given(*draw(st.sampled_from((
        (steps.registered,), steps.IN_HANDLING, steps.AWAITING_REVIEW, steps.AWAITING_REVISIT,
        steps.IN_TRIAGE, steps.CLOSED,
    ))))  # fmt: skip
    for _ in range(draw(st.integers(1, 25))):
        gap = timedelta(minutes=draw(st.sampled_from((1, 30, 240, 1440, 4320))))
        kind = draw(st.integers(0, 9))
        if kind <= 4:
            step = draw(st.sampled_from(PATH))
            told.when(Act(step.command, step.actor, at=told.now + gap))
        elif kind <= 7:
            command = draw(st.sampled_from(OTHERS))
            told.when(Act(command, draw(st.sampled_from(PEOPLE)), at=told.now + gap))
        elif kind == 8:
            until = told.now + gap + timedelta(days=draw(st.integers(1, 9)))
            ask = RequestSuspension(
                ground=SuspensionGround.JUDICIAL, evidence="立案通知", until=until
            )
            told.when(Act(ask, LEADER, at=told.now + gap))
            told.when(Act(SuspendTicket(), ASSIGNER))
        elif timers := timers_of(told.state):
            timer = min(timers, key=lambda each: each.due_at)
            at = max(timer.due_at, told.now)
            told.when(Act(FireTimer(timer=timer.kind, due_at=timer.due_at), CLOCK, at=at))
    return told


moderately: Callable[[Any], Any] = hypothesis.settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    database=None,
)


@moderately
@hypothesis.given(stories())
def test_a_waiting_ticket_always_has_a_running_clock_and_an_ended_one_none(told: Told) -> None:
    for ticket in told.states:
        kinds = [timer.kind for timer in timers_of(ticket)]
        assert bool(kinds) == (ticket.stage not in TERMINAL), ticket
        assert len(kinds) == len(set(kinds))


@moderately
@hypothesis.given(stories())
def test_the_promise_is_timed_until_the_answer_except_in_a_pause(told: Told) -> None:
    for ticket in told.states:
        timed = TimerKind.CITIZEN in {timer.kind for timer in timers_of(ticket)}
        waits = ticket.stage in OPEN - PAUSED and ticket.answered_at is None
        assert timed == waits, ticket
        if ticket.stage in PAUSED:
            assert ticket.paused_at is not None


@moderately
@hypothesis.given(stories())
def test_nothing_moves_into_the_past(told: Told) -> None:
    moments = [fact.occurred_at for fact in told.facts]
    assert moments == sorted(moments)
    told.when(Act(AppendAddition(summary="旧事"), OPERATOR, at=moments[-1] - timedelta(minutes=1)))
    assert isinstance(told.last, Refusal)
    assert told.last.code in {"in-the-past", "archived", "merged"}


@moderately
@hypothesis.given(stories())
def test_a_closure_by_revisit_has_every_stage_on_record(told: Told) -> None:
    seen: set[type] = set()
    answered_directly = False
    for fact in told.facts:
        event = fact.event
        seen.add(type(event))
        answered_directly |= type(event).__name__ in {"TicketAnsweredDirectly", "TicketRefused"}
        if isinstance(event, TicketClosed) and not answered_directly:
            assert {FeedbackSubmitted, AnswerApproved, TicketAnswered, RevisitRecorded} <= seen
            assert {TicketAssigned, TicketAdjudicated} & seen


@moderately
@hypothesis.given(stories())
def test_whoever_handled_it_neither_reviews_revisits_excludes_nor_closes(told: Told) -> None:
    final = told.state.hands.handled_by
    handled: set[str] = set()
    judges = (AnswerApproved, RevisitRecorded, ExclusionApproved)
    closers = (TicketClosed,)
    for fact in told.facts:
        if isinstance(fact.event, judges + closers):
            assert fact.actor.person not in handled, fact
        if type(fact.event).__name__ in {
            "TicketAcknowledged", "ContactRecorded", "AnswerDrafted", "FeedbackSubmitted",
        }:  # fmt: skip
            handled.add(fact.actor.person)
    assert handled <= set(final)


@moderately
@hypothesis.given(stories())
def test_returns_are_two_at_most_and_an_adjudication_binds(told: Told) -> None:
    assert len(told.state.returns) <= 2
    bound = False
    for fact in told.facts:
        bound |= isinstance(fact.event, TicketAdjudicated)
        assert not (bound and isinstance(fact.event, TicketReturned))


@moderately
@hypothesis.given(stories())
def test_extensions_are_one_of_each_kind_and_were_asked_in_time(told: Told) -> None:
    granted = [fact for fact in told.facts if isinstance(fact.event, ExtensionGranted)]
    assert len(granted) <= 2
    assert all(fact.actor.role is Role.LEADER for fact in granted[1:])


@moderately
@hypothesis.given(stories())
def test_no_return_or_new_department_brings_the_citizen_an_earlier_or_hidden_date(
    told: Told,
) -> None:
    before: Ticket | None = None
    for ticket, fact in zip(_states(told), told.facts, strict=True):
        event = fact.event
        if before is not None and isinstance(event, TicketAssigned | TicketReturned):
            told_anew = getattr(event, "citizen_due", None)
            assert ticket.citizen_due == (told_anew or before.citizen_due)
            if told_anew is not None:
                assert before.returns
                assert before.citizen_due is not None
                assert told_anew.due_at > before.citizen_due.due_at
        before = ticket


@moderately
@hypothesis.given(stories())
def test_supervision_only_goes_down_by_a_closing_text(told: Told) -> None:
    before: Ticket | None = None
    for ticket, fact in zip(_states(told), told.facts, strict=True):
        if before is not None and ticket.supervision < before.supervision:
            assert type(fact.event).__name__ == "SupervisionClosed"
        assert fact.actor is not CLOCK or ticket.supervision < 3 or (before or ticket).supervision
        before = ticket


@moderately
@hypothesis.given(stories())
def test_a_ticket_left_alone_never_falls_asleep_before_its_end(told: Told) -> None:
    for _ in range(60):
        timers = timers_of(told.state)
        if not timers:
            break
        timer = min(timers, key=lambda each: each.due_at)
        facts = len(told.facts)
        told.fire(timer.kind)
        assert len(told.facts) > facts, (timer, told.state)
        assert timer not in timers_of(told.state), timer
    assert told.state.stage in OPEN | TERMINAL  # whatever rested is in the archive by now


def _states(told: Told) -> list[Ticket]:
    states: list[Ticket] = []
    for fact in told.facts:
        states.append(evolve(states[-1] if states else None, fact))
    return states
