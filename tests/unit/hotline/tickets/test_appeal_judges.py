from datetime import timedelta

from hotline.tickets.vocabulary import AppealGround
from tests.city import EVALUATION_OFFICER, HANDLER, LEADER
from tests.unit.hotline.tickets.test_poor_evaluations import (
    DONE,
    PASSED,
    TOLD,
    UPHELD,
    appeal,
    appealed,
    claimed,
    reached,
)


def test_who_judged_an_appeal_does_not_check_the_rectification() -> None:
    city = appealed(AppealGround.MALICIOUS)
    city.do(city.loop(), UPHELD, EVALUATION_OFFICER)
    city.do(city.loop(), DONE, HANDLER)
    city.do(city.loop(), TOLD, HANDLER)
    city.wait(city.at + timedelta(days=8))
    assert city.refused(city.loop(), PASSED, EVALUATION_OFFICER) == "second-person-required"


def test_who_judged_an_appeal_does_not_verify_the_rating() -> None:
    city = claimed()
    city.do(city.loop(), appeal(AppealGround.MALICIOUS), LEADER)
    city.do(city.loop(), UPHELD, EVALUATION_OFFICER)
    assert city.refused(city.loop(), reached(), EVALUATION_OFFICER) == "second-person-required"
