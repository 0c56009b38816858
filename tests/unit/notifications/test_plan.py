from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from hotline.correspondence.state import Correspondence
from hotline.correspondence.vocabulary import Reading
from hotline.tickets import events
from hotline.tickets.state import Ticket
from hotline.tickets.vocabulary import ContactWay, Kind, Secrecy, TicketType, Urgency
from notifications.intent import TextIntent
from notifications.plan import plan
from tests.unit.notifications import facts
from tests.unit.notifications.facts import NOON, NUMBER, fact, ticket


def planned(event: object, state: Ticket) -> dict[str, TextIntent]:
    return {one.template.value: one for one in plan(f"ticket/{NUMBER}", 3, fact(event), state)}


def caller_texts(event: object, state: Ticket) -> list[TextIntent]:
    texts = planned(event, state).values()
    return [one for one in texts if one.recipient.startswith("citizen/")]


@pytest.mark.parametrize(("template", "event"), facts.to_callers().items())
def test_the_caller_is_told_each_step(template: str, event: object) -> None:
    (told,) = caller_texts(event, ticket())
    assert (told.template.value, told.recipient) == (template, "citizen/citizen-1")


@pytest.mark.parametrize("event", facts.to_callers().values())
def test_an_anonymous_caller_is_told_nothing(event: object) -> None:
    assert caller_texts(event, ticket(caller="")) == []


@pytest.mark.parametrize("event", facts.to_callers("某局的答复").values())
@pytest.mark.parametrize(
    "state", [ticket(type=TicketType.REPORT), ticket(secrecy=Secrecy.CONFIDENTIAL)]
)
def test_of_a_secret_ticket_only_number_and_dates_are_said(event: object, state: Ticket) -> None:
    (told,) = caller_texts(event, state)
    said = {key for key, value in told.data.items() if value}
    assert said <= {"number", "kind", "secret", "due_at", "until_at"}


@pytest.mark.parametrize(("template", "event"), facts.to_departments().items())
def test_departments_are_told_the_number_only(template: str, event: object) -> None:
    told = planned(event, ticket())[template]
    assert told.recipient == "department/water"
    assert set(told.data) <= {"number", "level"}


def test_each_department_of_an_assignment_is_told_by_a_row_of_its_own() -> None:
    texts = plan("ticket/1", 3, fact(facts.assigned(assists=("fire", "roads"))), ticket())
    told = [one.recipient for one in texts if one.template.value == "staff_assigned"]
    assert told == ["department/water", "department/fire", "department/roads"]
    assert len({one.intent_id for one in texts}) == len(texts)


def test_a_proposed_supervision_waits_for_the_person_who_signs_it() -> None:
    event = events.SupervisionOpened(level=3, reason="", proposed=True)
    assert planned(event, ticket()) == {}


def test_a_second_department_is_a_reassignment() -> None:
    texts = planned(facts.assigned("roads"), ticket(departments=("water", "roads")))
    assert texts["reassigned"].data["department"] == "roads"


def test_a_redo_ends_with_its_result() -> None:
    event = events.TicketAnswered(public_text="已修好", on_time=True, stage_due=facts.due())
    assert list(planned(event, ticket(redo_count=1))) == ["redo_result"]


def test_only_the_third_vain_revisit_asks_by_text() -> None:
    assert planned(facts.revisited(2), ticket()) == {}
    assert list(planned(facts.revisited(3), ticket())) == ["invited"]


def test_a_poor_evaluation_hears_acceptance_and_result_but_not_whom_it_went_to() -> None:
    poor = ticket(kind=Kind.POOR_EVALUATION)
    feedback = events.FeedbackGiven(way=ContactWay.PHONE, text="已整改", stage_due=facts.due())
    assert list(planned(facts.registered(Kind.POOR_EVALUATION), poor)) == ["accepted"]
    assert list(planned(facts.assigned(), poor)) == ["staff_assigned"]
    assert list(planned(feedback, poor)) == ["evaluation_feedback"]


def test_a_matter_is_told_a_new_date_before_the_joint_review() -> None:
    event = events.JointReviewOpened(
        lead="water", assists=(), department_due=facts.due(), citizen_due=facts.due(10)
    )
    told = planned(event, ticket(kind=Kind.MATTER))["delayed"]
    assert told.data["due_at"] == facts.due(10).due_at.isoformat()


def test_a_recomputed_date_is_told_only_when_it_moved() -> None:
    event = events.DueRecomputed(
        calendar="c2", citizen_due=facts.due(), citizen_due_before=facts.due().due_at
    )
    moved = replace(event, citizen_due_before=NOON)
    assert planned(event, ticket()) == {}
    assert list(planned(moved, ticket())) == ["delayed"]


def test_a_long_answer_is_left_out_whole_and_never_cut() -> None:
    event = events.TicketAnswered(public_text=facts.LONG, on_time=True, stage_due=facts.due())
    assert planned(event, ticket())["answered"].data["summary"] == ""


def test_the_text_is_in_the_callers_language_and_to_departments_in_chinese() -> None:
    texts = planned(facts.assigned(), ticket(language="en"))
    assert (texts["assigned"].language, texts["staff_assigned"].language) == ("en", "zh")


def test_the_query_code_is_in_no_intent() -> None:
    (accepted,) = caller_texts(facts.registered(), ticket())
    assert "code" not in accepted.data


def test_the_same_fact_gives_the_same_id_and_another_version_another() -> None:
    event = facts.registered()
    first, again = (plan("ticket/1", 1, fact(event), ticket())[0].intent_id for _ in range(2))
    later = plan("ticket/1", 2, fact(event), ticket())[0].intent_id
    assert first == again != later


def test_at_night_a_text_waits_unless_the_ticket_is_urgent() -> None:
    night = NOON.replace(hour=23)
    morning = NOON.replace(hour=8) + timedelta(days=1)

    def leaves(state: Ticket, event: object) -> object:
        return plan("ticket/1", 1, fact(event, night), state)[0].not_before

    assert leaves(ticket(), facts.registered()) == morning
    assert leaves(ticket(urgency=Urgency.LIFE), facts.registered()) == night
    assert leaves(ticket(urgency=Urgency.LIFE), facts.revisited(3)) == morning


def test_an_unrated_service_is_invited_once_and_reminded_once() -> None:
    def invited(*, reminder: bool, **changes: str) -> Mapping[str, Mapping[str, str]]:
        event = fact(facts.invitation(reminder=reminder))
        texts = plan("service/P1/P1-1", 2, event, facts.service(**changes))
        return {one.template.value: one.data for one in texts}

    assert invited(reminder=False)["invited"]["number"] == "P1"
    assert invited(reminder=True, ticket=NUMBER)["invited_again"]["number"] == NUMBER
    assert invited(reminder=False, citizen="") == {}


def test_an_invitation_is_written_in_the_language_of_the_citizen() -> None:
    for language in ("zh", "en"):
        event = fact(facts.invitation(reminder=False))
        (text,) = plan("service/P1/P1-1", 2, event, facts.service(language=language))
        assert text.language == language


def test_a_fact_of_no_ticket_and_no_service_says_nothing() -> None:
    assert plan("catalogue/", 1, fact(object()), None) == ()


def test_a_missed_call_is_one_text_however_often_it_is_reported() -> None:
    (first,) = plan("citizen/1", 1, fact(facts.missed_call()), Correspondence(last_at=NOON))
    (second,) = plan("citizen/1", 2, fact(facts.missed_call()), Correspondence(last_at=NOON))
    assert (first.template.value, first.recipient) == ("missed_call", "citizen/1")
    assert first.intent_id != second.intent_id


def test_a_reply_leaves_at_once_even_at_night() -> None:
    night = NOON.replace(hour=23)
    event = facts.settled(Reading.OPTED_OUT)
    (reply,) = plan("citizen/1", 2, fact(event, night), Correspondence(last_at=night))
    assert (reply.template.value, reply.recipient) == ("reply_opted_out", "citizen/1")
    assert reply.not_before == night


def test_no_reply_follows_where_the_replies_of_the_day_are_used_up() -> None:
    event = replace(facts.settled(Reading.OPTED_OUT), replied=False)
    assert plan("citizen/1", 2, fact(event), Correspondence(last_at=NOON)) == ()
