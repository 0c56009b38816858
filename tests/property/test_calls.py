"""Reports of a telephone network in any order, any number of times: each call counts once."""

from typing import Final

import hypothesis.strategies as st
from hypothesis import given, settings

from handlers.envelope import Command
from hotline.calls.commands import (
    AcceptCall,
    ChooseCallLanguage,
    EndTalk,
    GiveCallReason,
    PassCall,
    RateCall,
    ReportLine,
    TurnCallAway,
)
from hotline.calls.events import CallEnded, CallRated, CallReasonGiven
from hotline.calls.vocabulary import CallOutcome, CallReason, CallStage, Leg, LineStatus
from hotline.correspondence.events import ContactTaskOpened
from hotline.evaluations.events import EvaluationRecorded
from hotline.people.actors import Actor
from tests.city import OPERATOR, City
from tests.ringing import CALL, NETWORK, SECOND, call, ringing

REPORTS: Final = [
    (ReportLine(leg=leg, status=status, attempt=attempt, seconds=seconds), NETWORK)
    for leg in Leg
    for status in LineStatus
    for attempt in (0, 1, 2)
    for seconds in (0, 30)
]
DEEDS: Final[list[tuple[Command, Actor]]] = [
    *REPORTS,
    *((AcceptCall(), who) for who in (OPERATOR, SECOND)),
    *((PassCall(), who) for who in (OPERATOR, SECOND)),
    *((EndTalk(), who) for who in (OPERATOR, SECOND)),
    *((RateCall(level=level), NETWORK) for level in (1, 5)),
    *((GiveCallReason(reason=reason), NETWORK) for reason in CallReason),
    (ChooseCallLanguage(language="en"), NETWORK),
    (TurnCallAway(), NETWORK),
]


def played(script: list[tuple[Command, Actor]], waits: list[int]) -> City:
    city = ringing()
    for (command, actor), wait in zip(script, waits, strict=False):
        city.later(seconds=wait)
        city.tell(CALL, command, actor)
    return city


deeds: Final = st.lists(st.sampled_from(DEEDS), max_size=25)
waits: Final = st.lists(st.integers(0, 400), min_size=25, max_size=25)


@settings(deadline=None)
@given(deeds, waits)
def test_a_call_counts_once_whatever_is_told_of_it(
    script: list[tuple[Command, Actor]], waits: list[int]
) -> None:
    city = played(script, waits)
    city.wait(city.at.replace(hour=23, minute=59))
    ended = list(city.events(CallEnded))
    assert len(ended) == 1
    assert call(city).stage is CallStage.ENDED
    assert city.timers[CALL] == ()
    answered = ended[0].outcome is CallOutcome.ANSWERED
    assert len(list(city.events(ContactTaskOpened))) == (not answered)
    rated = len(list(city.events(CallRated)))
    assert rated <= answered
    assert len(list(city.events(EvaluationRecorded))) == rated
    assert len(list(city.events(CallReasonGiven))) <= rated
