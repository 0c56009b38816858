"""What citizens write back, through the handlers: the text and what it does are one outcome."""

from dataclasses import replace

import pytest

from hotline.correspondence.commands import (
    CompleteContactTask,
    ReceiveText,
    ReportMissedCall,
    ReportUndelivered,
)
from hotline.correspondence.events import ContactTaskOpened, TextSettled
from hotline.correspondence.grammar import parse
from hotline.correspondence.state import Correspondence
from hotline.correspondence.vocabulary import Meaning, Reading, TaskKind
from hotline.evaluations.events import (
    EvaluationRecorded,
    LaterEvaluationGiven,
    ReasonRecorded,
)
from hotline.people.actors import SYSTEM, Actor, Role
from hotline.tickets.commands import AnswerDirectly, RegisterTicket
from hotline.tickets.events import AdditionAppended, ObjectionRaised
from hotline.tickets.vocabulary import Channel, TicketType
from tests.city import CITIZEN, OPERATOR, PEER, REGION, SERVICE, City, a_rating, a_service

ME = f"citizen/{CITIZEN.person}"
OTHER = "service/P2/1"
NUMBER = "5118002026030202000001"
TICKET = f"ticket/{NUMBER}"
SECOND = "ticket/5118002026030202000002"
PROVIDER = Actor("simulated", Role.SYSTEM)
CONSULT = RegisterTicket(
    type=TicketType.CONSULT,
    channel=Channel.PHONE,
    region=REGION,
    title="如何办证",
    summary="如何办证",
    category="110101",
    caller=CITIZEN.person,
)


def write(city: City, words: str, *related: str, stream: str = ME) -> TextSettled:
    """Send a text and give what was made of it."""
    signal = parse(words)
    command = ReceiveText(
        text_id=f"T{city.messages}",
        meaning=signal.meaning,
        level=signal.level,
        solved=signal.solved,
        number=signal.number,
        text=words if signal.meaning is Meaning.WORDS else "",
        related=related,
    )
    city.later(minutes=1)
    outcome = city.do(stream, command, PROVIDER)
    (settled,) = (
        line.fact.event
        for line in outcome.recorded
        if line.stream == stream and isinstance(line.fact.event, TextSettled)
    )
    return settled


def served(*streams: str) -> City:
    city = City()
    for stream in streams or (SERVICE,):
        project, number = stream.split("/")[1:]
        city.do(stream, a_service(project_no=project, service_number=number), PEER)
    return city


def answered() -> City:
    city = City()
    city.do(TICKET, CONSULT, OPERATOR)
    answer = AnswerDirectly(article="A1", article_version=1, text="带身份证到窗口")
    city.do(TICKET, answer, OPERATOR)
    return city


def me(city: City) -> Correspondence:
    state = city.get(ME).state
    assert isinstance(state, Correspondence)
    return state


def test_a_digit_rates_the_open_invitation() -> None:
    city = served()
    settled = write(city, "5", SERVICE)
    assert (settled.reading, settled.about, settled.level) == (Reading.RATED, SERVICE, 5)
    (rating,) = city.events(EvaluationRecorded)
    assert (rating.level, rating.evaluator) == (5, CITIZEN.person)


def test_of_two_invitations_the_newest_is_rated_and_the_other_named() -> None:
    city = served(SERVICE, OTHER)
    settled = write(city, "4", OTHER, SERVICE)
    assert (settled.about, settled.other) == (OTHER, "P1")
    settled = write(city, "4", OTHER, SERVICE)
    assert (settled.about, settled.other) == (SERVICE, "")


def test_a_poor_digit_is_asked_why_and_words_answer_it() -> None:
    city = served()
    assert write(city, "1", SERVICE).reading is Reading.RATED_POOR
    assert city.service().reason_pending
    settled = write(city, "窗口态度差", SERVICE)
    assert settled.reading is Reading.REASON_TAKEN
    (reason,) = city.events(ReasonRecorded)
    assert reason.text == "窗口态度差"
    (addition,) = city.events(AdditionAppended)
    assert addition.summary == "窗口态度差"
    assert write(city, "还有别的", SERVICE).reading is Reading.LEFT_TO_OPERATOR


def test_words_long_after_the_question_are_no_answer_to_it() -> None:
    city = served()
    write(city, "1", SERVICE)
    city.later(days=8)
    assert write(city, "今天路灯坏了", SERVICE).reading is Reading.LEFT_TO_OPERATOR
    assert list(city.events(ReasonRecorded)) == []


def test_a_second_digit_is_the_later_rating_and_a_third_counts_nothing() -> None:
    city = served()
    write(city, "5", SERVICE)
    assert write(city, "4", SERVICE).reading is Reading.RATED_LATER
    third = write(city, "3", SERVICE)
    assert (third.reading, third.level) == (Reading.ALREADY_RATED, 4)
    assert [one.level for one in city.events(LaterEvaluationGiven)] == [4]


def test_the_same_digit_again_says_that_it_was_rated() -> None:
    city = served()
    write(city, "5", SERVICE)
    assert write(city, "5", SERVICE).reading is Reading.ALREADY_RATED


def test_a_rating_of_somebody_else_is_no_later_rating_of_this_citizen() -> None:
    city = served()
    city.do(SERVICE, a_rating(5, evaluator=""), replace(CITIZEN, person=""))
    assert write(city, "3", SERVICE).reading is Reading.ALREADY_RATED


def test_a_late_digit_rates_nothing() -> None:
    city = served()
    city.later(days=31)
    assert write(city, "5", SERVICE).reading is Reading.RATED_TOO_LATE
    assert list(city.events(EvaluationRecorded)) == []


def test_a_digit_of_an_unknown_number_rates_nothing() -> None:
    assert write(City(), "5").reading is Reading.NOTHING_TO_RATE


def test_a_digit_without_an_invitation_rates_the_newest_answer() -> None:
    city = answered()
    settled = write(city, "5", TICKET)
    assert (settled.reading, settled.about) == (Reading.RATED, f"service/{NUMBER}/1")
    assert settled.number == NUMBER


def test_a_zero_objects_to_the_answer() -> None:
    city = answered()
    assert write(city, "0", TICKET).reading is Reading.OBJECTED
    (objection,) = city.events(ObjectionRaised)
    assert objection.channel is Channel.TEXT


def test_a_zero_while_a_ticket_is_open_is_noted_in_it() -> None:
    city = City()
    city.do(TICKET, CONSULT, OPERATOR)
    assert write(city, "0", TICKET).reading is Reading.NOT_SOLVED_NOTED
    assert [one.summary for one in city.events(AdditionAppended)] == ["短信回复：未解决"]


def test_a_rating_with_n_counts_and_objects() -> None:
    city = answered()
    assert write(city, "3N", TICKET).reading is Reading.RATED
    assert len(list(city.events(ObjectionRaised))) == 1


def test_a_rating_with_n_counts_even_where_no_objection_is_possible() -> None:
    city = answered()
    city.later(days=25)
    assert write(city, "4N", TICKET).reading is Reading.RATED
    assert list(city.events(ObjectionRaised)) == []


def test_opting_out_holds_for_everybody_who_shares_the_number() -> None:
    city = City()
    assert write(city, "退订", "citizen/c-2").reading is Reading.OPTED_OUT
    assert not me(city).wants_invitations
    assert not city.get("citizen/c-2").state.wants_invitations
    write(city, "订阅", "citizen/c-2")
    assert me(city).wants_invitations
    assert city.get("citizen/c-2").state.wants_invitations


def test_a_number_tells_the_state_of_ones_own_ticket_only() -> None:
    city = City()
    city.do(TICKET, CONSULT, OPERATOR)
    told = write(city, NUMBER, TICKET)
    assert (told.reading, told.stage) == (Reading.STATE_TOLD, "in_handling")
    assert write(city, NUMBER).reading is Reading.STATE_UNKNOWN
    assert write(city, NUMBER[:-1] + "9", TICKET).reading is Reading.STATE_UNKNOWN


def test_questions_are_throttled_and_asked_again_the_next_day() -> None:
    city = City()
    readings = [write(city, NUMBER).reading for _ in range(6)]
    assert readings == [Reading.STATE_UNKNOWN] * 5 + [Reading.STATE_THROTTLED]
    city.later(days=1)
    assert write(city, NUMBER).reading is Reading.STATE_UNKNOWN


def test_replies_end_before_two_machines_talk_for_ever() -> None:
    city = City()
    replied = [write(city, "5").replied for _ in range(12)]
    assert replied == [True] * 10 + [False] * 2


def test_words_are_added_to_the_one_open_ticket() -> None:
    city = City()
    city.do(TICKET, CONSULT, OPERATOR)
    assert write(city, "补充：在二楼", TICKET).reading is Reading.ADDED
    assert [one.channel for one in city.events(AdditionAppended)] == [Channel.TEXT]


@pytest.mark.parametrize("open_tickets", [(), (TICKET, SECOND)])
def test_other_words_wait_for_an_operator(open_tickets: tuple[str, ...]) -> None:
    city = City()
    for stream in open_tickets:
        city.do(stream, CONSULT, OPERATOR)
    assert write(city, "你好", *open_tickets).reading is Reading.LEFT_TO_OPERATOR
    (task,) = me(city).tasks
    assert (task.kind, task.text) == (TaskKind.READ_TEXT, "你好")
    done = CompleteContactTask(task=task.task, outcome="已回电")
    city.do(ME, done, OPERATOR)
    assert me(city).tasks == ()
    assert city.refused(ME, done, OPERATOR) == "unknown-task"


def test_what_no_text_can_tell_becomes_a_task() -> None:
    city = City()
    report = ReportUndelivered(intent_id="i-1", template="answered", about=TICKET, error="30005")
    city.do(ME, report, SYSTEM)
    (task,) = me(city).tasks
    assert (task.kind, task.about, task.reason) == (TaskKind.TELL_BY_PHONE, TICKET, "30005")


def test_a_missed_call_is_called_back_at_a_time_to_come() -> None:
    city = City()
    missed = ReportMissedCall(call_id="CA1", call_back_at=city.at)
    city.do(ME, missed, SYSTEM)
    (task,) = city.events(ContactTaskOpened)
    assert (task.kind, task.by_at) == (TaskKind.CALL_BACK, city.at)
    city.later(minutes=1)
    assert city.refused(ME, missed, SYSTEM) == "in-the-past"


def test_nobody_but_the_house_reports_received_texts() -> None:
    command = ReceiveText(text_id="T", meaning=Meaning.RATING, level=5, related=(SERVICE,))
    assert served().refused(ME, command, CITIZEN) == "role-forbidden"


def test_where_the_rating_is_refused_the_text_does_nothing() -> None:
    city = served()
    command = ReceiveText(text_id="T", meaning=Meaning.RATING, level=7, related=(SERVICE,))
    assert city.refused(ME, command, PROVIDER) == "unknown-level"
