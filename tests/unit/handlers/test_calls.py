"""What follows from a call: the call back, and one rating of one service."""

from hotline.calls.commands import GiveCallReason, LinkCallTicket, RateCall
from hotline.calls.events import CallRated
from hotline.calls.vocabulary import Admission, CallReason, Leg, LineStatus
from hotline.correspondence.commands import ReportMissedCall
from hotline.correspondence.events import ContactTaskCompleted, ContactTaskOpened
from hotline.correspondence.vocabulary import TaskKind
from hotline.evaluations.commands import RecordEvaluation
from hotline.evaluations.events import EvaluationRecorded, ReasonRecorded, ServiceRecorded
from hotline.evaluations.vocabulary import EvaluationChannel, Node, RatedObject
from hotline.people.actors import SYSTEM
from hotline.tickets.commands import AnswerDirectly, RegisterTicket
from hotline.tickets.events import AdditionAppended
from hotline.tickets.vocabulary import Channel, Kind, TicketType
from tests.city import CITIZEN, HOTLINE, OPERATOR, REGION, City
from tests.ringing import CALL, CALL_ID, ME, NETWORK, line, rated, ringing, talked, talking

OWN = f"service/{CALL_ID}/1"
NUMBER = "5118002026030201000001"
TICKET = f"ticket/{NUMBER}"
ANSWER = f"service/{NUMBER}/1"


def test_who_gave_up_waiting_is_called_back() -> None:
    city = ringing()
    line(city, Leg.CALLER, LineStatus.COMPLETED)
    (task,) = city.events(ContactTaskOpened)
    assert (task.task, task.kind) == (CALL_ID, TaskKind.CALL_BACK)
    line(city, Leg.CALLER, LineStatus.NO_ANSWER)
    assert len(list(city.events(ContactTaskOpened))) == 1


def test_who_was_turned_away_is_called_back() -> None:
    city = ringing(admission=Admission.OVERFLOW)
    assert len(list(city.events(ContactTaskOpened))) == 1


def test_who_was_answered_is_not() -> None:
    city = talked()
    line(city, Leg.CALLER, LineStatus.COMPLETED)
    assert not list(city.events(ContactTaskOpened))


def test_who_tries_five_times_is_called_back_once() -> None:
    city = City()
    for count in range(5):
        stream = f"call/CA{count}"
        ringing(stream, city)
        line(city, Leg.CALLER, LineStatus.COMPLETED, stream)
    city.do(ME, ReportMissedCall(call_id="CA9", call_back_at=city.at), NETWORK)
    assert len(list(city.events(ContactTaskOpened))) == 1


def test_who_gets_through_after_all_need_not_be_called_back() -> None:
    city = ringing("call/CA0")
    line(city, Leg.CALLER, LineStatus.COMPLETED, "call/CA0")
    talking(ringing(city=city))
    (done,) = city.events(ContactTaskCompleted)
    assert done.task == "CA0"


def test_a_digit_after_the_call_rates_the_call_as_a_service() -> None:
    city = rated(5)
    service = city.service(OWN)
    assert (service.node, service.object) == (Node.CALL, RatedObject.HOTLINE_CALL)
    assert (service.staff, service.department) == (OPERATOR.person, HOTLINE)
    assert (service.level, service.evaluator) == (5, CITIZEN.person)
    (event,) = city.events(EvaluationRecorded)
    assert event.channel is EvaluationChannel.PHONE
    assert not city.timers[OWN]


def test_a_second_digit_rates_nothing_more() -> None:
    city = rated(5)
    city.do(CALL, RateCall(level=1), NETWORK)
    assert len(list(city.events(EvaluationRecorded))) == 1
    assert len(list(city.events(ServiceRecorded))) == 1


def test_a_poor_digit_opens_the_loop_and_a_key_says_why() -> None:
    city = rated(1)
    loop = city.ticket(city.loop(OWN))
    assert (loop.kind, loop.channel) == (Kind.POOR_EVALUATION, Channel.POOR_EVALUATION)
    assert city.service(OWN).reason_pending
    city.do(CALL, GiveCallReason(reason=CallReason.ATTITUDE), NETWORK)
    assert [one.text for one in city.events(ReasonRecorded)] == ["服务态度不好"]
    assert [one.summary for one in city.events(AdditionAppended)] == ["服务态度不好"]
    assert not city.service(OWN).reason_pending


def answered_in_the_call() -> City:
    city = talking()
    ticket = RegisterTicket(
        type=TicketType.CONSULT,
        channel=Channel.PHONE,
        region=REGION,
        title="如何办证",
        summary="如何办证",
        category="110101",
        caller=CITIZEN.person,
    )
    city.do(TICKET, ticket, OPERATOR)
    answer = AnswerDirectly(article="A1", article_version=1, text="带身份证到窗口")
    city.do(TICKET, answer, OPERATOR)
    city.do(CALL, LinkCallTicket(ticket=NUMBER), OPERATOR)
    line(city, Leg.OPERATOR, LineStatus.COMPLETED, attempt=1)
    return city


def test_a_ticket_answered_in_the_call_has_the_rating_of_the_call() -> None:
    city = rated(2, answered_in_the_call())
    assert city.service(ANSWER).level == 2
    assert city.get(OWN).version == 0
    city.do(CALL, GiveCallReason(reason=CallReason.UNCLEAR), NETWORK)
    assert [one.text for one in city.events(ReasonRecorded)] == ["解答不清楚"]


def test_a_call_whose_answer_was_rated_meanwhile_has_its_one_rating() -> None:
    city = answered_in_the_call()
    rating = RecordEvaluation(level=3, channel=EvaluationChannel.TEXT, evaluator=CITIZEN.person)
    city.do(ANSWER, rating, SYSTEM)
    rated(5, city)
    assert city.service(ANSWER).level == 3
    assert city.get(OWN).version == 0
    assert len(list(city.events(CallRated))) == 1
