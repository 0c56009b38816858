from dataclasses import replace
from datetime import datetime

from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import SYSTEM, Actor, Role
from hotline.tickets.commands import (
    AcceptReturn,
    AcknowledgeTicket,
    AdjudicateTicket,
    AssignTicket,
    CompleteAssist,
    RecordContact,
    RefuseReturn,
    RequestAssist,
    WaiveAssist,
)
from hotline.tickets.events import (
    AdjudicationOpened,
    AssistCompleted,
    AssistRequested,
    AssistWaived,
    ContactRecorded,
    ReturnAccepted,
    ReturnRefused,
    StageBecameOverdue,
    SupervisionOpened,
    TicketAcknowledged,
    TicketAdjudicated,
    TicketAssigned,
    TicketPrechecked,
    TicketReturned,
)
from hotline.tickets.vocabulary import ContactWay, Stage, TicketType, TimerKind, Urgency
from tests.unit.hotline.tickets.scenario import (
    ADMINISTRATOR,
    ASSIGNER,
    HANDLER,
    HOTLINE,
    LEADER,
    OPERATOR,
    OTHER_ASSIGNER,
    ROADS,
    ROADS_HANDLER,
    ROADS_LEADER,
    SHIFT_LEAD,
    STREET,
    VILLAGE,
    WATER,
    act,
    story,
)
from tests.unit.hotline.tickets.steps import (
    IN_HANDLING,
    PRECHECK,
    REGISTER,
    RETURN,
    acknowledged,
    assigned,
    drafted,
    prechecked,
    registered,
    return_accepted,
    returned,
    submitted,
)

ADJUDICATE = AdjudicateTicket(lead=ROADS, minutes="会议纪要", heard=(WATER, ROADS))
REASSIGN = AssignTicket(lead=ROADS, reason="道路归属")
roads_returned = act(RETURN, ROADS_LEADER)


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


def test_a_precheck_that_changes_the_type_counts_from_registration() -> None:
    told = story(act(REGISTER, OPERATOR, at=_at(2, 10)))
    consult = replace(PRECHECK, type=TicketType.CONSULT)
    told.when(act(consult, ASSIGNER, at=_at(3, 10))).then(TicketPrechecked)
    assert told.state.citizen_due is not None
    assert told.state.citizen_due.due_at == _at(5, 17, 30)


def test_a_precheck_names_a_class() -> None:
    told = story(registered).when(act(replace(PRECHECK, category=""), ASSIGNER))
    told.refused("text-missing", field="category")


def test_the_department_is_timed_from_assignment_not_from_acknowledgement() -> None:
    told = story(act(REGISTER, OPERATOR, at=_at(2, 10)), prechecked)
    told.given(replace(assigned(), at=_at(3, 10)), replace(acknowledged, at=_at(3, 16)))
    assert told.state.department_due is not None
    assert told.state.department_due.due_at == _at(17, 17, 30)
    assert told.state.department_due.received_at == _at(3, 10)


def test_a_registered_ticket_is_assigned_with_its_precheck_in_one_act() -> None:
    story(registered).when(assigned()).then(TicketPrechecked, TicketAssigned)


def test_an_assignment_names_a_catalogue_entry_or_a_reason() -> None:
    told = story(registered, prechecked).when(act(AssignTicket(lead=WATER), ASSIGNER))
    told.refused("text-missing", field="reason")


def test_only_known_departments_get_work() -> None:
    told = story(registered, prechecked)
    told.when(assigned("nobody")).refused("unknown-department", department="nobody")
    told.when(assigned(WATER, "nobody")).refused("unknown-department", department="nobody")
    told.when(assigned(WATER, WATER)).refused("department-named-twice")


def test_what_belongs_to_a_department_is_not_passed_down() -> None:
    duty = act(replace(PRECHECK, category="duty"), ASSIGNER)
    told = story(registered, duty)
    told.when(assigned(STREET)).refused("department-duty", department=STREET)
    override = AssignTicket(lead=STREET, entry="catalogue-1", override_duty_guard=True)
    told.when(act(override, ASSIGNER)).refused("text-missing", field="reason")
    told.when(act(replace(override, reason="应急先行处置"), ASSIGNER)).then(TicketAssigned)
    event = told.facts[-1].event
    assert isinstance(event, TicketAssigned)
    assert event.duty_guard_overridden


def test_an_operator_does_not_assign_a_report() -> None:
    report = act(replace(REGISTER, type=TicketType.REPORT), OPERATOR)
    told = story(report).when(replace(assigned(), actor=OPERATOR))
    told.refused("report-not-by-operator")
    told.when(assigned()).then(TicketPrechecked, TicketAssigned)


def test_only_the_lead_department_acknowledges() -> None:
    told = story(registered, prechecked, assigned())
    told.when(act(AcknowledgeTicket(), ROADS_LEADER)).refused("not-your-ticket")
    told.when(acknowledged).then(TicketAcknowledged)


def test_a_superior_acts_for_its_village_and_never_the_other_way() -> None:
    street = Actor("street-1", Role.DEPARTMENT_LEADER, STREET)
    village = Actor("village-1", Role.DEPARTMENT_LEADER, VILLAGE)
    told = story(registered, prechecked, assigned(VILLAGE))
    told.when(act(AcknowledgeTicket(), street)).then(TicketAcknowledged)
    told = story(registered, prechecked, assigned(STREET))
    told.when(act(AcknowledgeTicket(), village)).refused("not-your-ticket")


def test_a_late_first_contact_is_reported_once() -> None:
    told = story(*IN_HANDLING).fire(TimerKind.CONTACT).then(StageBecameOverdue)
    assert told.timer(TimerKind.CONTACT) is None


def test_a_contact_needs_evidence_and_ends_its_clock() -> None:
    told = story(*IN_HANDLING)
    told.when(act(RecordContact(way=ContactWay.PHONE, evidence=""), HANDLER))
    told.refused("text-missing", field="evidence")
    told.when(act(RecordContact(way=ContactWay.NONE, evidence="x"), HANDLER))
    told.refused("contact-way-missing")
    told.when(act(RecordContact(way=ContactWay.PHONE, evidence="call-1"), HANDLER))
    told.then(ContactRecorded)
    assert told.timer(TimerKind.CONTACT) is None


def test_a_consultation_needs_no_contact() -> None:
    consult = act(replace(REGISTER, type=TicketType.CONSULT), OPERATOR)
    told = story(consult, assigned(), acknowledged)
    assert told.timer(TimerKind.CONTACT) is None


def test_assisting_departments_have_one_working_day_less() -> None:
    told = story(act(REGISTER, OPERATOR, at=_at(2, 10)), assigned(WATER, ROADS))
    (assist,) = told.state.assists
    assert assist.due is not None
    assert assist.due.due_at == _at(13, 17, 30)  # the lead has until Monday the 16th


def test_feedback_waits_for_the_assisting_department_or_its_waiver() -> None:
    contact = act(RecordContact(way=ContactWay.PHONE, evidence="call-1"), HANDLER)
    ask = act(RequestAssist(department=ROADS, task="断电"), HANDLER)
    told = story(*IN_HANDLING, contact).when(ask).then(AssistRequested)
    told.when(ask).refused("already-assisting")
    told.given(drafted).when(submitted).refused("assist-open", departments=ROADS)
    told.when(act(CompleteAssist(result="已断电"), HANDLER)).refused("not-assisting")
    told.when(act(CompleteAssist(result="已断电"), ROADS_HANDLER)).then(AssistCompleted)
    told.when(ask).then(AssistRequested)
    waive = WaiveAssist(department=ROADS, reason="无需断电")
    told.when(act(replace(waive, reason=""), LEADER)).refused("text-missing")
    told.when(act(waive, LEADER)).then(AssistWaived)
    told.given(submitted)


def test_a_return_names_its_basis_and_is_asked_within_one_working_day() -> None:
    told = story(registered, prechecked, assigned())
    told.when(act(replace(RETURN, basis=" "), ADMINISTRATOR)).refused("text-missing", field="basis")
    told.when(replace(returned, at=_at(3, 17, 31))).refused("return-too-late")


def test_a_return_in_time_goes_to_the_hotline() -> None:
    told = story(registered, prechecked, assigned())
    told.when(replace(returned, at=_at(3, 17, 30))).then(TicketReturned)
    told.holds(lambda t: t.stage is Stage.RETURN_UNDER_REVIEW)
    assert told.timer(TimerKind.DEPARTMENT) is not None  # the clock runs on


def test_nobody_decides_the_return_of_an_own_assignment() -> None:
    told = story(registered, prechecked, assigned(), returned)
    told.when(replace(return_accepted, actor=ASSIGNER)).refused("second-person-required")
    refuse = act(RefuseReturn(reason="职责明确"), ASSIGNER)
    told.when(refuse).refused("second-person-required")
    told.when(return_accepted).then(ReturnAccepted)
    told.holds(lambda t: t.stage is Stage.AWAITING_ASSIGNMENT and not t.lead)


def test_a_refused_department_may_not_return_again() -> None:
    told = story(registered, prechecked, assigned(), returned)
    told.when(act(RefuseReturn(reason="职责明确"), OTHER_ASSIGNER)).then(ReturnRefused)
    told.holds(lambda t: t.stage is Stage.AWAITING_ACKNOWLEDGEMENT)
    told.when(returned).refused("return-barred", department=WATER)


def test_a_returned_ticket_does_not_go_back_to_the_same_department() -> None:
    told = story(registered, prechecked, assigned(), returned, return_accepted)
    told.when(assigned()).refused("returned-by-department", department=WATER)


def test_a_return_never_moves_the_promise_unless_the_new_clock_passes_it() -> None:
    told = story(act(REGISTER, OPERATOR, at=_at(2, 10)), assigned(), returned, return_accepted)
    promise = told.state.citizen_due
    told.given(act(REASSIGN, ASSIGNER)).holds(lambda t: t.citizen_due == promise)

    told = story(act(REGISTER, OPERATOR, at=_at(2, 10)), assigned(), returned)
    told.given(replace(return_accepted, at=_at(3, 9)))
    told.given(act(REASSIGN, ASSIGNER, at=_at(3, 10)))
    assert told.state.citizen_due is not None
    assert told.state.citizen_due.due_at == _at(17, 17, 30)
    assert told.state.department_due == told.state.citizen_due


def test_the_second_accepted_return_opens_an_adjudication() -> None:
    told = story(registered, assigned(), returned, return_accepted, act(REASSIGN, ASSIGNER))
    told.given(roads_returned).when(act(AcceptReturn(lesson="职责不清"), OTHER_ASSIGNER))
    told.then(ReturnAccepted, AdjudicationOpened)
    told.holds(lambda t: t.stage is Stage.IN_ADJUDICATION)
    told.when(act(replace(ADJUDICATE, heard=(ROADS,)), SHIFT_LEAD))
    told.refused("departments-not-heard", departments=WATER)
    told.when(act(replace(ADJUDICATE, minutes=""), SHIFT_LEAD)).refused("text-missing")
    told.when(act(ADJUDICATE, SHIFT_LEAD)).then(TicketAdjudicated)
    told.when(roads_returned).refused("adjudication-binds")


def test_a_third_request_goes_to_adjudication_and_to_the_supervisors() -> None:
    told = story(registered, assigned(), returned, return_accepted, act(REASSIGN, ASSIGNER))
    told.given(roads_returned, act(RefuseReturn(reason="职责明确"), OTHER_ASSIGNER))
    told.when(roads_returned).then(AdjudicationOpened, SupervisionOpened)
    told.holds(lambda t: t.supervision == 2 and len(t.returns) == 2)


def test_an_urgent_ticket_is_acknowledged_in_half_an_hour() -> None:
    told = story(act(replace(REGISTER, urgency=Urgency.LIFE), OPERATOR, at=_at(2, 10)))
    told.given(replace(assigned(), at=_at(2, 10, 5)))
    timer = told.timer(TimerKind.STAGE)
    assert timer is not None
    assert timer.due_at == _at(2, 10, 35)


def test_a_policy_assigns_too() -> None:
    told = story(registered).when(replace(assigned(), actor=SYSTEM))
    told.then(TicketPrechecked, TicketAssigned)
    assert told.state.hands.assigned_for == ""
    assert HOTLINE not in told.state.departments
