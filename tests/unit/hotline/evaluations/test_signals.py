"""Signals: each rule fires on what it names, and stays quiet one step before."""

from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from hotline.evaluations.commands import RaiseSignals, ReviewSignals
from hotline.evaluations.events import SignalsRaised, SignalsReviewed
from hotline.evaluations.signals import Surroundings, Trace, signals_of, stands_out
from hotline.evaluations.vocabulary import EvaluationChannel, Signal, SignalOutcome
from hotline.people.actors import SYSTEM, Actor, Role
from tests.city import EVALUATION_OFFICER, SERVICE, START, WATER, rated

SECOND: Final = timedelta(seconds=1)


def trace(number: int = 0, *, at: datetime = START, **more: Any) -> Trace:
    values: dict[str, Any] = {
        "stream": f"service/P{number}/1",
        "version": 2,
        "department": WATER,
        "level": 4,
        "channel": EvaluationChannel.QR,
        "rated_at": at,
        "served_at": at - timedelta(hours=1),
    }
    return Trace(**values | more)


def found(one: Trace, **around: Any) -> set[Signal]:
    return {finding.signal for finding in signals_of(one, Surroundings(**around))}


def many(count: int, apart: timedelta, **more: Any) -> list[Trace]:
    return [trace(n, at=START - apart * n, **more) for n in range(1, count + 1)]


@pytest.mark.parametrize(
    ("field", "signal"),
    [
        ("device", Signal.MANY_FROM_DEVICE),
        ("network", Signal.MANY_FROM_NETWORK),
        ("evaluator", Signal.MANY_FROM_PERSON),
    ],
)
def test_five_services_in_ten_minutes_are_many(field: str, signal: Signal) -> None:
    mark: dict[str, Any] = {field: "m"}
    assert found(trace(**mark), others=many(4, timedelta(minutes=2), **mark)) == {signal}
    assert not found(trace(**mark), others=many(3, timedelta(minutes=2), **mark))
    assert not found(trace(**mark), others=many(4, timedelta(minutes=3), **mark))
    assert not found(trace(), others=many(4, timedelta(minutes=2)))


def test_a_finding_names_the_other_ratings() -> None:
    (finding,) = signals_of(
        trace(device="d"), Surroundings(others=many(4, timedelta(minutes=1), device="d"))
    )
    assert finding.related == tuple(f"service/P{n}/1" for n in range(1, 5))


def test_the_same_service_counts_once() -> None:
    twice = [trace(0, at=START - SECOND * n, device="d") for n in range(1, 9)]
    assert not found(trace(device="d"), others=twice)


def test_ten_top_marks_in_a_row_are_seen_and_a_pause_breaks_the_row() -> None:
    top: dict[str, Any] = {"device": "d", "level": 5}
    quick = many(9, SECOND * 14, **top)
    assert Signal.TOP_MARKS_IN_A_ROW in found(trace(**top), others=quick)
    slow = many(9, SECOND * 15, **top)
    assert Signal.TOP_MARKS_IN_A_ROW not in found(trace(**top), others=slow)
    other = [*quick[:4], trace(5, at=quick[4].rated_at, device="d", level=4), *quick[5:]]
    assert Signal.TOP_MARKS_IN_A_ROW not in found(trace(**top), others=other)


@pytest.mark.parametrize(("seconds", "seen"), [(9, True), (10, False)])
def test_a_window_device_within_ten_seconds_is_too_soon(seconds: int, seen: bool) -> None:
    served: dict[str, Any] = {"served_at": START - SECOND * seconds}
    quick = trace(channel=EvaluationChannel.TABLET, **served)
    assert (Signal.TOO_SOON in found(quick)) is seen
    assert not found(trace(channel=EvaluationChannel.MOBILE, **served))


def test_the_same_words_three_times_in_a_day() -> None:
    assert found(trace(words="w"), others=many(2, timedelta(hours=12), words="w")) == {
        Signal.SAME_WORDS
    }
    assert not found(trace(words="w"), others=many(2, timedelta(hours=13), words="w"))


@pytest.mark.parametrize(
    ("channel", "seen"),
    [
        (EvaluationChannel.QR, True),
        (EvaluationChannel.MOBILE, True),
        (EvaluationChannel.TABLET, False),
        (EvaluationChannel.TERMINAL, False),
    ],
)
def test_a_phone_in_the_windows_own_network(channel: EvaluationChannel, seen: bool) -> None:
    assert (Signal.WINDOW_NETWORK in found(trace(channel=channel), window_network=True)) is seen


def test_who_rates_for_another_is_seen_unless_recorded_as_agent() -> None:
    other = trace(evaluator="a", applicant="b")
    assert found(other) == {Signal.NOT_APPLICANT}
    assert not found(other, agents=frozenset({"a"}))
    assert not found(trace(evaluator="b", applicant="b"))
    assert not found(trace(applicant="b"))


@pytest.mark.parametrize(
    ("before", "level", "days", "seen"),
    [(1, 5, 5, True), (2, 3, 0, True), (1, 5, 6, False), (1, 5, None, False), (3, 5, 1, False)],
)
def test_a_poor_rating_raised_soon_after_a_contact(
    before: int, level: int, days: int | None, seen: bool
) -> None:
    later = trace(level=level, level_before=before)
    assert (Signal.RAISED_AFTER_CONTACT in found(later, contacted_days=days)) is seen


def test_staff_numbers_and_closed_windows() -> None:
    assert found(trace(), staff_phone=True) == {Signal.STAFF_PHONE}
    closed = trace(channel=EvaluationChannel.TABLET)
    assert found(closed, in_office_hours=False) == {Signal.OUT_OF_HOURS}
    assert not found(trace(), in_office_hours=False)


def test_what_came_later_is_not_looked_at() -> None:
    later = [trace(n, at=START + SECOND * n, device="d") for n in range(1, 9)]
    assert not found(trace(device="d"), others=later)


def test_a_department_stands_out_beyond_three_medians() -> None:
    shares = [("a", 100, 13), ("b", 100, 4), ("c", 100, 4)]
    assert stands_out(shares, "a")
    assert not stands_out([("a", 100, 12), *shares[1:]], "a")
    assert not stands_out([("a", 19, 19), *shares[1:]], "a")
    assert not stands_out(shares[:1], "a")


def test_a_signal_stands_beside_the_rating_once_and_changes_nothing() -> None:
    city = rated(5)
    before = city.service()
    command = RaiseSignals(signals=(Signal.TOO_SOON, Signal.SAME_WORDS), rules="bihuan/1")
    city.do(SERVICE, command, SYSTEM)
    city.do(SERVICE, RaiseSignals(signals=(Signal.TOO_SOON,)), SYSTEM)
    (event,) = city.events(SignalsRaised)
    assert event.signals == (Signal.TOO_SOON, Signal.SAME_WORDS)
    after = city.service()
    assert (after.level, after.mark, after.loop) == (before.level, before.mark, before.loop)


def test_a_person_outside_the_rated_department_reviews_and_says_why() -> None:
    city = rated(5)
    review = ReviewSignals(outcome=SignalOutcome.EXPLAINED, note="一家人轮流评价")
    assert city.refused(SERVICE, review, EVALUATION_OFFICER) == "no-signals"
    city.do(SERVICE, RaiseSignals(signals=(Signal.TOO_SOON,)), SYSTEM)
    own = Actor("ping", Role.EVALUATION_OFFICER, WATER)
    assert city.refused(SERVICE, review, own) == "rated-side-may-not-rate"
    silent = ReviewSignals(outcome=SignalOutcome.DOUBTFUL, note=" ")
    assert city.refused(SERVICE, silent, EVALUATION_OFFICER) == "text-missing"
    city.do(SERVICE, review, EVALUATION_OFFICER)
    (event,) = city.events(SignalsReviewed)
    assert event.outcome is SignalOutcome.EXPLAINED
    assert city.refused(SERVICE, review, EVALUATION_OFFICER) == "no-signals"
