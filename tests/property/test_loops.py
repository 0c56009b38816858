"""Whatever people do in whatever order, the loops keep their promises.

A story mixes the step that comes next with steps of other people, other stages and the wrong
department, and lets time pass in between.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import reduce
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.aggregates import aggregate_of
from handlers.envelope import Command
from handlers.outcome import Recorded
from hotline.evaluations.commands import RateLater
from hotline.evaluations.events import EvaluationRecorded
from hotline.evaluations.vocabulary import EvaluationChannel
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import (
    AcknowledgeTicket,
    AnswerTicket,
    AssignTicket,
    CheckRectification,
    CloseTicket,
    CompleteRectification,
    ConcludeJointReview,
    DecideAppeal,
    FileAppeal,
    GiveFeedback,
    OpenJointReview,
    RaiseObjection,
    RecordContact,
    RecordRevisit,
    RegisterTicket,
    ReviewAnswer,
    SettleOnSpot,
    SubmitFeedback,
    TriageMatter,
)
from hotline.tickets.events import (
    AppealDecided,
    AppealFiled,
    FeedbackGiven,
    LaterEvaluationRecorded,
    MatterTriaged,
    RectificationChecked,
    RectificationCompleted,
    RerateWindowEnded,
    RevisitRecorded,
    TicketClosed,
)
from hotline.tickets.vocabulary import (
    AppealGround,
    Channel,
    ClosureCode,
    ContactWay,
    Kind,
    MatterCause,
    MatterResult,
    MatterScope,
    RectificationResult,
    Stage,
    TicketType,
    VerificationFinding,
)
from tests.city import (
    CALLER,
    CITIZEN,
    CLERK,
    EVALUATION_OFFICER,
    HANDLER,
    LEADER,
    MATTER_OFFICER,
    PEER,
    REGION,
    REVISITOR,
    ROADS,
    SERVICE,
    SHIFT_LEAD,
    WATER,
    City,
    a_rating,
    a_service,
)

Step: TypeAlias = tuple[Command, Actor]
MATTER = "ticket/5118002026030207000001"
STRANGER = Actor("x", Role.HANDLER, ROADS)
INSIDER = Actor("hai", Role.EVALUATION_OFFICER, "hall")
PHONE = ContactWay.PHONE

CLAIM: Step = (AcknowledgeTicket(), CLERK)
COMPLETE = CompleteRectification(result=RectificationResult.RECTIFIED, measure="改", proof="p")
FEEDBACK = GiveFeedback(way=PHONE, text="已改")


def verify(connected: bool, finding: VerificationFinding | None) -> Step:
    return (RecordRevisit(way=PHONE, connected=connected, finding=finding), REVISITOR)


POOR_STEPS: tuple[Step, ...] = (
    CLAIM,
    verify(connected=True, finding=VerificationFinding.REASONABLE),
    verify(connected=False, finding=None),
    verify(connected=False, finding=VerificationFinding.COMPLEX),
    (COMPLETE, HANDLER),
    (COMPLETE, LEADER),
    (COMPLETE, STRANGER),
    (FEEDBACK, HANDLER),
    (FEEDBACK, REVISITOR),
    (CheckRectification(passed=True), EVALUATION_OFFICER),
    (CheckRectification(passed=True), INSIDER),
    (CheckRectification(passed=False, reason="没改"), EVALUATION_OFFICER),
    (FileAppeal(ground=AppealGround.MISTAKEN, evidence="录像"), LEADER),
    (FileAppeal(ground=AppealGround.MALICIOUS, evidence="录像"), LEADER),
    (DecideAppeal(upheld=True, reason="充分"), EVALUATION_OFFICER),
    (DecideAppeal(upheld=True, reason="充分"), Actor("li", Role.SHIFT_LEAD, "hotline")),
    (DecideAppeal(upheld=False, reason="不足"), SHIFT_LEAD),
    (CloseTicket(), SHIFT_LEAD),
)
NEXT_POOR: dict[Stage, Step] = {
    Stage.AWAITING_ACKNOWLEDGEMENT: CLAIM,
    Stage.IN_VERIFICATION: POOR_STEPS[1],
    Stage.IN_RECTIFICATION: (COMPLETE, LEADER),
    Stage.AWAITING_FEEDBACK: (FEEDBACK, HANDLER),
    Stage.AWAITING_CHECK: (CheckRectification(passed=True), EVALUATION_OFFICER),
    Stage.IN_APPEAL: (DecideAppeal(upheld=True, reason="充分"), EVALUATION_OFFICER),
}
RATINGS: tuple[Step, ...] = (
    *((a_rating(level), CITIZEN) for level in range(1, 6)),
    (a_rating(1, is_default=True, evaluator=""), PEER),
    (a_rating(2, evaluator=""), Actor("", Role.EVALUATOR)),
    *(
        (
            RateLater(level=level, channel=EvaluationChannel.MOBILE, indicators=(f"L{level}-01",)),
            CITIZEN,
        )
        for level in (1, 4)
    ),
)

TRIAGE: Step = (
    TriageMatter(cause=MatterCause.OVERTIME, scope=MatterScope.TWO_VISITS, opinion="应办"),
    MATTER_OFFICER,
)
ASSIGN: Step = (AssignTicket(lead=WATER, reason="职能"), MATTER_OFFICER)
CONTACT: Step = (RecordContact(way=PHONE, evidence="录音"), HANDLER)
ANSWER: Step = (
    AnswerTicket(
        public_text="已办",
        internal_text="",
        basis="条例",
        solved=True,
        evidence=("照片",),
        matter_result=MatterResult.DONE,
    ),
    HANDLER,
)
REVIEW: Step = (
    ReviewAnswer(
        approved=True,
        contact_proven=True,
        answers_question=True,
        basis_stated=True,
        no_template=True,
        no_personal_data=True,
    ),
    MATTER_OFFICER,
)


def revisited(solved: bool) -> Step:
    command = RecordRevisit(way=PHONE, connected=True, solved=solved, satisfaction=3)
    return (command, REVISITOR)


MATTER_STEPS: tuple[Step, ...] = (
    TRIAGE,
    ASSIGN,
    CLAIM,
    CONTACT,
    ANSWER,
    (SubmitFeedback(), LEADER),
    REVIEW,
    (FEEDBACK, MATTER_OFFICER),
    revisited(solved=True),
    revisited(solved=False),
    (SettleOnSpot(result="成"), MATTER_OFFICER),
    (OpenJointReview(lead=WATER, assists=(ROADS,)), MATTER_OFFICER),
    (ConcludeJointReview(minutes="纪要", lead=WATER), MATTER_OFFICER),
    (RaiseObjection(channel=Channel.PHONE, summary="没成"), CALLER),
    (CheckRectification(passed=True), EVALUATION_OFFICER),
)

Wait: TypeAlias = timedelta
NEXT_STEP_PERCENT = 70
moments = st.sampled_from(
    [
        timedelta(0),
        timedelta(minutes=5),
        timedelta(minutes=20),
        timedelta(hours=6),
        timedelta(days=2),
        timedelta(days=9),
    ]
)


def steps(*pools: tuple[Step, ...]) -> st.SearchStrategy[list[tuple[Step | None, Wait]]]:
    """Draw a story; None asks for the step that comes next."""
    every = [step for pool in pools for step in pool]
    one = st.integers(0, 99).flatmap(
        lambda roll: st.none() if roll < NEXT_STEP_PERCENT else st.sampled_from(every)
    )
    return st.lists(st.tuples(one, moments), min_size=4, max_size=30)


def stream_of(command: Command, city: City) -> str:
    if aggregate_of(SERVICE).commands >= {type(command)}:
        return SERVICE
    loop = city.service().loop
    return f"ticket/{loop}" if loop else SERVICE


def tell_poor(story: list[tuple[Step | None, Wait]], rating: Step) -> City:
    city = City()
    city.do(SERVICE, a_service(), PEER)
    city.tell(SERVICE, *rating)
    for drawn, wait in story:
        city.wait(city.at + wait)
        loop = city.service().loop
        step = drawn or (NEXT_POOR.get(city.ticket(f"ticket/{loop}").stage) if loop else None)
        if step is not None:
            city.tell(stream_of(step[0], city), *step)
    return city


def tell_matter(story: list[tuple[Step | None, Wait]]) -> City:
    city = City()
    matter = RegisterTicket(
        kind=Kind.MATTER,
        type=TicketType.COMPLAINT,
        channel=Channel.WINDOW,
        region=REGION,
        title="办不成",
        summary="跑了三次",
        caller=CALLER.person,
    )
    city.do(MATTER, matter, MATTER_OFFICER)
    for drawn, wait in story:
        city.wait(city.at + wait)
        step = drawn or next_of_matter(city)
        if step is not None:
            city.tell(MATTER, *step)
    return city


def next_of_matter(city: City) -> Step | None:
    ticket = city.ticket(MATTER)
    match ticket.stage:
        case Stage.IN_TRIAGE:
            return ASSIGN if ticket.hands.triaged_by else TRIAGE
        case Stage.AWAITING_ACKNOWLEDGEMENT:
            return CLAIM
        case Stage.IN_HANDLING:
            if ticket.contacted_at is None:
                return CONTACT
            return (SubmitFeedback(), LEADER) if ticket.draft_ready else ANSWER
        case Stage.AWAITING_FEEDBACK:
            return (FEEDBACK, MATTER_OFFICER) if ticket.checked else REVIEW
        case Stage.AWAITING_REVISIT | Stage.SETTLED_ON_SPOT:
            return revisited(solved=True)
        case Stage.IN_JOINT_REVIEW:
            return (ConcludeJointReview(minutes="纪要", lead=WATER), MATTER_OFFICER)
        case _:
            return None


def lines(city: City, stream: str) -> list[Recorded]:
    return [line for line in city.log if line.stream == stream]


def before(story: list[Recorded], end: int, holds: Callable[[object], bool]) -> list[Recorded]:
    return [line for line in story[:end] if holds(line.fact.event)]


OPENINGS: tuple[tuple[Step, ...], ...] = (
    (),
    (CLAIM, (FileAppeal(ground=AppealGround.MISTAKEN, evidence="录像"), LEADER)),
    (CLAIM, (FileAppeal(ground=AppealGround.MALICIOUS, evidence="录像"), LEADER)),
)
poor_stories = steps(POOR_STEPS, RATINGS)


@settings(max_examples=60, deadline=None)
@given(poor_stories, st.sampled_from(RATINGS))
def test_a_poor_rating_opens_a_loop_and_nothing_else_does(
    story: list[tuple[Step | None, Wait]], rating: Step
) -> None:
    city = tell_poor(story, rating)
    service = city.service()
    worst = [level for level in (service.level, service.later_level) if level]
    poor = not service.is_default and any(level <= 2 for level in worst)
    assert bool(service.loop) == poor
    real = [event for event in city.events(EvaluationRecorded) if not event.is_default]
    assert len(real) <= 1


@settings(max_examples=60, deadline=None)
@given(poor_stories, st.sampled_from(OPENINGS))
def test_a_loop_ends_in_two_ways_only(
    story: list[tuple[Step | None, Wait]], opening: tuple[Step, ...]
) -> None:
    city = tell_poor([*((step, timedelta(0)) for step in opening), *story], RATINGS[0])
    told = lines(city, city.loop())
    for end, line in enumerate(told):
        if not isinstance(line.fact.event, TicketClosed):
            continue
        if line.fact.event.code is ClosureCode.APPEAL_MISTAKEN:
            (filed,) = before(told, end, lambda event: isinstance(event, AppealFiled))
            decided = told[end - 1].fact
            assert isinstance(decided.event, AppealDecided)
            assert decided.event.upheld
            assert decided.actor.person != filed.fact.actor.person
            continue
        kinds = [type(earlier.fact.event) for earlier in told[:end]]
        for demanded in (RevisitRecorded, RectificationCompleted, FeedbackGiven):
            assert demanded in kinds
        assert kinds[-1] is RectificationChecked
        feedback = max(at for at, kind in enumerate(kinds) if kind is FeedbackGiven)
        rated_again = LaterEvaluationRecorded in kinds
        assert rated_again or RerateWindowEnded in kinds[feedback:]
        hands = {told[at].fact.actor.person for at in range(end - 1)}
        assert line.fact.actor.person not in hands


@settings(max_examples=60, deadline=None)
@given(steps(MATTER_STEPS))
def test_a_matter_closes_only_after_triage_feedback_and_revisit(
    story: list[tuple[Step | None, Wait]],
) -> None:
    city = tell_matter(story)
    told = lines(city, MATTER)
    for end, line in enumerate(told):
        if isinstance(line.fact.event, TicketClosed):
            assert before(told, end, lambda event: isinstance(event, MatterTriaged))
            assert isinstance(told[end - 1].fact.event, RevisitRecorded)
    assert city.ticket(MATTER).redo_count <= 2


@settings(max_examples=60, deadline=None)
@given(poor_stories, steps(MATTER_STEPS))
def test_no_ticket_is_left_without_a_clock(
    poor: list[tuple[Step | None, Wait]], matter: list[tuple[Step | None, Wait]]
) -> None:
    for city in (tell_poor(poor, RATINGS[0]), tell_matter(matter)):
        for stream, record in city.records.items():
            if stream.startswith("ticket/") and record.state.stage is not Stage.ARCHIVED:
                assert city.timers[stream], record.state.stage


@settings(max_examples=60, deadline=None)
@given(poor_stories, steps(MATTER_STEPS))
def test_a_replay_gives_the_kept_state_and_time_never_runs_back(
    poor: list[tuple[Step | None, Wait]], matter: list[tuple[Step | None, Wait]]
) -> None:
    for city in (tell_poor(poor, RATINGS[0]), tell_matter(matter)):
        for stream, record in city.records.items():
            told = lines(city, stream)
            evolve = aggregate_of(stream).evolve
            facts = [line.fact for line in told]
            assert reduce(evolve, facts, None) == record.state
            assert [line.version for line in told] == list(range(1, len(told) + 1))
            moments = [fact.occurred_at for fact in facts]
            assert moments == sorted(moments)


@settings(max_examples=40, deadline=None)
@given(poor_stories, st.sampled_from(RATINGS), st.data())
def test_a_rating_told_again_later_is_not_a_second_one(
    story: list[tuple[Step | None, Wait]], rating: Step, data: st.DataObject
) -> None:
    once = tell_poor(story, rating)
    place = data.draw(st.integers(0, len(story)))
    again = tell_poor([*story[:place], (rating, timedelta(0)), *story[place:]], rating)
    assert list(again.events(EvaluationRecorded)) == list(once.events(EvaluationRecorded))
