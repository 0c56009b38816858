from datetime import timedelta

import pytest

from hotline.clocks.vocabulary import ClockName
from hotline.evaluations.commands import RateLater
from hotline.evaluations.vocabulary import EvaluationChannel, Mark
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import (
    AcceptReturn,
    AcknowledgeTicket,
    AnswerTicket,
    AssignTicket,
    CheckRectification,
    CloseTicket,
    CompleteRectification,
    DecideAppeal,
    FileAppeal,
    GiveFeedback,
    RecordRevisit,
    RegisterTicket,
    RequestExtension,
    ReturnTicket,
)
from hotline.tickets.events import (
    RectificationCompleted,
    RerateWindowEnded,
    StageBecameOverdue,
    TicketClosed,
)
from hotline.tickets.vocabulary import (
    AppealGround,
    Channel,
    ClosureCode,
    ContactWay,
    Kind,
    Light,
    RectificationResult,
    ReturnGround,
    Stage,
    TicketType,
    VerificationFinding,
)
from tests.city import (
    CITIZEN,
    CLERK,
    EVALUATION_OFFICER,
    HANDLER,
    LEADER,
    OPERATOR,
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
    rated,
)

REASONABLE = VerificationFinding.REASONABLE
DONE = CompleteRectification(result=RectificationResult.RECTIFIED, measure="补发清单", proof="p1")
TOLD = GiveFeedback(way=ContactWay.PHONE, text="已整改")
PASSED = CheckRectification(passed=True)


def reached(finding: VerificationFinding = REASONABLE) -> RecordRevisit:
    return RecordRevisit(way=ContactWay.PHONE, connected=True, finding=finding)


def unreached(finding: VerificationFinding | None = None) -> RecordRevisit:
    return RecordRevisit(way=ContactWay.PHONE, connected=False, finding=finding)


def claimed(level: int = 1) -> City:
    city = rated(level)
    city.do(city.loop(), AcknowledgeTicket(handler=HANDLER.person), CLERK)
    return city


def verified(finding: VerificationFinding = REASONABLE) -> City:
    city = claimed()
    city.do(city.loop(), reached(finding), REVISITOR)
    return city


def rectified() -> City:
    city = verified()
    city.later(days=1)
    city.do(city.loop(), DONE, HANDLER)
    return city


def told() -> City:
    city = rectified()
    city.do(city.loop(), TOLD, HANDLER)
    return city


def window_ended() -> City:
    city = told()
    city.wait(city.at + timedelta(days=8))
    return city


def test_a_poor_rating_opens_the_loop_at_the_rated_department() -> None:
    city = rated(2)
    ticket = city.ticket(city.loop())
    assert (ticket.kind, ticket.stage) == (Kind.POOR_EVALUATION, Stage.AWAITING_ACKNOWLEDGEMENT)
    assert (ticket.lead, ticket.evaluation, ticket.level) == (WATER, SERVICE, 2)
    assert ticket.number.startswith(f"{REGION}2026030209")
    assert len(ticket.number) == 22


@pytest.mark.parametrize("level", [3, 4, 5])
def test_a_good_rating_opens_none(level: int) -> None:
    assert not rated(level).service().loop


def test_nobody_registers_a_poor_evaluation_by_hand() -> None:
    by_hand = RegisterTicket(
        kind=Kind.POOR_EVALUATION,
        type=TicketType.COMPLAINT,
        channel=Channel.POOR_EVALUATION,
        region=REGION,
        title="差评",
        summary="",
        evaluation=SERVICE,
        level=1,
    )
    assert City().refused("ticket/1", by_hand, OPERATOR) == "role-forbidden"


def test_the_whole_loop_to_the_archive() -> None:
    city = window_ended()
    loop = city.loop()
    assert len(list(city.events(RerateWindowEnded))) == 1
    city.do(loop, PASSED, EVALUATION_OFFICER)
    assert city.ticket(loop).stage is Stage.CLOSED
    (closed,) = city.events(TicketClosed)
    assert closed.code is ClosureCode.CHECKED
    city.wait(city.at + timedelta(days=8))
    assert city.ticket(loop).stage is Stage.ARCHIVED
    assert city.timers[loop] == ()


@pytest.mark.parametrize(
    ("finding", "clock"),
    [
        (VerificationFinding.REASONABLE, ClockName.POOR_RECTIFY),
        (VerificationFinding.COMPLEX, ClockName.POOR_RECTIFY_COMPLEX),
        (VerificationFinding.NO_LEGAL_BASIS, ClockName.POOR_EXPLAIN),
        (VerificationFinding.ITEM_ITSELF, ClockName.POOR_ITEM),
    ],
)
def test_the_finding_sets_the_clock(finding: VerificationFinding, clock: ClockName) -> None:
    city = verified(finding)
    due = city.ticket(city.loop()).department_due
    assert due is not None
    assert due.rule == f"default/{clock}@1"


def test_the_revisitor_stands_outside_the_rated_department() -> None:
    city = claimed()
    inside = Actor("rui", Role.REVISITOR, WATER)
    assert city.refused(city.loop(), reached(), inside) == "rated-department"


def test_three_attempts_on_different_half_days() -> None:
    city = claimed()
    loop = city.loop()
    assert city.refused(loop, unreached(REASONABLE), REVISITOR) == "evaluator-not-reached"
    city.do(loop, unreached(), REVISITOR)
    assert city.refused(loop, unreached(), REVISITOR) == "same-half-day"
    city.later(hours=5)
    city.do(loop, unreached(), REVISITOR)
    assert city.ticket(loop).stage is Stage.IN_VERIFICATION
    city.later(hours=18)
    assert city.refused(loop, unreached(), REVISITOR) == "finding-missing"
    city.do(loop, unreached(VerificationFinding.COMPLEX), REVISITOR)
    assert city.ticket(loop).stage is Stage.IN_RECTIFICATION


def test_an_anonymous_rating_is_verified_without_a_call() -> None:
    no_call = RecordRevisit(way=ContactWay.NONE, connected=False, finding=REASONABLE)
    named = claimed()
    assert named.refused(named.loop(), no_call, REVISITOR) == "contact-way-missing"
    anonymous = rated(1, evaluator="")
    anonymous.do(anonymous.loop(), AcknowledgeTicket(), CLERK)
    anonymous.do(anonymous.loop(), no_call, REVISITOR)
    assert anonymous.ticket(anonymous.loop()).stage is Stage.IN_RECTIFICATION


def test_rectification_needs_measure_and_proof() -> None:
    city = verified()
    empty = CompleteRectification(result=RectificationResult.RECTIFIED, measure="改", proof=" ")
    assert city.refused(city.loop(), empty, HANDLER) == "text-missing"


@pytest.mark.parametrize("result", [RectificationResult.MISTAKEN, RectificationResult.MALICIOUS])
def test_the_department_does_not_call_a_rating_mistaken_itself(result: RectificationResult) -> None:
    city = verified()
    own_word = CompleteRectification(result=result, measure="无", proof="p")
    assert city.refused(city.loop(), own_word, HANDLER) == "appeal-required"


def test_late_rectification_is_on_record() -> None:
    city = verified()
    city.wait(city.at + timedelta(days=9))
    assert city.ticket(city.loop()).light is Light.RED
    city.do(city.loop(), DONE, HANDLER)
    (done,) = city.events(RectificationCompleted)
    assert not done.on_time


def test_another_department_may_not_rectify() -> None:
    city = verified()
    stranger = Actor("x", Role.HANDLER, ROADS)
    assert city.refused(city.loop(), DONE, stranger) == "not-your-department"


def test_the_check_waits_for_the_evaluator() -> None:
    city = told()
    assert city.refused(city.loop(), PASSED, EVALUATION_OFFICER) == "rerate-window-open"


def test_the_evaluator_rates_once_more_after_the_feedback() -> None:
    city = told()
    later = RateLater(level=4, channel=EvaluationChannel.MOBILE)
    city.do(SERVICE, later, CITIZEN)
    ticket = city.ticket(city.loop())
    assert ticket.rerated
    city.do(city.loop(), PASSED, EVALUATION_OFFICER)
    assert city.ticket(city.loop()).stage is Stage.CLOSED


def test_after_the_window_the_evaluator_is_too_late() -> None:
    city = window_ended()
    later = RateLater(level=4, channel=EvaluationChannel.MOBILE)
    assert city.refused(SERVICE, later, CITIZEN) == "rerate-window-closed"


def test_a_failed_check_goes_back_with_a_new_clock_and_a_new_window() -> None:
    city = window_ended()
    loop = city.loop()
    silent = CheckRectification(passed=False)
    assert city.refused(loop, silent, EVALUATION_OFFICER) == "text-missing"
    city.do(loop, CheckRectification(passed=False, reason="没有改"), EVALUATION_OFFICER)
    ticket = city.ticket(loop)
    assert (ticket.stage, ticket.light) == (Stage.IN_RECTIFICATION, Light.GREEN)
    assert ticket.department_due is not None
    assert ticket.department_due.received_at == city.at
    city.do(loop, DONE, HANDLER)
    city.do(loop, TOLD, HANDLER)
    assert city.refused(loop, PASSED, EVALUATION_OFFICER) == "rerate-window-open"


@pytest.mark.parametrize(
    ("person", "department", "code"),
    [
        ("hai", "hall", "own-handling"),
        ("x", WATER, "rated-department"),
        ("rui", "hall", "second-person-required"),
    ],
)
def test_who_had_a_hand_in_it_does_not_check(person: str, department: str, code: str) -> None:
    city = window_ended()
    checker = Actor(person, Role.EVALUATION_OFFICER, department)
    assert city.refused(city.loop(), PASSED, checker) == code


def appeal(ground: AppealGround, evidence: str = "录像", *, confirmed: bool = False) -> FileAppeal:
    return FileAppeal(ground=ground, evidence=evidence, evaluator_confirmed=confirmed)


def appealed(ground: AppealGround) -> City:
    city = verified()
    city.do(city.loop(), appeal(ground), LEADER)
    return city


UPHELD = DecideAppeal(upheld=True, reason="证据充分")


def test_a_mistaken_rating_ends_the_loop_and_is_marked() -> None:
    city = appealed(AppealGround.MISTAKEN)
    city.do(city.loop(), UPHELD, EVALUATION_OFFICER)
    assert city.ticket(city.loop()).stage is Stage.CLOSED
    assert city.service().mark is Mark.MISTAKEN
    assert city.service().level == 1
    (closed,) = city.events(TicketClosed)
    assert closed.code is ClosureCode.APPEAL_MISTAKEN


def test_a_malicious_rating_is_marked_and_the_loop_goes_on() -> None:
    city = appealed(AppealGround.MALICIOUS)
    city.do(city.loop(), UPHELD, EVALUATION_OFFICER)
    ticket = city.ticket(city.loop())
    assert (ticket.stage, ticket.malicious) == (Stage.IN_RECTIFICATION, True)
    assert city.service().mark is Mark.MALICIOUS


def test_an_appeal_not_upheld_leaves_the_rating_alone() -> None:
    city = appealed(AppealGround.MISTAKEN)
    city.do(city.loop(), DecideAppeal(upheld=False, reason="无据"), EVALUATION_OFFICER)
    assert city.ticket(city.loop()).stage is Stage.IN_RECTIFICATION
    assert city.service().mark is Mark.NONE
    assert city.refused(city.loop(), appeal(AppealGround.MALICIOUS), LEADER) == "appeals-exhausted"


@pytest.mark.parametrize(
    ("decider", "code"),
    [
        (Actor("li", Role.SHIFT_LEAD, "hotline"), "own-handling"),
        (Actor("x", Role.EVALUATION_OFFICER, WATER), "rated-department"),
        (Actor("rui", Role.SHIFT_LEAD, "hotline"), "second-person-required"),
        (LEADER, "role-forbidden"),
    ],
)
def test_an_appeal_is_decided_by_a_second_person(decider: Actor, code: str) -> None:
    city = appealed(AppealGround.MISTAKEN)
    assert city.refused(city.loop(), UPHELD, decider) == code


def test_an_appeal_needs_evidence_or_the_evaluators_word() -> None:
    city = verified()
    loop = city.loop()
    assert city.refused(loop, appeal(AppealGround.MISTAKEN, ""), LEADER) == "text-missing"
    bare = appeal(AppealGround.MALICIOUS, "", confirmed=True)
    assert city.refused(loop, bare, LEADER) == "text-missing"
    city.do(loop, appeal(AppealGround.MISTAKEN, "", confirmed=True), LEADER)


def test_an_appeal_comes_within_three_working_days() -> None:
    city = verified()
    city.later(days=4)
    assert city.refused(city.loop(), appeal(AppealGround.MISTAKEN), LEADER) == "too-late"


def test_no_clock_stops_for_an_appeal() -> None:
    city = verified()
    due = city.ticket(city.loop()).department_due
    city.do(city.loop(), appeal(AppealGround.MISTAKEN), LEADER)
    city.wait(city.at + timedelta(days=8))
    ticket = city.ticket(city.loop())
    assert (ticket.stage, ticket.light) == (Stage.IN_APPEAL, Light.RED)
    assert ticket.department_due == due


def test_the_limit_of_the_verification_runs_on_under_the_appeal() -> None:
    city = claimed()
    limit = city.ticket(city.loop()).stage_due
    city.do(city.loop(), appeal(AppealGround.MISTAKEN), LEADER)
    city.do(city.loop(), DecideAppeal(upheld=False, reason="无据"), SHIFT_LEAD)
    ticket = city.ticket(city.loop())
    assert (ticket.stage, ticket.stage_due) == (Stage.IN_VERIFICATION, limit)


def test_only_a_wrong_department_hands_it_back() -> None:
    city = rated(1)
    loop = city.loop()
    unclear = ReturnTicket(ground=ReturnGround.INSUFFICIENT, basis="不清")
    assert city.refused(loop, unclear, LEADER) == "return-ground-forbidden"
    city.do(loop, ReturnTicket(ground=ReturnGround.FUNCTION, basis="三定方案"), LEADER)
    city.do(loop, AcceptReturn(lesson="道路归交通局"), EVALUATION_OFFICER)
    city.do(loop, AssignTicket(lead=ROADS, reason="三定方案"), EVALUATION_OFFICER)
    assert city.ticket(loop).lead == ROADS
    assert city.ticket(loop).stage is Stage.AWAITING_ACKNOWLEDGEMENT


def test_there_is_no_other_way_out() -> None:
    city = verified()
    loop = city.loop()
    assert city.refused(loop, CloseTicket(), SHIFT_LEAD) == "wrong-kind"
    assert city.refused(loop, RequestExtension(working_days=5, reason="忙"), LEADER) == "wrong-kind"
    answer = AnswerTicket(public_text="好", internal_text="", basis="法", solved=True)
    assert city.refused(loop, answer, HANDLER) == "wrong-kind"


def test_a_late_claim_is_on_record() -> None:
    city = rated(1)
    city.wait(city.at + timedelta(days=2))
    late = list(city.events(StageBecameOverdue))
    assert [event.stage for event in late] == [Stage.AWAITING_ACKNOWLEDGEMENT]


def test_a_rating_of_an_unknown_department_opens_the_loop_too() -> None:
    city = City()
    city.do(SERVICE, a_service(department="gone"), PEER)
    city.do(SERVICE, a_rating(1), CITIZEN)
    assert city.ticket(city.loop()).stage is Stage.AWAITING_ASSIGNMENT
