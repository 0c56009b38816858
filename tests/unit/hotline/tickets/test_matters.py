from datetime import timedelta
from typing import Any

import pytest

from hotline.people.actors import Actor, Role
from hotline.tickets.commands import (
    AcceptReturn,
    AcknowledgeTicket,
    AnswerTicket,
    AskForInformation,
    AssignTicket,
    CompleteAssist,
    ConcludeJointReview,
    GiveFeedback,
    GiveNotice,
    MergeTicket,
    OpenJointReview,
    OrderRectification,
    OrderRedo,
    ProvideInformation,
    RaiseObjection,
    RecordContact,
    RecordImprovement,
    RecordRevisit,
    RefuseTicket,
    RegisterTicket,
    RequestExtension,
    ReturnTicket,
    ReviewAnswer,
    SettleOnSpot,
    SubmitFeedback,
    TriageMatter,
)
from hotline.tickets.events import StageBecameOverdue, SupervisionOpened, TicketClosed
from hotline.tickets.vocabulary import (
    Channel,
    ClosureCode,
    ContactWay,
    Kind,
    MatterCause,
    MatterResult,
    MatterScope,
    RefusalClass,
    ReturnGround,
    Stage,
    TicketType,
)
from tests.city import (
    CALLER,
    CLERK,
    HALL,
    HANDLER,
    LEADER,
    MATTER_OFFICER,
    REGION,
    REVISITOR,
    ROADS,
    SHIFT_LEAD,
    WATER,
    City,
)

MATTER = "ticket/5118002026030207000001"
WINDOW = Actor("chuang", Role.WINDOW_CLERK, HALL)


def a_matter(**more: Any) -> RegisterTicket:
    given: dict[str, Any] = {
        "kind": Kind.MATTER,
        "type": TicketType.COMPLAINT,
        "channel": Channel.WINDOW,
        "region": REGION,
        "title": "报装办不成",
        "summary": "跑了三次",
        "caller": CALLER.person,
        "visits_count": 3,
        "rated_department": WATER,
    }
    return RegisterTicket(**given | more)


def a_triage(cause: MatterCause = MatterCause.SYSTEM_FAILURE, report: str = "") -> TriageMatter:
    return TriageMatter(
        cause=cause, scope=MatterScope.TWO_VISITS, opinion="应办", negative_report=report
    )


TRIAGE = a_triage()
ANSWER = AnswerTicket(
    public_text="已办成",
    internal_text="",
    basis="条例",
    solved=True,
    evidence=("照片",),
    matter_result=MatterResult.DONE,
)
REVIEW = ReviewAnswer(
    approved=True,
    contact_proven=True,
    answers_question=True,
    basis_stated=True,
    no_template=True,
    no_personal_data=True,
)
FEEDBACK = GiveFeedback(way=ContactWay.PHONE, text="已办成")
SOLVED = RecordRevisit(way=ContactWay.PHONE, connected=True, solved=True, satisfaction=4)
UNSOLVED = RecordRevisit(
    way=ContactWay.PHONE, connected=True, solved=False, satisfaction=2, text="还是不行"
)
JOINT = OpenJointReview(lead=WATER, assists=(ROADS,))


def registered(**more: Any) -> City:
    city = City()
    city.do(MATTER, a_matter(**more), MATTER_OFFICER)
    return city


def triaged(**more: Any) -> City:
    city = registered(**more)
    city.do(MATTER, TRIAGE, MATTER_OFFICER)
    return city


def handle(city: City) -> City:
    """Let the department handle and sign."""
    city.do(MATTER, RecordContact(way=ContactWay.PHONE, evidence="录音"), HANDLER)
    city.do(MATTER, ANSWER, HANDLER)
    city.do(MATTER, SubmitFeedback(), LEADER)
    return city


def signed(**more: Any) -> City:
    city = triaged(**more)
    city.do(MATTER, AssignTicket(lead=WATER, reason="职能"), MATTER_OFFICER)
    city.do(MATTER, AcknowledgeTicket(), CLERK)
    return handle(city)


def fed_back(**more: Any) -> City:
    city = signed(**more)
    city.do(MATTER, REVIEW, MATTER_OFFICER)
    city.do(MATTER, FEEDBACK, MATTER_OFFICER)
    return city


def closed() -> City:
    city = fed_back()
    city.do(MATTER, SOLVED, REVISITOR)
    return city


def rules(city: City) -> tuple[str, str]:
    ticket = city.ticket(MATTER)
    return (
        ticket.stage_due.rule if ticket.stage_due else "",
        ticket.department_due.rule if ticket.department_due else "",
    )


def test_a_matter_is_registered_by_real_name() -> None:
    assert City().refused(MATTER, a_matter(caller=""), MATTER_OFFICER) == "real-name-required"


def test_the_officer_is_not_of_the_window_complained_of() -> None:
    own = a_matter(rated_department=HALL)
    assert City().refused(MATTER, own, MATTER_OFFICER) == "own-window"
    city = City()
    city.do(MATTER, own, CALLER)
    assert city.refused(MATTER, TRIAGE, MATTER_OFFICER) == "own-window"


def test_triage_comes_within_a_working_day() -> None:
    city = registered()
    assert city.ticket(MATTER).stage is Stage.IN_TRIAGE
    assert rules(city)[0] == "default/matter_triage@1"


def test_a_plain_no_needs_a_report() -> None:
    city = registered()
    no = a_triage(MatterCause.CONDITIONS_NOT_MET)
    assert city.refused(MATTER, no, MATTER_OFFICER) == "negative-report-missing"
    city.do(MATTER, a_triage(MatterCause.CONDITIONS_NOT_MET, "否定报告"), MATTER_OFFICER)


def test_nothing_goes_on_before_triage() -> None:
    city = registered()
    assign = AssignTicket(lead=WATER, reason="职能")
    assert city.refused(MATTER, assign, MATTER_OFFICER) == "triage-missing"
    assert city.refused(MATTER, JOINT, MATTER_OFFICER) == "triage-missing"
    assert city.refused(MATTER, SettleOnSpot(result="成"), MATTER_OFFICER) == "triage-missing"


def test_a_returned_matter_is_assigned_anew_once_the_asked_information_came() -> None:
    city = triaged()
    city.do(MATTER, AssignTicket(lead=WATER, reason="职能"), MATTER_OFFICER)
    back = ReturnTicket(ground=ReturnGround.FUNCTION, basis="职责清单")
    city.do(MATTER, back, CLERK)
    city.do(MATTER, AcceptReturn(lesson="归口住建"), SHIFT_LEAD)
    city.do(MATTER, AskForInformation(missing="合同", way=ContactWay.PHONE), MATTER_OFFICER)
    city.do(MATTER, ProvideInformation(summary="已补"), CALLER)
    city.do(MATTER, AssignTicket(lead=ROADS, reason="职能"), MATTER_OFFICER)
    assert city.ticket(MATTER).stage is Stage.AWAITING_ACKNOWLEDGEMENT


def test_settled_on_the_spot_and_revisited() -> None:
    city = triaged()
    city.do(MATTER, SettleOnSpot(result="当场办成"), MATTER_OFFICER)
    assert city.ticket(MATTER).stage is Stage.SETTLED_ON_SPOT
    city.do(MATTER, SOLVED, REVISITOR)
    assert city.ticket(MATTER).stage is Stage.CLOSED


def test_a_notice_that_did_not_help_comes_back_to_triage() -> None:
    city = triaged()
    empty = GiveNotice(materials=("",), proof="签字")
    assert city.refused(MATTER, empty, MATTER_OFFICER) == "text-missing"
    city.do(MATTER, GiveNotice(materials=("房产证",), proof="签字"), MATTER_OFFICER)
    city.do(MATTER, UNSOLVED, REVISITOR)
    assert city.ticket(MATTER).stage is Stage.IN_TRIAGE
    assert city.refused(MATTER, JOINT, MATTER_OFFICER) == "triage-missing"


def test_outside_the_scope_another_way_is_told() -> None:
    city = registered()
    refusal = RefuseTicket(
        refusal_class=RefusalClass.OTHER_PROCEDURE, reason="诉讼", basis="条例", way_told=""
    )
    assert city.refused(MATTER, refusal, MATTER_OFFICER) == "text-missing"


def test_one_department_has_three_working_days() -> None:
    city = triaged()
    city.do(MATTER, AssignTicket(lead=WATER, reason="职能"), MATTER_OFFICER)
    assert rules(city) == ("default/acknowledge@1", "default/matter_single@1")
    several = AssignTicket(lead=WATER, assists=(ROADS,), reason="职能")
    assert triaged().refused(MATTER, several, MATTER_OFFICER) == "joint-review-required"


def test_several_departments_meet_in_a_joint_review() -> None:
    city = triaged()
    alone = OpenJointReview(lead=WATER, assists=())
    assert city.refused(MATTER, alone, MATTER_OFFICER) == "assists-missing"
    city.do(MATTER, JOINT, MATTER_OFFICER)
    assert rules(city)[1] == "default/matter_joint@1"
    stranger = ConcludeJointReview(minutes="纪要", lead=HALL)
    assert city.refused(MATTER, stranger, MATTER_OFFICER) == "not-at-the-table"
    city.do(MATTER, ConcludeJointReview(minutes="纪要", lead=WATER), MATTER_OFFICER)
    city.do(MATTER, AcknowledgeTicket(), CLERK)
    city.do(MATTER, RecordContact(way=ContactWay.PHONE, evidence="录音"), HANDLER)
    city.do(MATTER, ANSWER, HANDLER)
    assert city.refused(MATTER, SubmitFeedback(), LEADER) == "assist-open"
    city.do(MATTER, CompleteAssist(result="已配合"), Actor("lu", Role.HANDLER, ROADS))
    city.do(MATTER, SubmitFeedback(), LEADER)


def test_the_ceiling_is_fifteen_working_days() -> None:
    city = triaged()
    city.do(MATTER, JOINT, MATTER_OFFICER)
    city.do(MATTER, ConcludeJointReview(minutes="纪要", lead=WATER), MATTER_OFFICER)
    city.do(MATTER, AcknowledgeTicket(), CLERK)
    city.later(days=1)
    assert (
        city.refused(MATTER, RequestExtension(working_days=11, reason="难"), LEADER)
        == "beyond-ceiling"
    )
    city.do(MATTER, RequestExtension(working_days=5, reason="难"), LEADER)


def test_the_answer_names_its_result() -> None:
    city = triaged()
    city.do(MATTER, AssignTicket(lead=WATER, reason="职能"), MATTER_OFFICER)
    city.do(MATTER, AcknowledgeTicket(), CLERK)
    nameless = AnswerTicket(public_text="好", internal_text="", basis="法", solved=True)
    assert city.refused(MATTER, nameless, HANDLER) == "matter-result-missing"


def test_the_feedback_follows_a_review_within_a_working_day() -> None:
    city = signed()
    assert city.ticket(MATTER).stage is Stage.AWAITING_FEEDBACK
    assert rules(city)[0] == "default/matter_feedback@1"
    assert city.refused(MATTER, FEEDBACK, MATTER_OFFICER) == "review-missing"
    city.do(MATTER, REVIEW, MATTER_OFFICER)
    assert city.refused(MATTER, REVIEW, MATTER_OFFICER) == "already-reviewed"
    city.do(MATTER, FEEDBACK, MATTER_OFFICER)
    assert city.ticket(MATTER).stage is Stage.AWAITING_REVISIT


def test_an_answer_sent_back_is_drafted_again() -> None:
    city = signed()
    back = ReviewAnswer(
        approved=False,
        contact_proven=True,
        answers_question=False,
        basis_stated=True,
        no_template=True,
        no_personal_data=True,
        reason="答非所问",
    )
    city.do(MATTER, back, MATTER_OFFICER)
    assert city.ticket(MATTER).stage is Stage.IN_HANDLING
    assert not city.ticket(MATTER).checked


def test_the_leader_does_not_sign_an_own_draft() -> None:
    city = triaged()
    city.do(MATTER, AssignTicket(lead=WATER, reason="职能"), MATTER_OFFICER)
    city.do(MATTER, AcknowledgeTicket(), CLERK)
    city.do(MATTER, RecordContact(way=ContactWay.PHONE, evidence="录音"), HANDLER)
    city.do(MATTER, ANSWER, HANDLER)
    self_signed = Actor(HANDLER.person, Role.DEPARTMENT_LEADER, WATER)
    assert city.refused(MATTER, SubmitFeedback(), self_signed) == "own-handling"


def test_solved_closes_and_the_window_ends_in_the_archive() -> None:
    city = closed()
    assert city.ticket(MATTER).stage is Stage.CLOSED
    city.wait(city.at + timedelta(days=8))
    assert city.ticket(MATTER).stage is Stage.ARCHIVED


def test_the_caller_may_rate_a_feedback() -> None:
    city = fed_back()
    assert city.service(f"service/{MATTER.removeprefix('ticket/')}/1").department == WATER


def test_two_redos_then_closed_as_it_is() -> None:
    city = fed_back()
    for redo in (1, 2):
        city.do(MATTER, UNSOLVED, REVISITOR)
        assert city.ticket(MATTER).redo_count == redo
        assert rules(city)[1] == "default/redo@1"
        handle(city)
        city.do(MATTER, REVIEW, MATTER_OFFICER)
        city.do(MATTER, FEEDBACK, MATTER_OFFICER)
    city.do(MATTER, UNSOLVED, REVISITOR)
    (event,) = city.events(TicketClosed)
    assert event.code is ClosureCode.NOT_SETTLED


def test_unreached_three_times_is_closed_so() -> None:
    city = fed_back()
    unreached = RecordRevisit(way=ContactWay.PHONE, connected=False)
    for _ in range(3):
        city.do(MATTER, unreached, REVISITOR)
        city.later(hours=12)
    (event,) = city.events(TicketClosed)
    assert event.code is ClosureCode.UNREACHED


def test_whoever_fed_back_does_not_revisit() -> None:
    city = fed_back()
    officer = Actor(MATTER_OFFICER.person, Role.REVISITOR, "hotline")
    assert city.refused(MATTER, SOLVED, officer) == "second-person-required"


def test_an_objection_is_taken_up_again() -> None:
    city = closed()
    objection = RaiseObjection(channel=Channel.PHONE, summary="又不行了")
    city.do(MATTER, objection, CALLER)
    assert city.ticket(MATTER).stage is Stage.IN_TRIAGE
    redo = OrderRedo(lawful_because="合法", differently="上门")
    city.do(MATTER, redo, SHIFT_LEAD)
    ticket = city.ticket(MATTER)
    assert (ticket.stage, ticket.objected) == (Stage.IN_HANDLING, False)


def test_an_improvement_keeps_the_matter_out_of_the_archive() -> None:
    city = closed()
    assert (
        city.refused(MATTER, RecordImprovement(change="改指南"), LEADER)
        == "improvement-not-ordered"
    )
    city.do(MATTER, OrderRectification(measure="改办事指南"), MATTER_OFFICER)
    assert rules(city)[0] == "default/matter_improvement@1"
    city.wait(city.at + timedelta(days=25))
    assert city.ticket(MATTER).stage is Stage.CLOSED
    assert Stage.CLOSED in [event.stage for event in city.events(StageBecameOverdue)]
    city.do(MATTER, RecordImprovement(change="已改"), LEADER)
    assert city.ticket(MATTER).stage is Stage.ARCHIVED


def test_supervision_climbs_five_ten_fifteen_working_days_after_registration() -> None:
    city = triaged()
    city.do(MATTER, AssignTicket(lead=WATER, reason="职能"), MATTER_OFFICER)
    registered_at = city.ticket(MATTER).registered_at
    city.wait(registered_at + timedelta(days=22))
    levels = [
        (line.fact.event.level, (line.fact.occurred_at - registered_at).days)
        for line in city.log
        if isinstance(line.fact.event, SupervisionOpened) and line.fact.event.reason == "overdue"
    ]
    assert levels == [(1, 7), (2, 14), (3, 21)]


@pytest.mark.parametrize("command", [MergeTicket(main="1", reasons="同")])
def test_a_matter_has_no_such_way(command: MergeTicket) -> None:
    assert registered().refused(MATTER, command, SHIFT_LEAD) == "wrong-kind"
