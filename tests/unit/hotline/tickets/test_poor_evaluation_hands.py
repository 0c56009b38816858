"""Whose hands are kept off a poor evaluation, and how its evaluator is told."""

from datetime import timedelta

import pytest

from hotline.people.actors import Actor, Role
from hotline.tickets.commands import (
    GiveFeedback,
)
from hotline.tickets.vocabulary import (
    ContactWay,
    Stage,
    VerificationFinding,
)
from tests.city import (
    EVALUATION_OFFICER,
    HANDLER,
    LEADER,
)
from tests.unit.hotline.tickets.test_poor_evaluations import DONE, PASSED, TOLD, rectified, verified


def test_who_rectified_does_not_check() -> None:
    city = verified()
    city.do(city.loop(), DONE, LEADER)
    city.do(city.loop(), TOLD, HANDLER)
    city.wait(city.at + timedelta(days=8))
    moved = Actor(LEADER.person, Role.EVALUATION_OFFICER, "hall")
    assert city.refused(city.loop(), PASSED, moved) == "own-handling"
    city.do(city.loop(), PASSED, EVALUATION_OFFICER)


def test_the_feedback_to_a_known_evaluator_names_its_way() -> None:
    city = rectified()
    silent = GiveFeedback(way=ContactWay.NONE, text="已整改")
    assert city.refused(city.loop(), silent, HANDLER) == "contact-way-missing"


@pytest.mark.parametrize(
    "finding", [VerificationFinding.COMPLEX, VerificationFinding.NO_LEGAL_BASIS]
)
def test_a_complex_or_unfounded_case_is_signed_by_the_leader(finding: VerificationFinding) -> None:
    city = verified(finding)
    assert city.refused(city.loop(), DONE, HANDLER) == "leader-required"
    city.do(city.loop(), DONE, LEADER)
    assert city.ticket(city.loop()).stage is Stage.AWAITING_FEEDBACK
