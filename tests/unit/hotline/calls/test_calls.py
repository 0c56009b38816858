"""A call from its ring to its end; what is told twice, late or not at all changes nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from hotline.calls.commands import (
    AcceptCall,
    ChooseCallLanguage,
    ConfirmRecordingErased,
    EndTalk,
    EraseRecording,
    GiveCallReason,
    KeepRecording,
    LinkCallTicket,
    PassCall,
    RateCall,
    TurnCallAway,
)
from hotline.calls.events import (
    CallConnected,
    CallEnded,
    CallRequeued,
    RecordingErased,
    TalkEnded,
)
from hotline.calls.timers import SILENT_MAX
from hotline.calls.vocabulary import (
    OVER,
    Admission,
    CallOutcome,
    CallReason,
    CallStage,
    ErasureGround,
    Leg,
    LineStatus,
)
from hotline.people.actors import SYSTEM
from tests.city import OPERATOR, SHIFT_LEAD, START, City
from tests.ringing import (
    CALL,
    NETWORK,
    SECOND,
    accepted,
    call,
    line,
    ringing,
    talked,
    talking,
)


def ended(city: City) -> CallEnded:
    (event,) = city.events(CallEnded)
    return event


def test_a_call_is_answered_talked_and_over() -> None:
    city = talked()
    line(city, Leg.CALLER, LineStatus.COMPLETED)
    (connected,) = city.events(CallConnected)
    (talk,) = city.events(TalkEnded)
    assert (connected.operator, connected.department) == (OPERATOR.person, OPERATOR.department)
    assert (connected.waited_seconds, talk.talk_seconds) == (12, 90)
    assert ended(city) == CallEnded(outcome=CallOutcome.ANSWERED, waited_seconds=12)


def test_the_first_operator_has_the_call() -> None:
    city = accepted()
    assert city.refused(CALL, AcceptCall(), SECOND) == "call-taken"
    assert city.do(CALL, AcceptCall(), OPERATOR).recorded == ()
    assert call(city).operator == OPERATOR.person


def test_a_call_that_is_over_cannot_be_taken() -> None:
    city = ringing()
    line(city, Leg.CALLER, LineStatus.COMPLETED)
    assert city.refused(CALL, AcceptCall(), OPERATOR) == "call-over"


def test_who_passes_a_call_on_leaves_it_to_the_others() -> None:
    city = ringing()
    city.do(CALL, PassCall(), OPERATOR)
    assert city.do(CALL, PassCall(), OPERATOR).recorded == ()
    assert call(city).passed == (OPERATOR.person,)
    city.do(CALL, AcceptCall(), SECOND)
    assert call(city).stage is CallStage.ACCEPTED


@pytest.mark.parametrize(
    "status", [LineStatus.BUSY, LineStatus.NO_ANSWER, LineStatus.FAILED, LineStatus.CANCELED]
)
def test_an_operator_who_does_not_pick_up_gives_the_call_back(status: LineStatus) -> None:
    city = accepted()
    line(city, Leg.OPERATOR, status, attempt=1)
    assert call(city).stage is CallStage.WAITING
    assert call(city).passed == (OPERATOR.person,)
    city.do(CALL, AcceptCall(), SECOND)
    assert line(city, Leg.OPERATOR, status, attempt=1).recorded == ()
    assert call(city).operator == SECOND.person
    assert len(list(city.events(CallRequeued))) == 1


def test_a_talk_whose_answer_was_never_reported_is_counted_from_its_length() -> None:
    city = accepted()
    city.later(seconds=64)
    line(city, Leg.OPERATOR, LineStatus.COMPLETED, attempt=1, seconds=60)
    (connected,) = city.events(CallConnected)
    assert connected.waited_seconds == 12
    assert call(city).connected_at == START + timedelta(seconds=12)
    assert [one.talk_seconds for one in city.events(TalkEnded)] == [60]


@pytest.mark.parametrize("status", [LineStatus.QUEUED, LineStatus.INITIATED, LineStatus.RINGING])
@pytest.mark.parametrize("leg", list(Leg))
def test_a_line_on_its_way_says_nothing(leg: Leg, status: LineStatus) -> None:
    city = accepted()
    assert line(city, leg, status, attempt=1).recorded == ()
    assert LineStatus(status) not in OVER


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (LineStatus.COMPLETED, CallOutcome.ABANDONED),
        (LineStatus.NO_ANSWER, CallOutcome.ABANDONED),
        (LineStatus.CANCELED, CallOutcome.ABANDONED),
        (LineStatus.FAILED, CallOutcome.FAILED),
    ],
)
def test_who_hangs_up_while_waiting_was_not_answered(
    status: LineStatus, outcome: CallOutcome
) -> None:
    city = accepted()
    line(city, Leg.CALLER, status)
    assert ended(city) == CallEnded(outcome=outcome, waited_seconds=8)
    assert line(city, Leg.CALLER, LineStatus.COMPLETED).recorded == ()
    assert line(city, Leg.OPERATOR, LineStatus.IN_PROGRESS, attempt=1).recorded == ()


def test_a_caller_who_hangs_up_in_the_talk_ends_both() -> None:
    city = talking()
    city.later(seconds=30)
    line(city, Leg.CALLER, LineStatus.COMPLETED)
    assert [one.talk_seconds for one in city.events(TalkEnded)] == [30]
    assert ended(city).outcome is CallOutcome.ANSWERED
    assert line(city, Leg.OPERATOR, LineStatus.COMPLETED, attempt=1, seconds=30).recorded == ()


def test_only_who_has_the_call_ends_the_talk() -> None:
    city = talking()
    assert city.refused(CALL, EndTalk(), SECOND) == "not-your-call"
    city.do(CALL, EndTalk(), OPERATOR)
    assert call(city).stage is CallStage.RATING
    assert city.do(CALL, EndTalk(), SHIFT_LEAD).recorded == ()
    assert accepted().refused(CALL, EndTalk(), OPERATOR) == "call-not-connected"


@pytest.mark.parametrize(
    ("admission", "outcome"),
    [
        (Admission.OUT_OF_HOURS, CallOutcome.OUT_OF_HOURS),
        (Admission.OVERFLOW, CallOutcome.OVERFLOW),
    ],
)
def test_a_call_that_may_not_wait_is_over_at_once(
    admission: Admission, outcome: CallOutcome
) -> None:
    city = ringing(admission=admission)
    assert ended(city) == CallEnded(outcome=outcome, waited_seconds=0)


def test_who_waited_too_long_is_turned_away_but_not_who_was_just_taken() -> None:
    city = ringing()
    city.later(minutes=6)
    city.do(CALL, TurnCallAway(), NETWORK)
    assert ended(city) == CallEnded(outcome=CallOutcome.OVERFLOW, waited_seconds=360)
    assert accepted().do(CALL, TurnCallAway(), NETWORK).recorded == ()


def test_a_call_is_rated_once_and_only_after_the_talk() -> None:
    assert talking().do(CALL, RateCall(level=5), NETWORK).recorded == ()
    assert ringing().do(CALL, RateCall(level=5), NETWORK).recorded == ()
    city = talked()
    assert city.refused(CALL, RateCall(level=7), NETWORK) == "unknown-level"
    city.do(CALL, RateCall(level=2), NETWORK)
    assert city.do(CALL, RateCall(level=5), NETWORK).recorded == ()
    assert call(city).level == 2


def test_a_rating_that_comes_after_the_end_still_counts() -> None:
    city = talked()
    line(city, Leg.CALLER, LineStatus.COMPLETED)
    city.do(CALL, RateCall(level=4), NETWORK)
    assert call(city).level == 4


def test_only_a_poor_rating_has_a_reason_and_only_one() -> None:
    good, poor = talked(), talked()
    good.do(CALL, RateCall(level=3), NETWORK)
    assert good.do(CALL, GiveCallReason(reason=CallReason.OTHER), NETWORK).recorded == ()
    poor.do(CALL, RateCall(level=1), NETWORK)
    poor.do(CALL, GiveCallReason(reason=CallReason.ATTITUDE), NETWORK)
    assert poor.do(CALL, GiveCallReason(reason=CallReason.OTHER), NETWORK).recorded == ()
    assert call(poor).reason is CallReason.ATTITUDE


def test_a_language_is_chosen_once_and_only_one_of_ours() -> None:
    city = ringing()
    city.do(CALL, ChooseCallLanguage(language="en"), NETWORK)
    assert call(city).language == "en"
    for language in ("en", "xx"):
        command = ChooseCallLanguage(language=language)
        assert city.do(CALL, command, NETWORK).recorded == ()


def test_a_ticket_is_linked_by_who_has_the_call() -> None:
    city = talking()
    assert city.refused(CALL, LinkCallTicket(ticket="1"), SECOND) == "not-your-call"
    city.do(CALL, LinkCallTicket(ticket="1"), OPERATOR)
    assert city.do(CALL, LinkCallTicket(ticket="1"), OPERATOR).recorded == ()
    assert call(city).tickets == ("1",)


def test_an_unknown_call_is_refused() -> None:
    assert City().refused(CALL, AcceptCall(), OPERATOR) == "unknown-call"


@pytest.mark.parametrize("stage", list(SILENT_MAX))
def test_a_call_of_which_nothing_is_heard_comes_to_its_end(stage: CallStage) -> None:
    cities: dict[CallStage, Callable[[], City]] = {
        CallStage.WAITING: ringing,
        CallStage.ACCEPTED: accepted,
        CallStage.TALKING: talking,
        CallStage.RATING: talked,
    }
    city = cities[stage]()
    assert call(city).stage is stage
    city.wait(city.at + SILENT_MAX[stage])
    connected = stage in (CallStage.TALKING, CallStage.RATING)
    wanted = CallOutcome.ANSWERED if connected else CallOutcome.ABANDONED
    assert ended(city).outcome is wanted
    assert city.timers[CALL] == ()


def kept() -> City:
    city = talked()
    line(city, Leg.CALLER, LineStatus.COMPLETED)
    until = city.at + timedelta(days=730)
    city.do(CALL, KeepRecording(recording="n-1", seconds=90, keep_until=until), NETWORK)
    return city


def test_a_recording_is_kept_once_and_erased_when_its_time_is_over() -> None:
    city = kept()
    again = KeepRecording(recording="n-1", seconds=90, keep_until=city.at)
    assert city.do(CALL, again, NETWORK).recorded == ()
    city.wait(city.at + timedelta(days=729))
    assert not call(city).recordings[0].erased
    city.wait(city.at + timedelta(days=2))
    (erased,) = city.events(RecordingErased)
    assert erased.ground is ErasureGround.RETENTION
    assert city.timers[CALL] == ()


def test_a_recording_is_erased_before_its_time_with_the_person() -> None:
    city = kept()
    erase = EraseRecording(recording="n-1", ground=ErasureGround.PERSON_ERASED)
    confirm = ConfirmRecordingErased(recording="n-1")
    assert city.do(CALL, confirm, SYSTEM).recorded == ()
    city.do(CALL, erase, SYSTEM)
    assert city.do(CALL, erase, SYSTEM).recorded == ()
    city.do(CALL, confirm, SYSTEM)
    assert city.do(CALL, confirm, SYSTEM).recorded == ()
    assert call(city).recordings[0].erasure_confirmed
