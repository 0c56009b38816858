"""What the platform above is told after each step of a loop: 评价, 回访, 处理, 整改, 反馈, 复核."""

from datetime import timedelta
from typing import Final

from hotline.evaluations.commands import RateLater
from hotline.evaluations.vocabulary import EvaluationChannel
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import (
    AcknowledgeTicket,
    CheckRectification,
    CompleteRectification,
    DecideAppeal,
    FileAppeal,
    GiveFeedback,
    RecordRevisit,
)
from hotline.tickets.vocabulary import (
    AppealGround,
    ContactWay,
    RectificationResult,
    VerificationFinding,
)
from projections.log import LogLine, log_line
from streams.reporting.mapping import read_mapping
from streams.reporting.queue import OF_LOOPS
from streams.reporting.values import values_of
from tests.city import (
    CITIZEN,
    CLERK,
    EVALUATION_OFFICER,
    HALL,
    HANDLER,
    REVISITOR,
    SERVICE,
    City,
    rated,
)

OFFICER: Final = Actor("pang", Role.EVALUATION_OFFICER, HALL)
REVISIT: Final = RecordRevisit(
    way=ContactWay.PHONE, connected=True, finding=VerificationFinding.REASONABLE
)
DONE: Final = CompleteRectification(
    result=RectificationResult.RECTIFIED, measure="补发清单", proof="p1"
)
TOLD: Final = GiveFeedback(way=ContactWay.PHONE, text="已整改")


def begun() -> City:
    city = rated(1)
    city.do(city.loop(), AcknowledgeTicket(handler=HANDLER.person), CLERK)
    city.do(city.loop(), REVISIT, REVISITOR)
    return city


def lines(city: City, stream: str) -> list[LogLine]:
    return [log_line(one.stream, one.version, one.fact) for one in city.log if one.stream == stream]


def reported(city: City) -> list[dict[str, str]]:
    """Give what is said after each reported fact of the loop."""
    service, loop = lines(city, SERVICE), lines(city, city.loop())
    return [
        values_of(service, None, loop[:place], of_loop=True)
        for place, line in enumerate(loop, 1)
        if isinstance(line.event, OF_LOOPS)
    ]


def test_each_step_of_a_loop_is_told_in_its_order() -> None:
    city = begun()
    city.later(days=1)
    city.do(city.loop(), DONE, HANDLER)
    city.do(city.loop(), TOLD, HANDLER)
    city.do(SERVICE, RateLater(level=4, channel=EvaluationChannel.TEXT), CITIZEN)
    city.do(city.loop(), CheckRectification(passed=True), EVALUATION_OFFICER)
    told = reported(city)
    assert [one["step"] for one in told] == [
        *("registered", "assigned", "acknowledged", "revisited"),
        *("rectified", "answered", "checked", "closed"),
    ]
    assert [one["rectified"] for one in told] == ["no"] * 4 + ["yes"] * 4
    assert [one["answered"] for one in told] == ["no"] * 5 + ["yes"] * 3
    assert {one["change"] for one in told} == {"U"}


def test_what_did_not_pass_the_check_is_rectified_no_more() -> None:
    city = begun()
    city.do(city.loop(), DONE, HANDLER)
    city.do(city.loop(), TOLD, HANDLER)
    city.wait(city.at + timedelta(days=8))
    city.do(city.loop(), CheckRectification(passed=False, reason="没做"), EVALUATION_OFFICER)
    last = reported(city)[-1]
    assert (last["step"], last["rectified"], last["answered"]) == ("checked", "no", "no")


def test_an_appeal_and_its_end_have_their_codes() -> None:
    city = begun()
    appeal = FileAppeal(ground=AppealGround.MALICIOUS, evidence="录音", evaluator_confirmed=False)
    city.do(city.loop(), appeal, HANDLER)
    city.do(city.loop(), DecideAppeal(upheld=False, reason="无据"), OFFICER)
    told = reported(city)
    assert [one["appeal"] for one in told][-2:] == ["asked", "denied"]
    document = read_mapping(None).document("evaluation", told[-1])
    assert (document["appStatus"], document["answerStatus"], document["rectification"]) == (
        *("3", "0"),
        "0",
    )


def test_a_rating_without_a_loop_says_so() -> None:
    values = values_of(lines(rated(5), SERVICE), None)
    assert (values["step"], values["appeal"], values["rectified"]) == ("", "none", "no")
