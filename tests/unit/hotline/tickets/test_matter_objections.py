"""Matters taken up again after an upheld objection, and whose hands are kept off."""

from hotline.people.actors import Actor, Role
from hotline.tickets.commands import (
    AssignTicket,
    RaiseObjection,
)
from hotline.tickets.vocabulary import (
    Channel,
    TimerKind,
)
from tests.city import (
    CALLER,
    HALL,
    HANDLER,
    MATTER_OFFICER,
    REVISITOR,
    ROADS,
)
from tests.unit.hotline.tickets.test_matters import (
    FEEDBACK,
    JOINT,
    MATTER,
    REVIEW,
    SOLVED,
    TRIAGE,
    closed,
    fed_back,
    signed,
)


def test_an_upheld_objection_runs_both_clocks_again() -> None:
    """What was answered no longer stands: the promise to the citizen is a new one."""
    for taken_up in (AssignTicket(lead=ROADS, reason="职能"), JOINT):
        city = closed()
        assert city.ticket(MATTER).answered_at is not None
        city.later(days=6)
        city.do(MATTER, RaiseObjection(channel=Channel.PHONE, summary="又不行了"), CALLER)
        city.do(MATTER, TRIAGE, MATTER_OFFICER)
        city.do(MATTER, taken_up, MATTER_OFFICER)
        ticket = city.ticket(MATTER)
        assert (ticket.answered_at, ticket.submitted_at, ticket.closed_at) == (None, None, None)
        kinds = {timer.kind for timer in city.timers[MATTER]}
        assert {TimerKind.CITIZEN, TimerKind.DEPARTMENT} <= kinds


def test_an_upheld_objection_promises_a_date_that_can_be_kept() -> None:
    city = fed_back()
    city.later(days=20)
    city.do(MATTER, SOLVED, REVISITOR)
    city.do(MATTER, RaiseObjection(channel=Channel.PHONE, summary="又不行了"), CALLER)
    city.do(MATTER, TRIAGE, MATTER_OFFICER)
    city.do(MATTER, AssignTicket(lead=ROADS, reason="职能"), MATTER_OFFICER)
    ticket = city.ticket(MATTER)
    assert ticket.citizen_due == ticket.department_due


def test_who_handled_the_matter_does_not_feed_it_back() -> None:
    city = signed()
    city.do(MATTER, REVIEW, MATTER_OFFICER)
    moved = Actor(HANDLER.person, Role.MATTER_OFFICER, HALL)
    assert city.refused(MATTER, FEEDBACK, moved) == "own-handling"


def test_who_is_written_to_in_a_language_is_invited_in_it() -> None:
    city = fed_back(language="en")
    (service,) = [
        record.state for name, record in city.records.items() if name.startswith("service/")
    ]
    assert service.language == "en"
