"""Stories of which a rule of suspicion speaks."""

from collections.abc import Callable
from typing import Any

from hotline.tickets import events as e
from hotline.tickets.vocabulary import (
    ContactWay,
    Kind,
    RectificationResult,
    ReturnGround,
)
from tests.unit.projections.story import DAY, HOUR, START, Story, due

Tell = Callable[[Story], object]


def contact(story: Story, **changed: Any) -> Story:
    told: dict[str, Any] = {
        "way": ContactWay.PHONE,
        "evidence": "call-1",
        "reached": True,
        "call_id": "c",
        "call_seconds": 60,
    } | changed
    return story.tell(e.ContactRecorded(**told))


def handled(story: Story) -> Story:
    return story.register().assign().wait(HOUR).acknowledge().wait(HOUR)


def answered(story: Story) -> Story:
    return handled(story).contact().wait(DAY).submit().approve().wait(DAY)


def corrected(story: Story, days: int = 0, **changed: str) -> Story:
    before = {name: "complaint" if name == "type" else "x" for name in changed}
    return story.tell(
        e.TicketCorrected(
            reason="更正",
            before=before,
            after=changed,
            citizen_due=due(START + days * DAY) if days else None,
        )
    )


def told_not_contacted(story: Story) -> Story:
    return story.tell(
        e.RevisitRecorded(
            attempt=1, way=ContactWay.PHONE, connected=True, contacted_by_department=False
        )
    )


def not_solved(story: Story) -> Story:
    handled(story).contact().tell(
        e.AnswerDrafted(
            public_text="已解决",
            internal_text="",
            basis="",
            solved=True,
            evidence=(),
            unsolved_reason="",
        )
    )
    return story.wait(DAY).submit().approve().revisit(solved=False)


def asked_late(story: Story) -> Story:
    asked = e.ExtensionRequested(working_days=5, reason="", stage_due=due(START + 30 * DAY))
    return handled(story).wait(20 * DAY).tell(asked)


def returned(story: Story, basis: str = "三定") -> Story:
    return story.tell(
        e.TicketReturned(
            department="water",
            ground=ReturnGround.FUNCTION,
            basis=basis,
            proposed_department="",
            stage_due=due(story.at + HOUR),
        )
    )


def notices(story: Story, *lists: tuple[str, ...]) -> Story:
    story.register(kind=Kind.MATTER)
    for materials in lists:
        given = e.NoticeGiven(materials=materials, proof="", stage_due=due(story.at + DAY))
        story.wait(HOUR).tell(given)
    return story


def rectified(story: Story, *, on_time: bool) -> Story:
    story.register(kind=Kind.POOR_EVALUATION, rated_department="water", level=1).assign()
    return story.wait(DAY).tell(
        e.RectificationCompleted(
            result=RectificationResult.RECTIFIED,
            measure="",
            proof="",
            on_time=on_time,
            stage_due=due(story.at + DAY),
        )
    )
