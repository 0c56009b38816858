"""Calls as rows: the queue, and the figures of a shift."""

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from hotline.calls.commands import (
    ConfirmRecordingErased,
    EraseRecording,
    GiveCallReason,
    KeepRecording,
    LinkCallTicket,
    PassCall,
)
from hotline.calls.vocabulary import Admission, CallReason, ErasureGround, Leg, LineStatus
from hotline.people.actors import SYSTEM
from projections.apply import apply_page
from projections.calls import queries
from projections.calls.line import CallLine
from projections.log import LogPage, log_line
from tests.city import OPERATOR, START, City
from tests.ringing import CALL, NETWORK, SECOND, accepted, line, rated, ringing, talked, talking

DAY: Final = timedelta(days=1)


def shown(connection: Connection, city: City) -> None:
    lines = tuple(
        log_line(one.stream, one.version, one.fact, position=place)
        for place, one in enumerate(city.log, 1)
    )
    apply_page(connection, LogPage(0, lines))


def row(connection: Connection, stream: str = CALL) -> CallLine:
    found = queries.by_stream(connection, stream)
    assert found is not None
    return found


def test_a_call_is_one_row(connection: Connection) -> None:
    city = rated(2)
    city.do(CALL, GiveCallReason(reason=CallReason.UNCLEAR), NETWORK)
    city.do(CALL, LinkCallTicket(ticket="7"), OPERATOR)
    line(city, Leg.CALLER, LineStatus.COMPLETED)
    shown(connection, city)
    found = row(connection)
    assert (found.stage, found.outcome, found.operator) == ("ended", "answered", OPERATOR.person)
    assert (found.waited_seconds, found.talk_seconds) == (12, 90)
    assert (found.level, found.reason, found.ticket) == (2, "unclear", "7")
    assert found.connected_at == found.received_at + 12_000_000


def test_the_queue_holds_what_is_not_over(connection: Connection) -> None:
    city = ringing("call/CA1")
    city.later(seconds=1)
    talked(ringing("call/CA2", city), "call/CA2")
    line(city, Leg.CALLER, LineStatus.COMPLETED, "call/CA2")
    city.do("call/CA1", PassCall(), SECOND)
    shown(connection, city)
    (waiting,) = queries.running(connection)
    assert (waiting.stream, waiting.passed) == ("call/CA1", SECOND.person)
    assert queries.waiting_count(connection) == 1


def test_who_did_not_pick_up_left_it_to_others(connection: Connection) -> None:
    city = accepted()
    line(city, Leg.OPERATOR, LineStatus.NO_ANSWER, attempt=1)
    shown(connection, city)
    found = row(connection)
    assert (found.stage, found.operator, found.passed) == ("waiting", "", OPERATOR.person)


def test_figures_tell_answered_from_missed_and_in_time_from_late(connection: Connection) -> None:
    city = City()
    for count, wait in enumerate((0, 6, 60)):  # answered after 12, 18 and 72 seconds
        stream = f"call/CA{count}"
        ringing(stream, city)
        city.later(seconds=wait)
        talked(city, stream)
    ringing("call/CA8", city)
    line(city, Leg.CALLER, LineStatus.COMPLETED, "call/CA8")
    ringing("call/CA9", city, admission=Admission.OVERFLOW)
    ringing("call/CA7", city, admission=Admission.OUT_OF_HOURS)
    ringing("call/CA6", city)  # undecided yet: in no rate
    shown(connection, city)
    found = queries.figures(connection, START, START + DAY)
    assert (found.requests, found.answered, found.missed) == (5, 3, 3)
    assert (found.in_time, found.in_time_others) == (1, 2)
    assert (found.answer_rate, found.service_level, found.service_level_others) == (0.6, 0.2, 0.4)
    assert (found.mean_wait, found.mean_talk) == (34, 90)
    mine = queries.figures(connection, START, START + DAY, operator=SECOND.person)
    assert (mine.requests, mine.answer_rate, mine.mean_wait) == (0, None, None)


def test_recent_calls_of_an_operator_are_listed_newest_first(connection: Connection) -> None:
    city = talking()
    city.later(seconds=5)
    talking(ringing("call/CA2", city), "call/CA2")
    shown(connection, city)
    listed = queries.recent(connection, START, operator=OPERATOR.person)
    assert [one.stream for one in listed] == ["call/CA2", CALL]
    assert queries.recent(connection, START, operator=SECOND.person) == []


def test_an_erased_recording_waits_until_the_provider_deleted_it(connection: Connection) -> None:
    city = talked()
    until = city.at + DAY
    city.do(CALL, KeepRecording(recording="n-1", seconds=9, keep_until=until), NETWORK)
    city.do(CALL, EraseRecording(recording="n-1", ground=ErasureGround.PERSON_ERASED), SYSTEM)
    shown(connection, city)
    assert queries.to_erase(connection) == [CALL]
    before = len(city.log)
    city.do(CALL, ConfirmRecordingErased(recording="n-1"), SYSTEM)
    (fact,) = city.log[before:]
    page = log_line(fact.stream, fact.version, fact.fact, position=before + 1)
    apply_page(connection, LogPage(0, (page,)))
    assert queries.to_erase(connection) == []
