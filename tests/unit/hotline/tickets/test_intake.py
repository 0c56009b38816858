from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import SYSTEM
from hotline.tickets.commands import (
    AnswerDirectly,
    AppendAddition,
    ArchiveTicket,
    AskForInformation,
    CloseTicket,
    CorrectTicket,
    LinkChild,
    MergeTicket,
    ProvideInformation,
    RaiseObjection,
    RefuseTicket,
    SettleOnSpot,
    UnmergeTicket,
)
from hotline.tickets.events import (
    ChildLinked,
    InformationLapsed,
    InformationProvided,
    InformationRequested,
    ObjectionRaised,
    TicketAnsweredDirectly,
    TicketArchived,
    TicketClosed,
    TicketCorrected,
    TicketMerged,
    TicketRefused,
    TicketRegistered,
    TicketUnmerged,
)
from hotline.tickets.vocabulary import (
    Channel,
    ContactWay,
    Kind,
    RefusalClass,
    Secrecy,
    Stage,
    TicketType,
    TimerKind,
    Urgency,
)
from tests.unit.hotline.tickets.scenario import (
    ASSIGNER,
    CALLER,
    OPERATOR,
    OTHER_ASSIGNER,
    START,
    Story,
    act,
    story,
)
from tests.unit.hotline.tickets.steps import (
    CLOSED,
    IN_HANDLING,
    REGISTER,
    prechecked,
    registered,
)

DIRECT = AnswerDirectly(article="kb-7", article_version=2, text="周一至周五办理。")
REFUSE = RefuseTicket(
    refusal_class=RefusalClass.OTHER_BODY, reason="诉讼中", basis="诉讼法", way_told="12368"
)
MERGE = MergeTicket(main="5118002026030201000002", reasons="同一地点同一事项")
OBJECT = RaiseObjection(channel=Channel.PHONE, summary="仍未解决")


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


def test_a_registration_starts_the_promise_to_the_citizen() -> None:
    told = story(act(REGISTER, OPERATOR, at=_at(2, 10))).then(TicketRegistered)
    assert told.state.citizen_due is not None
    assert told.state.citizen_due.due_at == _at(16, 17, 30)  # 10 working days
    assert told.state.citizen_due.rule == "default/answer_complaint@1"


@pytest.mark.parametrize(
    ("urgency", "due_at"), [(Urgency.LIFE, _at(2, 12)), (Urgency.UTILITY, _at(3, 10))]
)
def test_an_emergency_runs_on_the_hours_of_the_day(urgency: Urgency, due_at: datetime) -> None:
    told = story(act(replace(REGISTER, urgency=urgency), OPERATOR, at=_at(2, 10)))
    assert told.state.citizen_due is not None
    assert told.state.citizen_due.due_at == due_at


def test_a_report_is_confidential_from_the_start() -> None:
    report = replace(REGISTER, type=TicketType.REPORT)
    story(act(report, OPERATOR)).holds(lambda t: t.secrecy is Secrecy.CONFIDENTIAL)


def test_a_higher_secrecy_is_kept() -> None:
    report = replace(REGISTER, type=TicketType.REPORT, secrecy=Secrecy.SECRET)
    story(act(report, OPERATOR)).holds(lambda t: t.secrecy is Secrecy.SECRET)


def test_nothing_but_a_registration_begins_a_ticket() -> None:
    Story().when(act(DIRECT, OPERATOR)).refused("no-such-ticket")


def test_a_number_is_registered_once() -> None:
    story(registered).when(registered).refused("already-registered")


def test_a_registration_says_what_it_is_about() -> None:
    Story().when(act(replace(REGISTER, title=" "), OPERATOR)).refused("text-missing", field="title")


def test_an_act_may_not_lie_before_the_newest_fact() -> None:
    early = act(DIRECT, OPERATOR, at=START)
    story(registered).when(early).refused("in-the-past")


def test_a_direct_answer_is_archived_after_the_objection_window() -> None:
    told = story(registered).when(act(DIRECT, OPERATOR)).then(TicketAnsweredDirectly)
    told.fire(TimerKind.STAGE).then(TicketArchived)
    assert told.now == _at(9, 17, 30)  # 5 working days
    told.when(act(AppendAddition(summary="新情况"), OPERATOR)).refused("archived")


def test_a_direct_answer_names_its_article_and_version() -> None:
    told = story(registered)
    told.when(act(replace(DIRECT, article=""), OPERATOR)).refused("text-missing")
    told.when(act(replace(DIRECT, article_version=0), OPERATOR)).refused("article-version-missing")


def test_a_report_is_not_answered_in_the_call() -> None:
    told = story(act(replace(REGISTER, type=TicketType.REPORT), OPERATOR))
    told.when(act(DIRECT, OPERATOR)).refused("report-not-answered-directly")


def test_a_refusal_tells_the_lawful_way() -> None:
    told = story(registered).when(act(replace(REFUSE, way_told=""), OPERATOR))
    told.refused("text-missing", field="way_told")
    told.when(act(REFUSE, OPERATOR)).then(TicketRefused)


def test_a_refusal_can_be_objected_to_within_five_working_days() -> None:
    told = story(registered, act(REFUSE, OPERATOR))
    told.when(act(OBJECT, CALLER, at=_at(9, 17, 30))).then(ObjectionRaised)
    told.holds(lambda t: t.stage is Stage.IN_TRIAGE and t.objected)


def test_an_objection_after_the_window_is_too_late() -> None:
    told = story(registered, act(REFUSE, OPERATOR))
    told.when(act(OBJECT, CALLER, at=_at(9, 17, 31))).refused("objection-too-late")


def test_whoever_refused_does_not_close() -> None:
    told = story(registered, act(REFUSE, OPERATOR))
    told.when(act(CloseTicket(), OPERATOR)).refused("second-person-required")
    told.when(act(CloseTicket(), ASSIGNER)).then(TicketClosed)


def test_closing_does_not_lengthen_the_objection_window() -> None:
    told = story(registered, act(DIRECT, OPERATOR))
    window = told.state.stage_due
    told.when(act(CloseTicket(), ASSIGNER, at=_at(5, 9))).holds(lambda t: t.stage_due == window)


def test_the_archive_waits_for_the_window() -> None:
    told = story(registered, act(DIRECT, OPERATOR))
    told.when(act(ArchiveTicket(), SYSTEM)).refused("objection-window-open")
    told.when(act(ArchiveTicket(), SYSTEM, at=_at(9, 17, 31))).then(TicketArchived)


def test_an_assigned_ticket_is_neither_refused_nor_answered_in_the_call() -> None:
    told = story(*IN_HANDLING)
    told.when(act(REFUSE, OPERATOR)).refused("wrong-stage", stage="InHandling")
    told.when(act(DIRECT, OPERATOR)).refused("wrong-stage", stage="InHandling")


def test_a_merged_ticket_runs_no_timer_and_comes_back_by_a_second_person() -> None:
    told = story(registered).when(act(MERGE, ASSIGNER)).then(TicketMerged)
    assert told.timer(TimerKind.STAGE) is None
    told.when(act(DIRECT, OPERATOR)).refused("merged", main=MERGE.main)
    told.when(act(UnmergeTicket(reason="地点不同"), ASSIGNER)).refused("second-person-required")
    told.when(act(UnmergeTicket(reason="地点不同"), OTHER_ASSIGNER)).then(TicketUnmerged)
    told.holds(lambda t: t.stage is Stage.AWAITING_PRECHECK and not t.main)


@pytest.mark.parametrize("kind", [Kind.MATTER, Kind.POOR_EVALUATION])
def test_nothing_is_merged_into_a_ticket_of_another_kind(kind: Kind) -> None:
    told = story(registered)
    told.ticket = replace(told.state, kind=kind)
    told.when(act(LinkChild(child="1", citizen_due_at=None), SYSTEM)).refused(
        "merge-kind", kind=kind.value
    )


def test_a_report_or_secret_ticket_is_never_merged() -> None:
    for changed in (
        replace(REGISTER, type=TicketType.REPORT),
        replace(REGISTER, secrecy=Secrecy.CONFIDENTIAL),
    ):
        told = story(act(changed, OPERATOR))
        told.when(act(MERGE, ASSIGNER)).refused("merge-secret")
        told.when(act(LinkChild(child="1", citizen_due_at=None), SYSTEM)).refused("merge-secret")


def test_a_programme_does_not_merge() -> None:
    story(registered).when(act(MERGE, SYSTEM)).refused("person-required")


def test_a_ticket_is_not_merged_into_itself() -> None:
    told = story(registered)
    own = replace(MERGE, main=told.state.number)
    told.when(act(own, ASSIGNER)).refused("merge-into-itself")


def test_a_main_ticket_keeps_the_earliest_promise_of_its_cluster() -> None:
    told = story(*IN_HANDLING)
    link = LinkChild(child="5118002026030201000003", citizen_due_at=_at(5, 17, 30))
    told.when(act(link, SYSTEM)).then(ChildLinked)
    assert told.state.citizen_due is not None
    assert told.state.citizen_due.due_at == _at(5, 17, 30)
    told.when(act(link, SYSTEM)).then()


def test_a_main_ticket_is_not_hidden_while_it_has_children() -> None:
    told = story(registered, act(LinkChild(child="1", citizen_due_at=None), SYSTEM))
    hide = CorrectTicket(reason="当事人要求", secrecy=Secrecy.CONFIDENTIAL)
    told.when(act(hide, OPERATOR)).refused("has-children", children="1")
    report = CorrectTicket(reason="实为举报", type=TicketType.REPORT)
    told.when(act(report, OPERATOR)).refused("has-children")


def test_a_main_ticket_is_not_merged_further() -> None:
    told = story(registered, act(LinkChild(child="1", citizen_due_at=None), SYSTEM))
    told.when(act(MERGE, ASSIGNER)).refused("has-children")


def test_asking_for_information_pauses_the_promise() -> None:
    told = story(act(REGISTER, OPERATOR, at=_at(2, 10)))
    ask = act(AskForInformation(missing="门牌号", way=ContactWay.PHONE), OPERATOR, at=_at(3, 9))
    told.when(ask).then(InformationRequested)
    assert told.timer(TimerKind.CITIZEN) is None
    told.when(act(ProvideInformation(summary="三号"), CALLER, at=_at(5, 9)))
    told.then(InformationProvided)
    assert told.state.citizen_due is not None
    assert told.state.citizen_due.due_at == _at(18, 17, 30)  # two working days later
    told.when(ask).refused("in-the-past")
    told.when(replace(ask, at=_at(5, 10))).refused("information-asked-before")


def test_information_that_never_comes_lets_the_ticket_go_on() -> None:
    ask = act(AskForInformation(missing="门牌号", way=ContactWay.PHONE), OPERATOR)
    told = story(registered, ask).fire(TimerKind.STAGE).then(InformationLapsed)
    told.holds(lambda t: t.stage is Stage.AWAITING_PRECHECK)
    assert told.timer(TimerKind.CITIZEN) is not None


def test_a_correction_keeps_both_values_and_counts_from_the_receipt() -> None:
    told = story(act(REGISTER, OPERATOR, at=_at(2, 10)))
    correct = CorrectTicket(reason="实为咨询", type=TicketType.CONSULT)
    told.when(act(correct, OPERATOR, at=_at(3, 10))).then(TicketCorrected)
    event = told.facts[-1].event
    assert isinstance(event, TicketCorrected)
    assert (event.before, event.after) == ({"type": "complaint"}, {"type": "consult"})
    assert told.state.citizen_due is not None
    assert told.state.citizen_due.due_at == _at(5, 17, 30)  # 3 working days from 03-02


def test_a_correction_says_why_and_changes_something() -> None:
    told = story(registered)
    told.when(act(CorrectTicket(reason="", title="新"), OPERATOR)).refused("text-missing")
    same = CorrectTicket(reason="核对", title=REGISTER.title)
    told.when(act(same, OPERATOR)).refused("nothing-to-correct")


def test_a_correction_never_makes_a_report_visible() -> None:
    told = story(act(replace(REGISTER, type=TicketType.REPORT), OPERATOR))
    open_it = CorrectTicket(reason="公开", secrecy=Secrecy.MASKED)
    told.when(act(open_it, OPERATOR)).refused("report-stays-secret")


def test_a_closed_ticket_takes_no_addition() -> None:
    told = story(*CLOSED)
    told.when(act(AppendAddition(summary="又坏了"), OPERATOR)).refused("wrong-stage")


def test_a_limit_before_assignment_is_reported_and_the_promise_runs_on() -> None:
    told = story(registered, prechecked).fire(TimerKind.STAGE)
    told.holds(lambda t: t.stage_overdue and t.stage is Stage.AWAITING_ASSIGNMENT)
    assert told.timer(TimerKind.STAGE) is None
    assert told.timer(TimerKind.CITIZEN) is not None
    told.fire(TimerKind.CITIZEN).holds(lambda t: t.citizen_due_missed)
    assert told.timer(TimerKind.CITIZEN) is not None


def test_a_moment_after_is_enough() -> None:
    later = act(DIRECT, OPERATOR, at=START + timedelta(minutes=1))
    story(registered).when(later).then(TicketAnsweredDirectly)


def test_information_says_something_and_so_does_an_addition() -> None:
    ask = act(AskForInformation(missing="门牌号", way=ContactWay.PHONE), OPERATOR)
    told = story(registered)
    told.when(act(AppendAddition(summary=""), OPERATOR)).refused("text-missing", field="summary")
    told.given(ask).when(act(ProvideInformation(summary=""), CALLER)).refused("text-missing")


def test_a_command_of_another_kind_is_refused() -> None:
    story(registered).when(act(SettleOnSpot(result="已办"), OPERATOR)).refused("wrong-kind")
