"""A call in a city of memory, told step by step."""

from typing import Any, Final

from handlers.outcome import Outcome
from hotline.calls.commands import AcceptCall, RateCall, ReceiveCall, ReportLine
from hotline.calls.state import Call
from hotline.calls.vocabulary import Leg, LineStatus
from hotline.people.actors import Actor, Role
from tests.city import CITIZEN, HOTLINE, OPERATOR, REGION, City

CALL_ID: Final = "CA1"
CALL: Final = f"call/{CALL_ID}"
ME: Final = f"citizen/{CITIZEN.person}"
SECOND: Final = Actor("wei", Role.OPERATOR, HOTLINE)
NETWORK: Final = Actor("twilio", Role.SYSTEM)


def ringing(stream: str = CALL, city: City | None = None, **more: Any) -> City:
    city = city or City()
    city.do(stream, ReceiveCall(caller=CITIZEN.person, region=REGION, **more), NETWORK)
    return city


def line(city: City, leg: Leg, status: LineStatus, stream: str = CALL, **more: Any) -> Outcome:
    return city.do(stream, ReportLine(leg=leg, status=status, **more), NETWORK)


def accepted(city: City | None = None, stream: str = CALL) -> City:
    city = city or ringing(stream)
    city.later(seconds=8)
    city.do(stream, AcceptCall(), OPERATOR)
    return city


def talking(city: City | None = None, stream: str = CALL) -> City:
    city = accepted(city, stream)
    city.later(seconds=4)
    line(city, Leg.OPERATOR, LineStatus.IN_PROGRESS, stream, attempt=1, line_id="CA2")
    return city


def talked(city: City | None = None, stream: str = CALL) -> City:
    city = talking(city, stream)
    city.later(seconds=90)
    line(city, Leg.OPERATOR, LineStatus.COMPLETED, stream, attempt=1, seconds=90)
    return city


def rated(level: int, city: City | None = None) -> City:
    city = city or talked()
    city.do(CALL, RateCall(level=level), NETWORK)
    return city


def call(city: City, stream: str = CALL) -> Call:
    state = city.get(stream).state
    assert isinstance(state, Call)
    return state
