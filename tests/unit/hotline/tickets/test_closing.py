from dataclasses import replace
from datetime import datetime

import pytest

from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import (
    AnswerDirectly,
    ApproveExclusion,
    ApproveExplainedClosure,
    CloseSupervision,
    DenyExplainedClosure,
    LiftLegalHold,
    OpenSupervision,
    OrderRedo,
    PlaceLegalHold,
    ProposeExplainedClosure,
    RaiseObjection,
    RecordContact,
    RefuseExclusion,
    RequestExclusion,
    UrgeTicket,
)
from hotline.tickets.events import (
    AnswerApproved,
    AnswerDrafted,
    AnswerSentBack,
    ExclusionApproved,
    ExclusionRefused,
    ExclusionRequested,
    ExplainedClosureDenied,
    ExplainedClosureProposed,
    FeedbackSubmitted,
    LegalHoldLifted,
    LegalHoldPlaced,
    ObjectionDecided,
    ObjectionRaised,
    RedoOrdered,
    RevisitRecorded,
    SupervisionClosed,
    SupervisionOpened,
    TicketAnswered,
    TicketArchived,
    TicketClosed,
    TicketUrged,
    TriageOpened,
)
from hotline.tickets.vocabulary import (
    Channel,
    ClosureCode,
    ContactWay,
    ExclusionCode,
    Stage,
    TimerKind,
)
from tests.unit.hotline.tickets.scenario import (
    ASSIGNER,
    CALLER,
    HANDLER,
    HOTLINE,
    LEADER,
    OPERATOR,
    OTHER_ASSIGNER,
    OTHER_SHIFT_LEAD,
    REVISITOR,
    ROADS_LEADER,
    SHIFT_LEAD,
    SUPERVISOR,
    WATER,
    act,
    story,
)
from tests.unit.hotline.tickets.steps import (
    ANSWER,
    AWAITING_REVIEW,
    AWAITING_REVISIT,
    CLOSED,
    IN_HANDLING,
    IN_TRIAGE,
    PASS,
    REGISTER,
    UNREACHED,
    acknowledged,
    assigned,
    contacted,
    drafted,
    passed,
    registered,
    returned,
    revisited,
    submitted,
)

REDO = OrderRedo(lawful_because="诉求合法", differently="上门核实")
PROPOSE = ProposeExplainedClosure(code=ClosureCode.POLICY, basis="政策规定", text="已向您解释")
OBJECT = RaiseObjection(channel=Channel.PHONE, summary="不认可")
EXCLUDE = RequestExclusion(code=ExclusionCode.POLICY, reason="政策所限")
again = (act(REDO, SHIFT_LEAD), drafted, submitted, passed, revisited(solved=False))


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


def test_an_answer_rests_on_a_basis_and_evidence() -> None:
    told = story(*IN_HANDLING, contacted)
    told.when(act(replace(ANSWER, basis=""), HANDLER)).refused("text-missing", field="basis")
    told.when(act(replace(ANSWER, evidence=()), HANDLER)).refused("evidence-missing")
    told.when(act(replace(ANSWER, solved=False), HANDLER)).refused("text-missing")
    told.when(drafted).then(AnswerDrafted)


def test_nobody_signs_an_own_draft_and_there_is_one_to_sign() -> None:
    told = story(*IN_HANDLING, contacted).when(submitted).refused("no-draft")
    told.given(drafted)
    own = Actor("handler-1", Role.DEPARTMENT_LEADER, WATER)
    told.when(replace(submitted, actor=own)).refused("own-handling")
    told.when(replace(submitted, actor=ROADS_LEADER)).refused("not-your-ticket")
    told.when(submitted).then(FeedbackSubmitted)


def test_an_answer_without_contact_is_not_signed() -> None:
    told = story(*IN_HANDLING, drafted).when(submitted).refused("contact-missing")
    attempt = RecordContact(way=ContactWay.PHONE, evidence="call", reached=False)
    told.given(act(attempt, HANDLER), act(attempt, HANDLER)).when(submitted)
    told.refused("contact-missing")
    told.given(act(attempt, HANDLER)).when(submitted).then(FeedbackSubmitted)


def test_an_anonymous_citizen_cannot_be_contacted() -> None:
    told = story(act(replace(REGISTER, caller=""), OPERATOR), assigned(), acknowledged, drafted)
    told.when(submitted).then(FeedbackSubmitted)


def test_an_answer_passes_only_with_every_box_ticked() -> None:
    told = story(*AWAITING_REVIEW)
    told.when(act(replace(PASS, no_template=False), ASSIGNER))
    told.refused("checklist-incomplete", items="no_template")
    told.when(act(replace(PASS, approved=False), ASSIGNER)).refused("text-missing", field="reason")
    told.when(passed).then(AnswerApproved, TicketAnswered)
    answered = told.facts[-1].event
    assert isinstance(answered, TicketAnswered)
    assert answered.public_text == ANSWER.public_text


def test_the_signer_does_not_review() -> None:
    signer = Actor("leader-1", Role.ASSIGNMENT_OFFICER, HOTLINE)
    story(*AWAITING_REVIEW).when(act(PASS, signer)).refused("own-handling")


def test_review_time_is_not_charged_to_the_department_but_to_the_promise() -> None:
    told = story(act(REGISTER, OPERATOR, at=_at(2, 10)), assigned(), acknowledged)
    told.given(contacted, drafted, replace(submitted, at=_at(4, 16)))
    assert told.timer(TimerKind.DEPARTMENT) is None
    assert told.timer(TimerKind.CITIZEN) is not None
    promise = told.state.citizen_due
    back = replace(PASS, approved=False, reason="未回应第二问")
    told.when(act(back, OTHER_ASSIGNER, at=_at(6, 10))).then(AnswerSentBack)
    assert told.state.department_due is not None
    assert told.state.department_due.due_at == _at(17, 17, 30)  # one working day at most
    assert told.state.citizen_due == promise
    told.holds(lambda t: t.stage is Stage.IN_HANDLING and not t.draft_ready)


@pytest.mark.parametrize(
    ("solved", "satisfaction", "stage"),
    [(True, 3, Stage.CLOSED), (True, 2, Stage.IN_TRIAGE), (False, 5, Stage.IN_TRIAGE)],
)
def test_only_solved_and_not_dissatisfied_closes(
    solved: bool, satisfaction: int, stage: Stage
) -> None:
    told = story(*AWAITING_REVISIT, revisited(solved=solved, satisfaction=satisfaction))
    told.holds(lambda t: t.stage is stage)


def test_the_third_attempt_in_vain_closes_as_unreached() -> None:
    told = story(*AWAITING_REVISIT)
    told.when(act(UNREACHED, REVISITOR, at=_at(3, 9))).then(RevisitRecorded)
    told.when(act(UNREACHED, REVISITOR, at=_at(3, 11))).refused("same-half-day")
    told.when(act(UNREACHED, REVISITOR, at=_at(3, 14))).then(RevisitRecorded)
    told.when(act(UNREACHED, REVISITOR, at=_at(4, 9))).then(RevisitRecorded, TicketClosed)
    closed = told.facts[-1].event
    assert isinstance(closed, TicketClosed)
    assert closed.code is ClosureCode.UNREACHED


def test_a_revisit_says_whether_solved_and_how_satisfied() -> None:
    told = story(*AWAITING_REVISIT)
    bare = replace(UNREACHED, connected=True, solved=True)
    told.when(act(bare, REVISITOR)).refused("revisit-incomplete")
    told.when(act(replace(bare, satisfaction=6), REVISITOR)).refused("mark-out-of-range")


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (Actor("handler-1", Role.REVISITOR, HOTLINE), "own-handling"),
        (Actor("leader-1", Role.REVISITOR, HOTLINE), "own-handling"),
        (Actor("officer-2", Role.REVISITOR, HOTLINE), "second-person-required"),
        (Actor("officer-1", Role.REVISITOR, HOTLINE), "second-person-required"),
        (Actor("stranger", Role.REVISITOR, WATER), "handling-department"),
    ],
)
def test_who_may_not_revisit(actor: Actor, code: str) -> None:
    told = story(*AWAITING_REVISIT)
    told.when(replace(revisited(), actor=actor)).refused(code)


def test_the_hotline_revisits_what_it_handled_itself_by_another_person() -> None:
    own = Actor("handler-9", Role.HANDLER, HOTLINE)
    lead = Actor("leader-9", Role.DEPARTMENT_LEADER, HOTLINE)
    told = story(registered, assigned(HOTLINE), replace(acknowledged, actor=own))
    told.given(replace(contacted, actor=own), replace(drafted, actor=own))
    told.given(replace(submitted, actor=lead), passed)
    told.when(replace(revisited(), actor=replace(own, role=Role.REVISITOR)))
    told.refused("own-handling")
    told.when(revisited()).then(RevisitRecorded, TicketClosed)


def test_a_redo_starts_new_clocks_twice_at_most() -> None:
    told = story(*IN_TRIAGE).when(act(REDO, SHIFT_LEAD, at=_at(3, 10))).then(RedoOrdered)
    assert told.state.department_due is not None
    assert told.state.department_due.due_at == _at(10, 17, 30)
    assert told.state.citizen_due == told.state.department_due
    told.given(drafted, submitted, passed).when(revisited(solved=False))
    told.then(RevisitRecorded, TriageOpened)
    told.given(*again[:-1]).when(revisited(solved=False))
    told.then(RevisitRecorded, TriageOpened, SupervisionOpened).holds(lambda t: t.supervision == 2)
    told.when(act(REDO, SHIFT_LEAD)).refused("redo-exhausted", redos_max="2")


def test_a_redone_answer_is_not_returned() -> None:
    story(*IN_TRIAGE, act(REDO, SHIFT_LEAD)).when(returned).refused("return-after-redo")


def test_an_explained_closure_takes_two_persons() -> None:
    told = story(*IN_TRIAGE)
    told.when(act(ApproveExplainedClosure(), SHIFT_LEAD)).refused("nothing-proposed")
    told.when(act(PROPOSE, SHIFT_LEAD)).then(ExplainedClosureProposed)
    told.when(act(PROPOSE, OTHER_SHIFT_LEAD)).refused("closure-proposed")
    told.when(act(ApproveExplainedClosure(), SHIFT_LEAD)).refused("second-person-required")
    told.when(act(ApproveExplainedClosure(), OTHER_SHIFT_LEAD)).then(TicketClosed)
    told.holds(lambda t: t.stage is Stage.CLOSED_WITH_EXPLANATION)


def test_an_explained_closure_can_be_denied_and_proposed_anew() -> None:
    told = story(*IN_TRIAGE, act(PROPOSE, SHIFT_LEAD))
    told.when(act(DenyExplainedClosure(reason="证据不足"), SHIFT_LEAD))
    told.refused("second-person-required")
    told.when(act(DenyExplainedClosure(reason="证据不足"), OTHER_SHIFT_LEAD))
    told.then(ExplainedClosureDenied)
    told.when(act(PROPOSE, SHIFT_LEAD)).then(ExplainedClosureProposed)


def test_the_grounds_of_an_explained_closure_are_closed() -> None:
    told = story(*IN_TRIAGE)
    for code in (ClosureCode.SATISFIED, ClosureCode.UNREACHED, ClosureCode.NOT_SETTLED):
        told.when(act(replace(PROPOSE, code=code), SHIFT_LEAD)).refused("closure-code")
    told.given(*again, *again)
    settled = replace(PROPOSE, code=ClosureCode.NOT_SETTLED)
    told.when(act(settled, SHIFT_LEAD)).then(ExplainedClosureProposed)


def test_an_objection_is_decided_by_somebody_else_and_upheld_by_a_redo() -> None:
    told = story(*IN_TRIAGE, act(PROPOSE, SHIFT_LEAD))
    told.given(act(ApproveExplainedClosure(), OTHER_SHIFT_LEAD))
    told.when(act(OBJECT, CALLER)).then(ObjectionRaised)
    told.when(act(REDO, OTHER_SHIFT_LEAD)).refused("second-person-required")
    told.when(act(REDO, SHIFT_LEAD)).then(ObjectionDecided, RedoOrdered)


def test_an_objection_answered_without_a_redo_is_final() -> None:
    third = Actor("lead-3", Role.SHIFT_LEAD, HOTLINE)
    told = story(*CLOSED, act(OBJECT, CALLER), act(PROPOSE, SHIFT_LEAD))
    told.when(act(ApproveExplainedClosure(), third)).then(ObjectionDecided, TicketClosed)
    told.when(act(OBJECT, CALLER)).refused("objection-decided")
    told.fire(TimerKind.STAGE).then(TicketArchived)


def test_an_upheld_objection_without_a_department_goes_to_precheck() -> None:
    direct = act(AnswerDirectly(article="kb-1", article_version=1, text="见指南"), OPERATOR)
    told = story(registered, direct, act(OBJECT, CALLER), act(REDO, SHIFT_LEAD))
    told.holds(lambda t: t.stage is Stage.AWAITING_PRECHECK and t.department_due is None)
    assert told.timer(TimerKind.CITIZEN) is not None


def test_exclusion_is_decided_by_a_second_person_outside() -> None:
    told = story(*CLOSED).when(act(EXCLUDE, LEADER)).then(ExclusionRequested)
    told.when(act(EXCLUDE, LEADER)).refused("exclusion-asked")
    for actor, code in (
        (LEADER, "own-handling"),
        (Actor("stranger", Role.ASSESSOR, WATER), "handling-department"),
        (OTHER_ASSIGNER, "second-person-required"),
        (REVISITOR, "second-person-required"),
    ):
        told.when(act(ApproveExclusion(), actor)).refused(code)
    told.when(act(ApproveExclusion(), SUPERVISOR)).then(ExclusionApproved)


def test_an_exclusion_asked_in_time_is_decided_after_the_archive_too() -> None:
    told = story(*CLOSED).fire(TimerKind.STAGE)
    told.when(act(EXCLUDE, LEADER)).refused("archived")
    told = story(*CLOSED, act(EXCLUDE, LEADER)).fire(TimerKind.STAGE).then(TicketArchived)
    told.when(act(ApproveExclusion(), SUPERVISOR)).then(ExclusionApproved)


def test_a_refused_exclusion_says_why_and_is_not_asked_again() -> None:
    told = story(*CLOSED)
    told.when(act(ApproveExclusion(), SUPERVISOR)).refused("no-exclusion-asked")
    told.given(act(EXCLUDE, LEADER))
    told.when(act(RefuseExclusion(reason=""), SUPERVISOR)).refused("text-missing")
    told.when(act(RefuseExclusion(reason="理由不足"), SUPERVISOR)).then(ExclusionRefused)
    told.when(act(EXCLUDE, LEADER)).refused("exclusion-asked")


def test_supervision_goes_up_by_level_and_down_by_text() -> None:
    told = story(*IN_HANDLING)
    told.when(act(OpenSupervision(level=4, reason="x"), SUPERVISOR)).refused("supervision-level")
    told.when(act(OpenSupervision(level=2, reason="推诿"), SUPERVISOR)).then(SupervisionOpened)
    told.when(act(OpenSupervision(level=1, reason="推诿"), SUPERVISOR))
    told.refused("supervision-not-higher")
    told.when(act(CloseSupervision(text=" "), SUPERVISOR)).refused("text-missing")
    told.when(act(CloseSupervision(text="已办结"), LEADER)).refused("handling-department")
    told.when(act(CloseSupervision(text="已办结"), SUPERVISOR)).then(SupervisionClosed)
    told.when(act(CloseSupervision(text="已办结"), SUPERVISOR)).refused("no-supervision")


def test_urging_is_for_open_tickets() -> None:
    story(*IN_HANDLING).when(act(UrgeTicket(reason="来电催办"), OPERATOR)).then(TicketUrged)
    story(*CLOSED).when(act(UrgeTicket(reason="来电催办"), OPERATOR)).refused("wrong-stage")


def test_a_legal_hold_reaches_an_archived_ticket() -> None:
    told = story(*CLOSED).fire(TimerKind.STAGE).then(TicketArchived)
    told.when(act(LiftLegalHold(reason="结束"), SUPERVISOR)).refused("not-held")
    told.when(act(PlaceLegalHold(reason="案件调查"), SUPERVISOR)).then(LegalHoldPlaced)
    told.when(act(PlaceLegalHold(reason="案件调查"), SUPERVISOR)).refused("already-held")
    told.when(act(LiftLegalHold(reason="结案"), SUPERVISOR)).then(LegalHoldLifted)


def test_a_leader_who_signed_once_may_sign_again() -> None:
    back = act(replace(PASS, approved=False, reason="未答全"), OTHER_ASSIGNER)
    story(*AWAITING_REVIEW, back, drafted).when(submitted).then(FeedbackSubmitted)
