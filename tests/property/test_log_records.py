"""Whatever stands in the log, its message says the same."""

from datetime import datetime, timedelta
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies as st

from handlers.envelope import Source
from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import Actor, Role
from hotline.tickets.events import TicketUrged
from projections.log import LogLine
from streams.database.moments import microseconds
from streams.database.partitions import partition_of
from streams.messages.log_records import LogRow, line_of, message_of, message_of_row
from streams.messages.raw import OutgoingMessage, RawMessage
from streams.messages.wire import UnreadableError

START = datetime(2026, 2, 13, 9, 0, tzinfo=SHANGHAI)
MOMENTS = st.integers(
    microseconds(datetime(1971, 1, 1, tzinfo=SHANGHAI)),
    microseconds(datetime(2100, 1, 1, tzinfo=SHANGHAI)),
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
STREAMS = st.text(st.characters(codec="utf-8", min_codepoint=32), min_size=1, max_size=20).map(
    lambda name: f"ticket/{name}"
)


@st.composite
def lines(draw: st.DrawFn) -> LogLine:
    stream = draw(STREAMS)
    return LogLine(
        partition=partition_of(stream),
        position=draw(st.integers(1, 2**62)),
        stream=stream,
        version=draw(st.integers(1, 2**62)),
        event=TicketUrged(reason=draw(TEXTS)),
        actor=Actor(draw(TEXTS), draw(st.sampled_from(Role)), draw(TEXTS)),
        occurred_micros=draw(MOMENTS),
        recorded_micros=draw(MOMENTS),
        correlation=draw(TEXTS),
        causation=draw(TEXTS),
        message_id=draw(TEXTS),
    )


def delivered(message: OutgoingMessage, **changes: Any) -> RawMessage:
    """As a consumer reads it."""
    given: dict[str, Any] = {
        "source": Source(message.topic, message.partition, 7),
        "key": message.key,
        "value": message.value,
        "headers": message.headers,
        "timestamp_ms": 1,
        **changes,
    }
    return RawMessage(**given)


@hypothesis.given(lines())
def test_a_line_comes_back_as_it_was(line: LogLine) -> None:
    assert line_of(delivered(message_of(line))) == line


def row(**changes: Any) -> LogRow:
    stream = "ticket/51010020260213010001"
    given: dict[str, Any] = {
        "partition": partition_of(stream),
        "position": 9,
        "stream": stream,
        "version": 3,
        "type": "TicketUrged",
        "payload": b'{ "reason" : "\xe5\x82\xac" }',
        "actor": '["staff-1","operator","hotline"]',
        "message_id": "m",
        "correlation": "",
        "causation": "",
        "occurred_at": microseconds(START),
        "recorded_at": microseconds(START + timedelta(seconds=1)),
        "hash": b"\x01\x02",
        **changes,
    }
    return LogRow(**given)


def test_a_row_goes_out_with_its_exact_bytes_and_its_hash() -> None:
    message = message_of_row(row())
    named = dict(message.headers)

    assert message.value == b'{ "reason" : "\xe5\x82\xac" }'
    assert message.key == b"ticket/51010020260213010001"
    assert named["ce_hash"] == b"0102"
    assert named["ce_id"] == b"ticket/51010020260213010001@3"
    assert line_of(delivered(message)).event == TicketUrged(reason="催")


@pytest.mark.parametrize(
    "changes",
    [
        {"key": b"ticket/2"},
        {"key": None},
        {"source": Source("bihuan.events.v1", 23, 7)},
        {"headers": ()},
        {"value": None},
        {"value": b"{}"},
    ],
)
def test_a_message_that_is_not_as_we_wrote_it_is_not_read(changes: dict[str, Any]) -> None:
    with pytest.raises(UnreadableError):
        line_of(delivered(message_of_row(row()), **changes))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ce_source", b"/elsewhere"),
        ("ce_specversion", b"0.3"),
        ("ce_type", b"bihuan.Unknown"),
        ("ce_position", b"first"),
        ("ce_time", b"now"),
        ("ce_actor", b"{}"),
    ],
)
def test_a_header_of_another_make_is_not_read(name: str, text: bytes) -> None:
    message = message_of_row(row())
    headers = tuple((key, text if key == name else value) for key, value in message.headers)

    with pytest.raises(UnreadableError):
        line_of(delivered(message, headers=headers))
