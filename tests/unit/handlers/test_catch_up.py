"""Timers due before a command happen first: a runner that lags behind changes nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from handlers import handle as handling
from handlers.aggregates import aggregate_of, timer_command
from handlers.following import FollowUp, OnRefusal
from handlers.handle import TimersUnendingError
from handlers.outcome import Context, Recorded, Records
from hotline.clocks.calendar import SHANGHAI
from hotline.evaluations.commands import LinkLoop
from hotline.people.actors import CLOCK, Actor, Role
from hotline.tickets.commands import (
    MergeTicket,
    RecordRevisit,
    RegisterTicket,
    UrgeTicket,
)
from hotline.tickets.events import (
    ChildLinked,
    CitizenDueMissed,
    StageBecameOverdue,
    TicketBecameOverdue,
    TicketUrged,
    TicketWarned,
)
from hotline.tickets.vocabulary import (
    Channel,
    ContactWay,
    TicketType,
    TimerKind,
)
from hotline.timer import Timer
from tests.city import (
    CITIZEN,
    HOTLINE,
    OPERATOR,
    REGION,
    REVISITOR,
    SERVICE,
    SHIFT_LEAD,
    City,
)

FIRST = "ticket/5118002026030202000001"
SECOND = "ticket/5118002026030602000001"
OFFICER = Actor("pai", Role.ASSIGNMENT_OFFICER, HOTLINE)
HELP = RegisterTicket(
    type=TicketType.HELP,
    channel=Channel.WEB,
    region=REGION,
    title="小区停水",
    summary="三天停水",
    category="110101",
    caller=CITIZEN.person,
)
URGE = UrgeTicket(reason="多次来电")
ACKNOWLEDGE_DUE = datetime(2026, 3, 2, 15, 30, tzinfo=SHANGHAI)
WARN_AT = datetime(2026, 3, 6, 9, 0, tzinfo=SHANGHAI)
DUE_AT = datetime(2026, 3, 9, 17, 30, tzinfo=SHANGHAI)


def assigned() -> City:
    """A ticket that waits for its department: acknowledgement, light and promise are running."""
    city = City()
    city.do(FIRST, HELP, OPERATOR)
    return city


def at(city: City, moment: datetime) -> City:
    city.at = moment
    return city


def kinds(city: City, since: int) -> list[type]:
    return [type(line.fact.event) for line in city.log[since:]]


def test_what_came_due_before_the_command_happens_first_each_at_its_moment() -> None:
    city = at(assigned(), WARN_AT + timedelta(hours=1))
    before = len(city.log)

    city.do(FIRST, URGE, SHIFT_LEAD)

    overdue, warned, urged = city.log[before:]
    assert [type(one.fact.event) for one in (overdue, warned, urged)] == [
        StageBecameOverdue,
        TicketWarned,
        TicketUrged,
    ]
    assert [overdue.fact.occurred_at, warned.fact.occurred_at] == [ACKNOWLEDGE_DUE, WARN_AT]
    assert urged.fact.occurred_at == WARN_AT + timedelta(hours=1)
    assert {overdue.fact.actor, warned.fact.actor} == {CLOCK}
    assert overdue.causation == f"{FIRST} stage"


def test_a_timer_due_at_the_very_moment_of_the_command_waits() -> None:
    city = at(assigned(), DUE_AT)
    before = len(city.log)

    city.do(FIRST, URGE, SHIFT_LEAD)

    assert TicketBecameOverdue not in kinds(city, before)
    assert any(timer.due_at == DUE_AT for timer in city.timers[FIRST])


@pytest.mark.parametrize("days", [0, 1, 5, 8, 11, 40])
def test_a_runner_that_lags_leaves_the_same_ticket(days: int) -> None:
    punctual, lagging = assigned(), assigned()
    moment = punctual.at + timedelta(days=days, hours=3)
    punctual.wait(moment)
    punctual.do(FIRST, URGE, SHIFT_LEAD)
    at(lagging, moment).do(FIRST, URGE, SHIFT_LEAD)

    assert len(lagging.log) == len(punctual.log)
    same = replace(lagging.ticket(FIRST), last_at=punctual.ticket(FIRST).last_at)
    assert same == punctual.ticket(FIRST)
    assert set(lagging.timers[FIRST]) == set(punctual.timers[FIRST])


def test_times_never_run_backwards_over_a_long_stop() -> None:
    city = assigned()
    at(city, city.at + timedelta(days=400)).do(FIRST, URGE, SHIFT_LEAD)

    assert all(one.fact.occurred_at <= other.fact.occurred_at for one, other in pairwise(city.log))


def test_a_timer_missed_again_and_again_happens_at_its_moment_and_once_now() -> None:
    city = assigned()
    moment = city.at + timedelta(days=400)
    at(city, moment).do(FIRST, URGE, SHIFT_LEAD)

    missed = [line for line in city.log if isinstance(line.fact.event, CitizenDueMissed)]
    # The first promise, the one of a redo, the one of a complex case; then now, and no more.
    assert [line.fact.occurred_at == moment for line in missed] == [False, False, False, True]
    assert missed[0].fact.occurred_at == DUE_AT
    assert all(timer.due_at > moment for timer in city.timers[FIRST])


def test_the_command_of_a_late_timer_happens_at_its_moment() -> None:
    city = assigned()
    light = next(one for one in city.timers[FIRST] if one.kind is TimerKind.DEPARTMENT)
    at(city, WARN_AT + timedelta(days=2))

    city.do(FIRST, timer_command(FIRST, light.kind, light.due_at), CLOCK)

    (warned,) = [line for line in city.log if isinstance(line.fact.event, TicketWarned)]
    assert warned.fact.occurred_at == WARN_AT


def test_a_refused_command_leaves_its_timers_to_the_runner() -> None:
    city = at(assigned(), DUE_AT + timedelta(days=1))
    before = dict(city.records)

    assert city.refused(FIRST, RecordRevisit(way=ContactWay.PHONE, connected=True), REVISITOR)

    assert city.records == before
    city.wait(city.at)
    assert TicketBecameOverdue in kinds(city, 0)


# -- another stream ------------------------------------------------------------------------------


def test_a_policy_finds_the_other_stream_as_of_its_moment() -> None:
    city = assigned()
    city.auto_assign = False
    at(city, WARN_AT + timedelta(hours=1)).do(SECOND, HELP, OPERATOR)

    main = FIRST.removeprefix("ticket/")
    city.do(SECOND, MergeTicket(main=main, reasons="同地同事"), OFFICER)

    told = [line.fact for line in city.log if line.stream == FIRST]
    assert isinstance(told[-1].event, ChildLinked)
    assert [fact.occurred_at for fact in told[-3:-1]] == [ACKNOWLEDGE_DUE, WARN_AT]


# -- defects -------------------------------------------------------------------------------------


def test_a_timer_that_stays_quiet_does_not_keep_others_from_happening(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    city = assigned()
    real = aggregate_of(FIRST)
    extra = Timer(TimerKind.CONTACT, city.at + timedelta(minutes=1))
    with_quiet = replace(real, timers=lambda state: (extra, *real.timers(state)))
    monkeypatch.setattr(handling, "aggregate_of", lambda _: with_quiet)

    at(city, WARN_AT + timedelta(hours=1)).do(FIRST, URGE, SHIFT_LEAD)

    assert TicketWarned in kinds(city, 0)


def test_a_timer_whose_follow_up_is_impossible_leaves_nothing_half_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    city = assigned()

    def impossible(recorded: Recorded, _: Records, __: Context) -> Iterator[FollowUp]:
        if isinstance(recorded.fact.event, TicketWarned):
            yield FollowUp(SERVICE, LinkLoop(ticket="1"), OnRefusal.REFUSE)

    monkeypatch.setattr(handling, "follow_ups", impossible)
    before = len(city.log)
    at(city, WARN_AT + timedelta(hours=1)).do(FIRST, URGE, SHIFT_LEAD)

    assert kinds(city, before) == [StageBecameOverdue, TicketUrged]
    assert [line.version for line in city.log] == list(range(1, len(city.log) + 1))


def test_timers_that_never_come_to_rest_are_a_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    city = assigned()
    real = aggregate_of(FIRST)
    start = city.at
    again = Timer(TimerKind.CITIZEN, start)
    restless = replace(
        real,
        timers=lambda _: (again,),
        decide=lambda _, state, situation: real.decide(URGE, state, situation),
    )
    monkeypatch.setattr(handling, "aggregate_of", lambda _: restless)
    with pytest.raises(TimersUnendingError):
        at(city, start + timedelta(days=1)).tell(FIRST, URGE, SHIFT_LEAD)
