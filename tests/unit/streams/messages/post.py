"""Messages as another system would produce them."""

import json
from typing import Any

from handlers.envelope import Source
from streams.messages.raw import RawMessage
from streams.messages.topics import CALLS, EVALUATIONS, SERVICES

SENT_AT = "2026-02-13T09:00:00+08:00"
SENT_MS = 1_770_944_400_000

CALL: dict[str, Any] = {
    "type": "complaint",
    "region": "510100",
    "title": "夜间施工噪音",
    "text": "每晚十一点后仍在打桩，我叫王小明，电话13900000001",
    "name": "王小明",
    "phone": "13900000001",
}
SERVICE: dict[str, Any] = {
    "project_no": "P1",
    "service_number": "1",
    "region": "510100",
    "department": "water",
    "item_code": "item-7",
    "item_name": "供水报装",
    "node": "finished",
    "object": "item",
    "served_at": "2026-02-13T08:00:00+08:00",
}
EVALUATION: dict[str, Any] = {
    "project_no": "P1",
    "service_number": "1",
    "level": 5,
    "channel": "mobile",
}
_TYPES = {CALLS: "bihuan.call.v1", SERVICES: "bihuan.service.v1"}


def raw(
    data: Any = None,
    *,
    topic: str = CALLS,
    offset: int = 0,
    partition: int = 0,
    value: bytes | None = None,
    key: bytes | None = b"k",
    timestamp_ms: int = SENT_MS,
    **attributes: str | None,
) -> RawMessage:
    """A message in binary mode; an attribute of None is left out."""
    given: dict[str, str | None] = {
        "specversion": "1.0",
        "id": f"m-{offset}",
        "source": "/call-centre",
        "type": _TYPES.get(topic, "bihuan.evaluation.v1"),
        "time": SENT_AT,
        **attributes,
    }
    content_type = given.pop("content_type", "application/json")
    headers = [(f"ce_{name}", text.encode()) for name, text in given.items() if text is not None]
    if content_type is not None:
        headers.append(("content-type", content_type.encode()))
    if value is None and data is not None:
        value = json.dumps(data, ensure_ascii=False).encode()
    return RawMessage(Source(topic, partition, offset), key, value, tuple(headers), timestamp_ms)


def call(offset: int = 0, **more: Any) -> RawMessage:
    attributes = {name: more.pop(name) for name in ("id", "source") if name in more}
    return raw(CALL | more, offset=offset, **attributes)


def evaluation(offset: int = 0, **more: Any) -> RawMessage:
    return raw(EVALUATION | more, topic=EVALUATIONS, offset=offset)


def service(offset: int = 0, **more: Any) -> RawMessage:
    return raw(SERVICE | more, topic=SERVICES, offset=offset)


def structured(
    document: Any, content_type: str = "application/cloudevents+json", offset: int = 0
) -> RawMessage:
    value = document if isinstance(document, bytes) else json.dumps(document).encode()
    headers = (("content-type", content_type.encode()),)
    return RawMessage(Source(CALLS, 0, offset), None, value, headers, SENT_MS)
