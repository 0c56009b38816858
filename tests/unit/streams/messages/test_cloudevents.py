"""The scenarios of the standard's Kafka binding, told with our own messages."""

import base64
import json
from typing import Any

import pytest

from streams.messages import cloudevents
from streams.messages.cloudevents import CloudEvent, UnreadableMessageError
from streams.messages.raw import Headers

DATA = b'{"region": "510100"}'
ATTRIBUTES = {
    "specversion": "1.0",
    "id": "call-0001",
    "type": "bihuan.call.v1",
    "source": "/call-centre/north",
    "time": "2026-02-13T01:00:00Z",
}
EVENT = CloudEvent(
    id="call-0001",
    source="/call-centre/north",
    type="bihuan.call.v1",
    data=DATA,
    time="2026-02-13T01:00:00Z",
)


def binary(**changes: str | None) -> Headers:
    given = {**ATTRIBUTES, **changes}
    return (
        *((f"ce_{name}", text.encode()) for name, text in given.items() if text is not None),
        ("content-type", b"application/json"),
    )


def structured(content_type: str = "application/cloudevents+json") -> Headers:
    return (("content-type", content_type.encode()),)


def document(**changes: Any) -> bytes:
    return json.dumps({**ATTRIBUTES, "data": {"region": "510100"}, **changes}).encode()


def code_of(headers: Headers, value: bytes | None) -> str:
    with pytest.raises(UnreadableMessageError) as caught:
        cloudevents.read(headers, value)
    return str(caught.value)


def test_binary_content_mode() -> None:
    assert cloudevents.read(binary(), DATA) == EVENT


@pytest.mark.parametrize(
    "content_type",
    ["application/cloudevents+json", "application/cloudevents+json; charset=utf-8"],
)
def test_structured_content_mode(content_type: str) -> None:
    event = cloudevents.read(structured(content_type), document(datacontenttype="application/json"))

    assert event == EVENT


def test_what_is_written_is_read_again() -> None:
    event = EVENT._replace(subject="ticket/1", extensions={"correlationid": "c", "来源": "词"})

    assert cloudevents.read(cloudevents.headers_of(event), DATA) == event


def test_a_structured_message_may_carry_bytes() -> None:
    packed = base64.b64encode(b"\x00\x01").decode()
    value = json.dumps(
        {**ATTRIBUTES, "datacontenttype": "application/octet-stream", "data_base64": packed}
    ).encode()

    event = cloudevents.read(structured(), value)

    assert (event.data, event.content_type) == (b"\x00\x01", "application/octet-stream")


def test_an_extension_may_be_a_number_or_a_truth_value() -> None:
    event = cloudevents.read(structured(), document(sequence=7, sampled=True))

    assert event.extensions == {"sequence": "7", "sampled": "true"}


def test_headers_that_are_none_of_the_standard_are_let_be() -> None:
    event = cloudevents.read((*binary(), ("traceparent", b"\xff"), ("x", b"")), DATA)

    assert event == EVENT


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"specversion": None}, "specversion-unknown"),
        ({"specversion": "0.3"}, "specversion-unknown"),
        ({"specversion": "1.1"}, "specversion-unknown"),
        ({"id": None}, "attribute-missing id"),
        ({"id": ""}, "attribute-missing id"),
        ({"source": None}, "attribute-missing source"),
        ({"type": None}, "attribute-missing type"),
        ({"id": "a\0b"}, "attribute-invalid id"),
        ({"id": "x" * 401}, "attribute-invalid id"),
    ],
)
def test_attributes_that_break_the_standard(changes: dict[str, str | None], code: str) -> None:
    assert code_of(binary(**changes), DATA) == code


@pytest.mark.parametrize(
    ("headers", "value", "code"),
    [
        (binary(), None, "empty-message"),
        (binary(), b"", "empty-message"),
        ((), DATA, "not-a-cloud-event"),
        ((("ce_id", "来".encode("gb18030")),), DATA, "attribute-not-utf-8 id"),
        (structured("application/cloudevents-batch+json"), b"[]", "content-type-unknown"),
        (structured("application/cloudevents+xml"), b"<a/>", "content-type-unknown"),
        (
            structured("application/cloudevents+json; charset=gb18030"),
            document(),
            "charset-unsupported",
        ),
        (structured(), b"{", "not-json"),
        (structured(), b"[]", "not-json"),
        (structured(), '{"id": "来"}'.encode("gb18030"), "not-utf-8"),
        (structured(), document(id={}), "attribute-invalid id"),
        (structured(), document(data_base64="AA=="), "attribute-invalid data_base64"),
        (structured(), json.dumps(ATTRIBUTES).encode(), "empty-message"),
        (
            structured(),
            json.dumps({**ATTRIBUTES, "data_base64": "?"}).encode(),
            "attribute-invalid data_base64",
        ),
    ],
)
def test_messages_that_are_no_events(headers: Headers, value: bytes | None, code: str) -> None:
    assert code_of(headers, value) == code
