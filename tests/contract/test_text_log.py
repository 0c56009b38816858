"""The log of texts on each database: newest first, in pages, and never a citizen's reference."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, update

from notifications import outbox
from notifications.intent import Template, TextIntent
from notifications.outbox import TextStatus, texts
from notifications.text_log import of_stream, recent

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def _intent(number: int, recipient: str = "citizen/c-1") -> TextIntent:
    return TextIntent(
        intent_id=f"intent-{number:02}",
        stream=f"ticket/{number % 2}",
        recipient=recipient,
        template=Template.ACCEPTED if number % 3 else Template.ANSWERED,
        data={"number": str(number)},
        language="zh",
        urgent=False,
        not_before=NOW + timedelta(minutes=number // 2),
    )


@pytest.fixture
def written(engine: Engine) -> Engine:
    intents = [_intent(number) for number in range(7)]
    intents.append(_intent(7, "department/water"))
    with engine.begin() as connection:
        outbox.write(connection, intents, NOW)
        connection.execute(
            update(texts)
            .where(texts.c.intent_id.in_(("intent-01", "intent-04")))
            .values(status=TextStatus.DELIVERED.value)
        )
    return engine


def test_pages_of_all_statuses_follow_each_other_without_gap(written: Engine) -> None:
    found: list[str] = []
    after = None
    with written.connect() as connection:
        while page := recent(connection, after=after, limit=3):
            found += [line.intent_id for line in page]
            after = (page[-1].moved, page[-1].intent_id)
    assert found == [f"intent-{number:02}" for number in range(7, -1, -1)]


def test_a_list_can_be_limited_to_status_and_template(written: Engine) -> None:
    with written.connect() as connection:
        delivered = recent(connection, statuses=(TextStatus.DELIVERED,))
        answered = recent(connection, template=Template.ANSWERED.value)
    assert [line.intent_id for line in delivered] == ["intent-04", "intent-01"]
    assert [line.intent_id for line in answered] == ["intent-06", "intent-03", "intent-00"]


def test_the_texts_of_a_ticket_name_departments_but_no_citizen(written: Engine) -> None:
    with written.connect() as connection:
        lines = of_stream(connection, "ticket/1")
    assert [line.intent_id for line in lines] == [f"intent-0{n}" for n in (1, 3, 5, 7)]
    assert [(line.recipient_kind, line.recipient) for line in lines[2:]] == [
        ("citizen", ""),
        ("department", "water"),
    ]
