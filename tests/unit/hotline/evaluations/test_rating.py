from datetime import timedelta

import pytest

from hotline.evaluations.commands import (
    InviteEvaluation,
    MarkEvaluation,
    RateLater,
    RecordReason,
)
from hotline.evaluations.events import EvaluationInvited, EvaluationRecorded
from hotline.evaluations.indicators import NATIONAL
from hotline.evaluations.vocabulary import EvaluationChannel, EvaluationSource, Level, Mark
from hotline.people.actors import SYSTEM, Actor, Role
from tests.city import (
    CITIZEN,
    EVALUATION_OFFICER,
    PEER,
    SERVICE,
    START,
    WATER,
    City,
    a_rating,
    a_service,
    rated,
)


def served() -> City:
    city = City()
    city.do(SERVICE, a_service(staff="hai"), PEER)
    return city


def test_a_rating_needs_a_recorded_service() -> None:
    assert City().refused(SERVICE, a_rating(5), CITIZEN) == "unknown-service"


def test_a_service_is_rated_once() -> None:
    city = rated(5)
    assert city.refused(SERVICE, a_rating(1), CITIZEN) == "already-rated"
    assert city.service().level == Level.VERY_SATISFIED


def test_the_rating_names_the_table_it_chose_from() -> None:
    (event,) = rated(4).events(EvaluationRecorded)
    assert event.indicator_version == NATIONAL.version


@pytest.mark.parametrize("level", [1, 2])
def test_a_poor_rating_says_why(level: int) -> None:
    assert served().refused(SERVICE, a_rating(level, indicators=()), CITIZEN) == "reason-missing"


@pytest.mark.parametrize("level", [1, 2])
def test_other_reasons_block_nobody(level: int) -> None:
    served().do(SERVICE, a_rating(level, indicators=(f"L{level}-00",)), CITIZEN)


def test_a_good_rating_needs_no_reason() -> None:
    served().do(SERVICE, a_rating(3, indicators=()), CITIZEN)


def test_a_bare_digit_of_a_text_message_is_asked_about_later() -> None:
    city = served()
    bare = a_rating(2, indicators=(), channel=EvaluationChannel.TEXT, reason_pending=True)
    city.do(SERVICE, bare, CITIZEN)
    assert city.service().reason_pending
    city.do(SERVICE, RecordReason(indicators=("L2-03",)), CITIZEN)
    assert not city.service().reason_pending
    assert city.refused(SERVICE, RecordReason(text="再说"), CITIZEN) == "no-reason-pending"


def test_a_bare_digit_is_for_texts_and_calls_only() -> None:
    bare = a_rating(2, indicators=(), channel=EvaluationChannel.PC, reason_pending=True)
    assert served().refused(SERVICE, bare, CITIZEN) == "reason-missing"


def test_an_indicator_belongs_to_its_level() -> None:
    wrong = a_rating(2, indicators=("L5-01",))
    assert served().refused(SERVICE, wrong, CITIZEN) == "unknown-indicator"


@pytest.mark.parametrize("level", [0, 6])
def test_there_are_five_levels(level: int) -> None:
    wrong = a_rating(level, indicators=())
    assert served().refused(SERVICE, wrong, CITIZEN) == "unknown-level"


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (Actor("x", Role.WINDOW_CLERK, WATER), "role-forbidden"),
        (Actor("x", Role.HANDLER, WATER), "role-forbidden"),
        (Actor("x", Role.PROXY, WATER), "rated-side-may-not-rate"),
        (Actor("hai", Role.EVALUATOR), "rated-side-may-not-rate"),
        (Actor("citizen-2", Role.EVALUATOR), "not-the-evaluator"),
        (Actor("m", Role.MYSTERY_VISITOR), "role-forbidden"),
    ],
)
def test_nobody_rates_for_the_citizen(actor: Actor, code: str) -> None:
    assert served().refused(SERVICE, a_rating(5), actor) == code


def test_other_sources_come_from_those_who_visit() -> None:
    city = served()
    visit = a_rating(1, source=EvaluationSource.MYSTERY_VISIT, evaluator="")
    assert city.refused(SERVICE, visit, CITIZEN) == "role-forbidden"
    city.do(SERVICE, visit, Actor("m", Role.MYSTERY_VISITOR))
    assert not city.service().loop


def test_a_default_rating_is_imported_and_gives_way_to_a_real_one() -> None:
    city = served()
    default = a_rating(3, is_default=True, evaluator="")
    assert city.refused(SERVICE, default, CITIZEN) == "default-only-imported"
    city.do(SERVICE, default, PEER)
    assert city.refused(SERVICE, default, PEER) == "already-rated"
    city.do(SERVICE, a_rating(1), CITIZEN)
    assert city.service().level == Level.VERY_DISSATISFIED
    assert not city.service().is_default
    assert len(list(city.events(EvaluationRecorded))) == 2
    assert city.refused(SERVICE, a_rating(5), CITIZEN) == "already-rated"


def test_a_poor_default_rating_opens_no_loop() -> None:
    city = served()
    city.do(SERVICE, a_rating(1, is_default=True, evaluator="", indicators=()), PEER)
    assert not city.service().loop


def later(level: int, **more: str) -> RateLater:
    return RateLater(
        level=level,
        channel=EvaluationChannel.MOBILE,
        indicators=(f"L{level}-01",),
        **more,
    )


def test_only_the_evaluator_rates_later_and_once() -> None:
    city = rated(5)
    other = Actor("citizen-2", Role.EVALUATOR)
    assert city.refused(SERVICE, later(3), other) == "not-the-evaluator"
    assert city.refused(SERVICE, later(3, evaluator="citizen-2"), PEER) == "not-the-evaluator"
    city.do(SERVICE, later(3), CITIZEN)
    assert (city.service().level, city.service().later_level) == (5, 3)
    assert city.refused(SERVICE, later(1), CITIZEN) == "already-rated-later"


def test_an_unrated_service_has_no_later_rating() -> None:
    assert served().refused(SERVICE, later(3), CITIZEN) == "not-rated"


def test_an_anonymous_rating_stays_as_it_is() -> None:
    city = rated(5, evaluator="")
    assert city.refused(SERVICE, later(3), CITIZEN) == "not-the-evaluator"


def test_a_rating_in_its_loop_is_rated_anew_inside_the_window_only() -> None:
    city = rated(1)
    assert city.refused(SERVICE, later(5), CITIZEN) == "rerate-window-closed"


def test_a_mark_never_deletes() -> None:
    city = rated(1)
    city.do(SERVICE, MarkEvaluation(mark=Mark.MISTAKEN, reason="复核"), SYSTEM)
    assert (city.service().mark, city.service().level) == (Mark.MISTAKEN, 1)
    assert (
        city.refused(SERVICE, MarkEvaluation(mark=Mark.NONE, reason="撤"), SYSTEM) == "mark-stays"
    )


def test_one_invitation_and_one_reminder() -> None:
    city = served()
    city.wait(START + timedelta(days=30))
    first, second = city.events(EvaluationInvited)
    assert (first.reminder, second.reminder) == (False, True)
    moments = [x.fact.occurred_at for x in city.log if isinstance(x.fact.event, EvaluationInvited)]
    assert moments == [START + timedelta(days=3), START + timedelta(days=6)]
    assert city.refused(SERVICE, InviteEvaluation(), EVALUATION_OFFICER) == "invitations-exhausted"


def test_who_has_rated_is_not_invited() -> None:
    city = rated(5)
    city.wait(START + timedelta(days=30))
    assert not list(city.events(EvaluationInvited))
    assert city.timers[SERVICE] == ()


def test_an_anonymous_citizen_cannot_be_invited() -> None:
    city = City()
    city.do(SERVICE, a_service(citizen=""), PEER)
    assert city.timers[SERVICE] == ()
    assert city.refused(SERVICE, InviteEvaluation(), EVALUATION_OFFICER) == "nobody-to-invite"


def test_a_service_takes_place_once_and_not_tomorrow() -> None:
    city = served()
    assert city.refused(SERVICE, a_service(), PEER) == "service-exists"
    tomorrow = a_service(served_at=START + timedelta(days=1))
    assert City().refused(SERVICE, tomorrow, PEER) == "in-the-future"


def test_nothing_moves_into_the_past() -> None:
    city = served()
    city.later(hours=-1)
    assert city.refused(SERVICE, a_rating(5), CITIZEN) == "in-the-past"


def test_the_indicators_have_stable_codes() -> None:
    assert {len(NATIONAL.of(level)) for level in range(1, 6)} == {9}
    sentence = NATIONAL.sentence("L2-07")
    assert sentence is not None
    assert sentence.zh == "跑动次数与承诺的不一致"
    other = NATIONAL.sentence("L1-00")
    assert other is not None
    assert other.zh == "其他原因"
    assert len({sentence.code for sentence in NATIONAL.sentences}) == 45
