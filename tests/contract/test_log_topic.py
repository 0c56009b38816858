"""The topic of the log carries no personal data: what came with a person stays in the vault."""

import pytest
from sqlalchemy import Engine, select

from handlers.outcome import Context
from handlers.receipt import ReceiptStatus
from streams.batches.context import load_context
from streams.database.engine import reading
from streams.database.tables import events
from streams.intake.taking import take_in
from streams.messages.log_records import LogRow, message_of_row
from streams.messages.raw import RawMessage
from tests.contract.test_intake import NOW, WIRING
from tests.unit.streams.messages import post

PERSON = {
    "name": "欧阳明月",
    "phone": "13900000001",
    "address": "雨城区青江街道7号",
    "id_number": "110101199003074258",
}
WORDS = "我叫欧阳明月，住雨城区青江街道7号，电话13900000001，证件110101199003074258，路灯不亮"
"""Said by the person in their own words, too."""

SPOKEN = {"text": WORDS, **PERSON}
MESSAGES = (
    post.call(0, title=WORDS, place=PERSON["address"], **SPOKEN),
    post.call(1, title="路灯不亮", **SPOKEN),
    post.service(2, **PERSON),
    post.evaluation(3, **(SPOKEN | {"level": 1})),
)


@pytest.fixture
def context(engine: Engine) -> Context:
    with reading(engine) as connection:
        return load_context(connection, WIRING)


def published(engine: Engine) -> list[bytes]:
    """Give all that the relay would produce, key, headers and value of each line."""
    columns = [events.c[name] for name in LogRow._fields]
    with reading(engine) as connection:
        rows = [LogRow._make(row) for row in connection.execute(select(*columns))]
    said = [message_of_row(row) for row in rows]
    return [b"\n".join((m.key, m.value, *(text for _, text in m.headers))) for m in said]


def told(message: RawMessage) -> str:
    return (message.value or b"").decode()


def test_nothing_of_a_person_leaves_by_the_topic_of_the_log(
    engine: Engine, context: Context
) -> None:
    receipts = take_in(engine, MESSAGES, context, WIRING, NOW)
    assert [receipt.status for receipt in receipts] == [ReceiptStatus.DONE] * len(MESSAGES)

    lines = published(engine)

    assert len(lines) >= len(MESSAGES)
    private = list(PERSON.values())
    assert all(text in told(MESSAGES[0]) for text in private)
    for text in (*private, "8613900000001", "欧阳"):
        for form in (text.encode(), text.encode("unicode_escape")):
            assert [line for line in lines if form in line] == [], text
