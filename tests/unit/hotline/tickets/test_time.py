from dataclasses import replace
from datetime import date, datetime

from hotline.clocks.calendar import SHANGHAI, Calendar, Day, DayKind
from hotline.clocks.due import Clocks
from hotline.clocks.rules import PRESETS
from hotline.people.actors import CLOCK, SYSTEM
from hotline.tickets.commands import (
    CloseSupervision,
    DenyExtension,
    DenySuspension,
    FireTimer,
    GrantExtension,
    OpenSupervision,
    RecomputeDue,
    ReportStage,
    RequestExtension,
    RequestSuspension,
    ResumeTicket,
    SuspendTicket,
)
from hotline.tickets.events import (
    CitizenDueMissed,
    DueRecomputed,
    ExtensionDenied,
    ExtensionGranted,
    ExtensionRequested,
    OverdueNoticeIssued,
    StageBecameOverdue,
    StageReported,
    SupervisionClosed,
    SupervisionOpened,
    SuspensionDenied,
    SuspensionRequested,
    TicketBecameOverdue,
    TicketResumed,
    TicketSuspended,
    TicketUrged,
    TicketWarned,
)
from hotline.tickets.vocabulary import Light, Stage, SuspensionGround, TimerKind
from tests.unit.hotline.tickets.scenario import (
    ASSIGNER,
    AUTHORITY,
    HANDLER,
    LEADER,
    OPERATOR,
    ROADS_LEADER,
    SUPERVISOR,
    Act,
    Story,
    act,
    story,
)
from tests.unit.hotline.tickets.steps import (
    AWAITING_REVISIT,
    IN_HANDLING,
    PRECHECK,
    REGISTER,
    acknowledged,
    assigned,
    contacted,
    drafted,
    submitted,
)

EXTEND = RequestExtension(working_days=5, reason="等待配件")
UNTIL = datetime(2026, 3, 10, 9, 30, tzinfo=SHANGHAI)
SUSPEND = RequestSuspension(ground=SuspensionGround.JUDICIAL, evidence="鉴定委托书", until=UNTIL)
D = TimerKind.DEPARTMENT


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


def handled() -> Story:
    """A complaint of Monday 2 March, 10:00: both clocks end on Monday the 16th at 17:30."""
    return story(act(REGISTER, OPERATOR, at=_at(2, 10)), assigned(), acknowledged)


def _dues(told: Story) -> tuple[datetime, datetime]:
    department, citizen = told.state.department_due, told.state.citizen_due
    assert department is not None
    assert citizen is not None
    return department.due_at, citizen.due_at


def test_an_extension_moves_both_clocks() -> None:
    told = handled().when(act(EXTEND, LEADER, at=_at(4, 9))).then(ExtensionRequested)
    assert told.timer(D) is not None  # the clock runs on meanwhile
    told.when(act(GrantExtension(), ASSIGNER)).then(ExtensionGranted)
    assert _dues(told) == (_at(23, 17, 30), _at(23, 17, 30))


def test_an_extension_is_asked_a_working_day_ahead() -> None:
    handled().when(act(EXTEND, LEADER, at=_at(13, 17, 30))).then(ExtensionRequested)
    handled().when(act(EXTEND, LEADER, at=_at(13, 17, 31))).refused("extension-too-late")


def test_an_extension_is_ten_days_at_most() -> None:
    told = handled()
    told.when(act(replace(EXTEND, working_days=11), LEADER)).refused(
        "extension-days", days_max="10"
    )
    told.when(act(replace(EXTEND, working_days=0), LEADER)).refused("extension-days")
    told.when(act(replace(EXTEND, working_days=10), LEADER)).then(ExtensionRequested)


def test_only_the_lead_department_asks() -> None:
    handled().when(act(EXTEND, ROADS_LEADER)).refused("not-your-ticket")
    handled().when(act(SUSPEND, ROADS_LEADER)).refused("not-your-ticket")


def test_the_second_extension_is_granted_by_authority_and_there_is_no_third() -> None:
    told = handled().given(act(EXTEND, LEADER), act(GrantExtension(), ASSIGNER))
    told.given(act(EXTEND, LEADER)).when(act(GrantExtension(), ASSIGNER))
    told.refused("extension-needs-authority")
    told.when(act(GrantExtension(), AUTHORITY)).then(ExtensionGranted)
    told.when(act(EXTEND, LEADER)).refused("extension-used")


def test_a_denied_extension_changes_no_clock() -> None:
    told = handled().given(act(EXTEND, LEADER))
    told.when(act(DenyExtension(reason=""), ASSIGNER)).refused("text-missing")
    told.when(act(DenyExtension(reason="可按时办结"), ASSIGNER)).then(ExtensionDenied)
    assert _dues(told) == (_at(16, 17, 30), _at(16, 17, 30))
    told.holds(lambda t: t.stage is Stage.IN_HANDLING)


def test_a_suspension_stops_both_clocks_until_its_end() -> None:
    told = handled().when(act(SUSPEND, LEADER, at=_at(5, 15))).then(SuspensionRequested)
    told.when(act(SuspendTicket(), LEADER)).refused("second-person-required")
    told.when(act(SuspendTicket(), ASSIGNER)).then(TicketSuspended)
    assert told.timer(D) is None
    assert told.timer(TimerKind.CITIZEN) is None
    told.fire(TimerKind.RESUME).then(TicketResumed)
    assert told.now == UNTIL
    assert _dues(told) == (_at(19, 17, 30), _at(19, 17, 30))  # 3 working days: 6, 9, 10 March


def test_a_suspension_that_ends_late_gives_no_more_than_was_agreed() -> None:
    told = handled().given(act(SUSPEND, LEADER, at=_at(5, 15)), act(SuspendTicket(), ASSIGNER))
    told.when(Act(FireTimer(timer=TimerKind.RESUME, due_at=UNTIL), CLOCK, at=_at(20, 9)))
    assert _dues(told) == (_at(19, 17, 30), _at(19, 17, 30))


def test_a_ticket_may_go_on_early() -> None:
    told = handled().given(act(SUSPEND, LEADER, at=_at(5, 15)), act(SuspendTicket(), ASSIGNER))
    told.when(act(ResumeTicket(reason="鉴定完成"), LEADER, at=_at(6, 9))).then(TicketResumed)
    assert _dues(told) == (_at(17, 17, 30), _at(17, 17, 30))


def test_a_suspension_has_evidence_and_an_end_to_come() -> None:
    told = handled()
    told.when(act(replace(SUSPEND, evidence=""), LEADER)).refused("text-missing", field="evidence")
    told.when(act(replace(SUSPEND, until=_at(2, 9)), LEADER)).refused("until-in-the-past")
    told.when(act(SuspendTicket(), ASSIGNER)).refused("no-suspension-asked")


def test_a_denied_suspension_leaves_the_clocks_alone() -> None:
    told = handled().given(act(SUSPEND, LEADER))
    told.when(act(EXTEND, LEADER)).refused("suspension-pending")
    told.when(act(DenySuspension(reason="理由不成立"), ASSIGNER)).then(SuspensionDenied)
    assert _dues(told) == (_at(16, 17, 30), _at(16, 17, 30))
    told.when(act(EXTEND, LEADER)).then(ExtensionRequested)


def test_the_light_turns_yellow_then_red_then_supervision_climbs() -> None:
    told = handled()
    told.fire(D).then(TicketWarned).holds(lambda t: t.light is Light.YELLOW)
    assert told.now == _at(13, 9)
    told.fire(D).then(TicketBecameOverdue).holds(lambda t: t.light is Light.RED)
    assert told.now == _at(16, 17, 30)
    told.fire(D).then(OverdueNoticeIssued, TicketUrged)
    assert told.now == _at(17, 9)
    told.fire(D).then(SupervisionOpened).holds(lambda t: t.supervision == 1)
    assert told.now == _at(17, 17, 30)
    told.fire(D).holds(lambda t: t.supervision == 2)
    assert told.now == _at(19, 17, 30)
    told.fire(D).then(SupervisionOpened)
    told.holds(lambda t: (t.supervision, t.supervision_proposed) == (2, 3))
    assert told.now == _at(23, 17, 30)
    assert told.timer(D) is None
    assert told.timer(TimerKind.CITIZEN) is not None
    told.when(act(OpenSupervision(level=3, reason="超期5日"), SUPERVISOR)).then(SupervisionOpened)
    told.holds(lambda t: (t.supervision, t.supervision_proposed) == (3, 0))


def test_a_closed_supervision_does_not_climb_the_same_step_again() -> None:
    told = handled().fire(D).fire(D).fire(D).fire(D)
    told.when(act(CloseSupervision(text="已约谈"), SUPERVISOR)).then(SupervisionClosed)
    step = told.timer(D)
    assert step is not None
    assert step.rule == "level-2"


def test_a_timer_that_no_longer_runs_is_quiet() -> None:
    told = handled()
    timer = told.timer(D)
    assert timer is not None
    told.when(Act(FireTimer(timer=D, due_at=_at(12, 9)), CLOCK, at=_at(13, 9))).then()
    told.when(Act(FireTimer(timer=D, due_at=timer.due_at), CLOCK, at=_at(12, 9))).then()
    told.when(Act(FireTimer(timer=TimerKind.RESUME, due_at=_at(5, 9)), CLOCK, at=_at(13, 9)))
    told.then()


def test_a_missed_promise_is_renewed() -> None:
    told = handled().fire(TimerKind.CITIZEN).then(CitizenDueMissed)
    assert told.state.citizen_due is not None
    assert told.state.citizen_due.due_at == _at(23, 17, 30)  # 5 working days more


def test_an_extension_of_a_yellow_ticket_turns_it_green() -> None:
    told = handled().fire(D).given(act(EXTEND, LEADER), act(GrantExtension(), ASSIGNER))
    told.holds(lambda t: t.light is Light.GREEN)
    told.fire(D).then(TicketWarned)


def test_an_overdue_revisit_is_set_anew_and_supervision_climbs() -> None:
    told = story(*AWAITING_REVISIT).fire(TimerKind.STAGE).then(StageBecameOverdue)
    told.fire(TimerKind.STAGE).then(StageBecameOverdue, SupervisionOpened)
    told.fire(TimerKind.STAGE).holds(lambda t: t.supervision == 2)
    told.fire(TimerKind.STAGE).holds(lambda t: (t.supervision, t.supervision_proposed) == (2, 3))
    told.fire(TimerKind.STAGE).then(StageBecameOverdue)
    assert told.timer(TimerKind.STAGE) is not None


def test_a_complex_case_reports_every_five_working_days() -> None:
    told = story(act(REGISTER, OPERATOR, at=_at(2, 10)))
    told.given(act(replace(PRECHECK, complex=True), ASSIGNER), assigned(), acknowledged)
    timer = told.timer(TimerKind.STAGE)
    assert timer is not None
    assert timer.due_at == _at(9, 17, 30)
    told.when(act(ReportStage(text="已勘察"), HANDLER, at=_at(6, 9))).then(StageReported)
    timer = told.timer(TimerKind.STAGE)
    assert timer is not None
    assert timer.due_at == _at(13, 17, 30)


def test_a_new_calendar_moves_only_what_changes() -> None:
    told = handled().when(act(RecomputeDue(calendar="2026-1"), SYSTEM)).then()
    holiday = Day(date(2026, 3, 11), DayKind.HOLIDAY, "地方假日", "test")
    new_year = Day(date(2026, 1, 1), DayKind.HOLIDAY, "元旦", "test")
    told.clocks = Clocks(Calendar.of("2026-2", [new_year, holiday]), PRESETS["default"])
    told.when(act(RecomputeDue(calendar="2026-2"), SYSTEM)).then(DueRecomputed)
    event = told.facts[-1].event
    assert isinstance(event, DueRecomputed)
    assert event.citizen_due_before == _at(16, 17, 30)
    assert event.stage_due is None
    assert _dues(told) == (_at(17, 17, 30), _at(17, 17, 30))
    told.when(act(RecomputeDue(calendar="2026-2"), SYSTEM)).then()


def test_the_department_is_judged_by_its_own_clock() -> None:
    told = handled().given(contacted, drafted)
    told.given(replace(submitted, at=_at(16, 17, 30)))
    assert getattr(told.facts[-1].event, "on_time", None) is True
    told = handled().given(contacted, drafted, replace(submitted, at=_at(16, 17, 31)))
    assert getattr(told.facts[-1].event, "on_time", None) is False


def test_handling_itself_has_no_limit_but_the_two_clocks() -> None:
    told = story(*IN_HANDLING)
    assert told.timer(TimerKind.STAGE) is None


def test_a_request_is_decided_within_four_working_hours() -> None:
    for request in (EXTEND, SUSPEND):
        told = handled().given(act(request, LEADER, at=_at(3, 9)))
        timer = told.timer(TimerKind.STAGE)
        assert timer is not None
        assert timer.due_at == _at(3, 14, 30)
        told.fire(TimerKind.STAGE).then(StageBecameOverdue)
        assert told.timer(TimerKind.STAGE) is None


def test_a_pause_or_review_puts_the_stage_report_of_a_complex_case_aside() -> None:
    for request, end in (
        (EXTEND, DenyExtension(reason="不必")),
        (EXTEND, GrantExtension()),
        (SUSPEND, DenySuspension(reason="不必")),
    ):
        told = story(act(REGISTER, OPERATOR, at=_at(2, 10)))
        told.given(act(replace(PRECHECK, complex=True), ASSIGNER), assigned(), acknowledged)
        report = told.timer(TimerKind.STAGE)
        told.given(act(request, LEADER), act(end, ASSIGNER))
        assert told.timer(TimerKind.STAGE) == report


def test_a_ticket_is_suspended_twice_at_most() -> None:
    told = handled()
    for _ in range(2):
        told.given(act(SUSPEND, LEADER), act(SuspendTicket(), ASSIGNER))
        told.given(act(ResumeTicket(reason="完成"), LEADER))
    told.when(act(SUSPEND, LEADER)).refused("suspension-used", suspensions_max="2")


def test_a_suspension_that_was_denied_does_not_count() -> None:
    told = handled()
    for _ in range(3):
        told.given(act(SUSPEND, LEADER), act(DenySuspension(reason="不必"), ASSIGNER))
    told.when(act(SUSPEND, LEADER)).then(SuspensionRequested)


def test_a_resumed_complex_case_goes_on_reporting() -> None:
    told = story(act(REGISTER, OPERATOR, at=_at(2, 10)))
    told.given(act(replace(PRECHECK, complex=True), ASSIGNER), assigned(), acknowledged)
    report = told.timer(TimerKind.STAGE)
    told.given(act(SUSPEND, LEADER), act(SuspendTicket(), ASSIGNER))
    told.given(act(ResumeTicket(reason="完成"), LEADER))
    assert told.timer(TimerKind.STAGE) == report
    assert told.timer(TimerKind.RESUME) is None
