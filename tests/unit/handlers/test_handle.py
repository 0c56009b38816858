from collections.abc import Iterator
from dataclasses import replace

import pytest

from handlers import handle as handling
from handlers.aggregates import UnknownStreamError
from handlers.envelope import Envelope
from handlers.following import FollowUp, OnRefusal
from handlers.handle import PolicyCycleError, PolicyRefusedError
from handlers.outcome import Context, Recorded, Records
from handlers.policies import loop_number
from hotline.evaluations.commands import LinkLoop, RateLater, RecordReason
from hotline.evaluations.events import ServiceRecorded
from hotline.evaluations.vocabulary import EvaluationChannel
from hotline.facts import Fact
from hotline.people.actors import SYSTEM, Actor, Role
from hotline.people.commands import AddDepartment, DepartmentLevel
from hotline.routing.commands import ChoosePreset
from hotline.routing.state import Catalogue
from hotline.tickets.commands import (
    AcceptReturn,
    AdjudicateTicket,
    AnswerDirectly,
    AppendAddition,
    AssignTicket,
    MergeTicket,
    RegisterTicket,
    ReturnTicket,
    UnmergeTicket,
)
from hotline.tickets.events import TicketAssigned, TicketRegistered
from hotline.tickets.vocabulary import (
    Channel,
    ReturnGround,
    Secrecy,
    Stage,
    TicketType,
    Urgency,
)
from tests.city import (
    CITIZEN,
    HOTLINE,
    LEADER,
    OPERATOR,
    PEER,
    REGION,
    ROADS,
    SERVICE,
    SHIFT_LEAD,
    START,
    WATER,
    City,
    a_rating,
    a_service,
    rated,
)

OFFICER = Actor("pai", Role.ASSIGNMENT_OFFICER, HOTLINE)
FIRST = "ticket/5118002026030202000001"
SECOND = "ticket/5118002026030202000002"
HELP = RegisterTicket(
    type=TicketType.HELP,
    channel=Channel.WEB,
    region=REGION,
    title="小区停水",
    summary="三天停水",
    category="110101",
    caller="citizen-1",
)


def registered(*streams: str, auto_assign: bool = False) -> City:
    city = City(auto_assign=auto_assign)
    for stream in streams or (FIRST,):
        city.do(stream, HELP, OPERATOR)
    return city


def test_an_event_knows_its_place_and_its_cause() -> None:
    city = rated(1)
    service, rating, opened, *_ = city.log
    assert (service.stream, service.version) == (SERVICE, 1)
    assert (rating.version, rating.message_id, rating.correlation) == (2, "m2", "m2")
    assert (opened.causation, opened.correlation) == (f"{SERVICE}:2", "m2")
    assert opened.fact.actor == SYSTEM
    versions: dict[str, int] = {}
    for line in city.log:
        assert line.version == versions.get(line.stream, 0) + 1
        versions[line.stream] = line.version
    assert versions == {stream: record.version for stream, record in city.records.items()}


def test_a_correlation_is_handed_on() -> None:
    city = City()
    city.tell(SERVICE, a_service(), PEER, correlation="call-7", causation="call-7/3")
    assert (city.log[0].correlation, city.log[0].causation) == ("call-7", "call-7/3")


def test_a_stale_form_is_refused_after_the_role() -> None:
    city = registered()
    more = AppendAddition(summary="仍无水")
    outcome = city.tell(FIRST, more, OPERATOR, expected_version=7)
    assert outcome.refusal is not None
    assert outcome.refusal.code == "stale-form"
    assert outcome.refusal.detail == {"expected": "7", "current": "1"}
    assert not outcome.recorded
    stranger = city.tell(FIRST, more, Actor("x", Role.OBSERVER), expected_version=7)
    assert stranger.refusal is not None
    assert stranger.refusal.code == "role-forbidden"
    assert city.tell(FIRST, more, OPERATOR, expected_version=1).refusal is None


def test_a_command_meets_its_own_kind_of_stream() -> None:
    assert City().refused(SERVICE, HELP, OPERATOR) == "wrong-stream"
    assert City().refused(FIRST, a_rating(1), CITIZEN) == "wrong-stream"
    hand_back = ReturnTicket(ground=ReturnGround.FUNCTION, basis="三定方案")
    assert City().refused(SERVICE, hand_back, LEADER) == "wrong-stream"  # whosever it is


def test_a_stream_without_rules_is_a_defect() -> None:
    with pytest.raises(UnknownStreamError):
        City().tell("tickets/1", HELP, OPERATOR)


def test_a_refusal_changes_nothing() -> None:
    city = registered()
    before = dict(city.records)
    outcome = city.tell(FIRST, HELP, OPERATOR)
    assert outcome.refusal is not None
    assert (outcome.recorded, dict(outcome.records), dict(outcome.timers)) == ((), {}, {})
    assert city.records == before


def test_timers_are_given_for_every_stream_touched() -> None:
    outcome = rated(1)
    assert set(outcome.timers) == {SERVICE, outcome.loop()}
    assert outcome.timers[outcome.loop()]


def test_the_organisation_is_wired() -> None:
    city = City()
    bureau = AddDepartment(
        name="园林局",
        name_en="Parks",
        level=DepartmentLevel.DEPARTMENT,
        parent=WATER,
        region=REGION,
    )
    city.do("department/parks", bureau, Actor("root", Role.SYSTEM_ADMINISTRATOR))
    assert city.get("department/parks").version == 1


# -- policies ------------------------------------------------------------------------------------


def test_a_sure_route_is_taken_without_a_person() -> None:
    city = registered(auto_assign=True)
    ticket = city.ticket(FIRST)
    assert (ticket.stage, ticket.lead) == (Stage.AWAITING_ACKNOWLEDGEMENT, WATER)
    (assigned,) = city.events(TicketAssigned)
    assert assigned.entry == "water"


@pytest.mark.parametrize(
    "command",
    [
        replace(HELP, type=TicketType.REPORT),
        replace(HELP, secrecy=Secrecy.CONFIDENTIAL),
        replace(HELP, urgency=Urgency.LIFE),
        replace(HELP, type=TicketType.CONSULT, channel=Channel.PHONE),
        replace(HELP, title="别的", summary="别的事"),
    ],
)
def test_a_person_routes_what_is_delicate_or_unsure(command: RegisterTicket) -> None:
    city = City()
    city.do(FIRST, command, OPERATOR)
    assert not list(city.events(TicketAssigned))


def test_a_city_may_route_by_hand() -> None:
    assert not list(registered(auto_assign=False).events(TicketAssigned))


def test_a_merge_links_the_main_ticket_and_unmerging_unlinks_it() -> None:
    city = registered(FIRST, SECOND)
    city.do(SECOND, MergeTicket(main=FIRST.removeprefix("ticket/"), reasons="同地同事"), OFFICER)
    assert city.ticket(FIRST).children == (SECOND.removeprefix("ticket/"),)
    city.do(SECOND, UnmergeTicket(reason="两件事"), SHIFT_LEAD)
    assert city.ticket(FIRST).children == ()


def test_a_merge_into_nothing_is_refused_as_a_whole() -> None:
    city = registered(SECOND)
    merge = MergeTicket(main="5118002026030202999999", reasons="同地同事")
    assert city.refused(SECOND, merge, OFFICER) == "no-such-ticket"
    assert city.ticket(SECOND).stage is not Stage.MERGED


ADMINISTRATOR = Actor("xi", Role.SYSTEM_ADMINISTRATOR)


@pytest.mark.parametrize("own", [False, True])
def test_an_adjudication_becomes_a_rule_of_the_region_that_has_a_catalogue(*, own: bool) -> None:
    city = registered(auto_assign=True)
    if own:
        city.do(f"catalogue/{REGION}", ChoosePreset(preset="sichuan"), ADMINISTRATOR)
    other = Actor("pai2", Role.ASSIGNMENT_OFFICER, HOTLINE)
    back = ReturnTicket(ground=ReturnGround.FUNCTION, basis="三定方案")
    city.do(FIRST, back, LEADER)
    city.do(FIRST, AcceptReturn(lesson="归交通局"), other)
    city.do(FIRST, AssignTicket(lead=ROADS, reason="三定方案"), other)
    city.do(FIRST, back, Actor("lu", Role.DEPARTMENT_LEADER, ROADS))
    city.do(FIRST, AcceptReturn(lesson="职责不清"), OFFICER)
    assert city.ticket(FIRST).stage is Stage.IN_ADJUDICATION
    binding = AdjudicateTicket(lead=ROADS, minutes="会议纪要", heard=(WATER, ROADS))
    city.do(FIRST, binding, SHIFT_LEAD)
    catalogue = city.get(f"catalogue/{REGION}" if own else "catalogue/").state
    assert isinstance(catalogue, Catalogue)
    (entry,) = catalogue.added
    assert (entry.lead, entry.category, entry.region) == (ROADS, "110101", REGION)


def test_a_direct_answer_can_be_rated() -> None:
    city = registered()
    answer = AnswerDirectly(article="kb-1", article_version=1, text="检修至周三")
    city.do(FIRST, answer, OPERATOR)
    (service,) = city.events(ServiceRecorded)
    assert (service.department, service.staff) == (HOTLINE, OPERATOR.person)
    stream = f"service/{FIRST.removeprefix('ticket/')}/1"
    city.do(stream, a_rating(1), CITIZEN)
    assert city.ticket(city.loop(stream)).lead == HOTLINE


def test_a_bare_rating_told_its_reason_opens_one_loop() -> None:
    bare = {"indicators": (), "channel": EvaluationChannel.TEXT, "reason_pending": True}
    city = rated(2, **bare)
    city.do(SERVICE, RecordReason(indicators=("L2-01",)), CITIZEN)
    assert len(list(city.events(TicketRegistered))) == 1


def test_a_good_rating_turned_poor_opens_the_loop() -> None:
    city = rated(5)
    worse = RateLater(level=1, channel=EvaluationChannel.MOBILE, indicators=("L1-01",))
    city.do(SERVICE, worse, CITIZEN)
    assert city.ticket(city.loop()).level == 1


def test_a_taken_number_is_passed_over() -> None:
    city = City()
    fact: Fact[object] = Fact(None, CITIZEN, START)
    first = loop_number(SERVICE, REGION, fact, city)
    assert first == loop_number(SERVICE, REGION, fact, city)
    city.do(f"ticket/{first}", HELP, OPERATOR)
    second = loop_number(SERVICE, REGION, fact, city)
    assert int(second) == int(first) + 1


def test_a_house_without_a_region_has_a_number_too() -> None:
    fact: Fact[object] = Fact(None, CITIZEN, START)
    assert loop_number(SERVICE, "", fact, City()).startswith("0000002026030209")
    assert loop_number(SERVICE, "511802001000", fact, City()).startswith("5118022026030209")


def _policy(*wanted: FollowUp) -> object:
    def follow(_: Recorded, __: Records, ___: Context) -> Iterator[FollowUp]:
        yield from wanted

    return follow


def test_policies_that_feed_each_other_are_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    more = FollowUp(FIRST, AppendAddition(summary="又来"))
    city = registered()
    monkeypatch.setattr(handling, "follow_ups", _policy(more))
    with pytest.raises(PolicyCycleError):
        city.tell(FIRST, AppendAddition(summary="仍无水"), OPERATOR)


def test_a_refused_policy_is_a_defect_unless_it_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    city = registered()
    impossible = FollowUp(SERVICE, LinkLoop(ticket="1"))
    monkeypatch.setattr(handling, "follow_ups", _policy(impossible))
    with pytest.raises(PolicyRefusedError):
        city.tell(FIRST, AppendAddition(summary="仍无水"), OPERATOR)
    ignored = replace(impossible, on_refusal=OnRefusal.IGNORE)
    monkeypatch.setattr(handling, "follow_ups", _policy(ignored))
    assert city.tell(FIRST, AppendAddition(summary="仍无水"), OPERATOR).refusal is None


def test_a_policy_never_acts_before_what_already_happened() -> None:
    city = registered(FIRST, SECOND)
    city.later(hours=2)
    city.do(FIRST, AppendAddition(summary="仍无水"), OPERATOR)
    city.later(hours=-1)
    city.do(SECOND, MergeTicket(main=FIRST.removeprefix("ticket/"), reasons="同"), OFFICER)
    assert city.ticket(FIRST).last_at > city.at


def test_handling_is_pure() -> None:
    city = rated(5)
    envelope = Envelope(
        message_id="again",
        stream="service/P2/1",
        command=a_service(project_no="P2"),
        actor=PEER,
        at=START,
    )
    first = handling.handle(envelope, city, city.context)
    assert first == handling.handle(envelope, city, city.context)
    assert city.get("service/P2/1").version == 0
