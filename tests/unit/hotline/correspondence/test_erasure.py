"""Erasure: asked for by the citizen, decided by a person, and refused where the law says keep."""

from hotline.correspondence.commands import (
    ConfirmErasure,
    DenyErasure,
    GrantErasure,
    RequestErasure,
)
from hotline.correspondence.events import ErasureDenied, ErasureRequested, PersonErased
from hotline.correspondence.state import Correspondence
from hotline.correspondence.vocabulary import ErasureDecision
from hotline.people.actors import SYSTEM
from hotline.tickets.commands import AnswerDirectly, PlaceLegalHold, RegisterTicket
from hotline.tickets.vocabulary import Channel, TicketType
from tests.city import CALLER, HANDLER, OPERATOR, REGION, SHIFT_LEAD, City

NUMBER = "5118002026030202000001"
TICKET = f"ticket/{NUMBER}"
ME = f"citizen/{CALLER.person}"
ASK = RequestErasure(ticket=NUMBER)
GRANT = GrantErasure(reason="目的已实现", tickets=(TICKET,))
CONSULT = RegisterTicket(
    type=TicketType.CONSULT,
    channel=Channel.PHONE,
    region=REGION,
    title="如何办证",
    summary="如何办证",
    category="110101",
    caller=CALLER.person,
)


def asked(*, answered: bool = True) -> City:
    city = City(auto_assign=False)
    city.do(TICKET, CONSULT, OPERATOR)
    if answered:
        city.do(TICKET, AnswerDirectly(text="带身份证", article="a", article_version=1), OPERATOR)
    city.do(ME, ASK, CALLER)
    return city


def decision(city: City) -> ErasureDecision:
    state = city.get(ME).state
    assert isinstance(state, Correspondence)
    assert state.erasure is not None
    return state.erasure.decision


def test_a_request_waits_for_a_decision_within_thirty_days() -> None:
    city = asked()
    (event,) = city.events(ErasureRequested)
    assert (event.by_at - city.at).days == 30
    assert decision(city) is ErasureDecision.WAITING
    assert city.refused(ME, ASK, CALLER) == "erasure-asked"


def test_consent_erases_once_nothing_stands_against_it() -> None:
    city = asked()
    city.do(ME, GRANT, SHIFT_LEAD)
    assert len(list(city.events(PersonErased))) == 1
    assert decision(city) is ErasureDecision.ERASED
    assert city.refused(ME, ASK, CALLER) == "person-erased"
    assert city.refused(ME, GRANT, SHIFT_LEAD) == "no-erasure-asked"


def test_a_case_under_legal_hold_is_kept() -> None:
    city = asked()
    city.do(TICKET, PlaceLegalHold(reason="案件调查"), SHIFT_LEAD)
    assert city.refused(ME, GRANT, SHIFT_LEAD) == "legal-hold"
    assert decision(city) is ErasureDecision.WAITING


def test_a_case_that_is_worked_on_is_kept() -> None:
    assert asked(answered=False).refused(ME, GRANT, SHIFT_LEAD) == "ticket-still-open"


def test_a_denial_says_why_and_by_which_law_and_may_be_asked_again() -> None:
    city = asked()
    assert city.refused(ME, DenyErasure(reason="诉讼中", basis=""), SHIFT_LEAD) == "text-missing"
    city.do(ME, DenyErasure(reason="诉讼中", basis="个人信息保护法 47"), SHIFT_LEAD)
    (event,) = city.events(ErasureDenied)
    assert event.basis == "个人信息保护法 47"
    assert decision(city) is ErasureDecision.DENIED
    city.do(ME, ASK, CALLER)


def test_nobody_else_decides() -> None:
    city = asked()
    for who in (OPERATOR, HANDLER, CALLER):
        assert city.refused(ME, GRANT, who) == "role-forbidden"
    assert city.refused(ME, GrantErasure(reason=" "), SHIFT_LEAD) == "text-missing"
    assert City().refused(ME, ConfirmErasure(), SYSTEM) == "no-erasure-asked"
