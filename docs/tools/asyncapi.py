"""Write `docs/asyncapi.yaml` from the topics, the message kinds and the events of the log."""

from importlib.metadata import version
from typing import Any, Final

import yaml

from docs.tools.schemas import EVENTS_FILE, NOTICE_FILE, schema_file
from streams.messages.cloudevents import ATTRIBUTE_LENGTH_MAX, JSON, SPECVERSION
from streams.messages.decoding import ENVELOPE_TYPE, KEY_ID, OWN_SOURCE, RULES, SEALED
from streams.messages.kinds import INTAKE_KINDS, MessageKind
from streams.messages.letter_notices import NOTICE_SOURCE, NOTICE_TYPE
from streams.messages.log_records import SOURCE, TYPE_PREFIX
from streams.messages.topics import DEAD_LETTERS, EVENTS, TOPICS, TopicSpec
from streams.messages.wire import EVENT_TYPES

_REPLICAS: Final = 3
_BINDING: Final = "0.5.0"
_GO_OUT: Final = {
    EVENTS: "The log goes out.",
    DEAD_LETTERS: "Notices of what could not be handled go out: a reference and the reason.",
}
_DESCRIPTION: Final = f"""\
CloudEvents {SPECVERSION}, Kafka binary content mode; the structured mode is read too. What comes \
in is at most {RULES.message_bytes_max} bytes and {RULES.inbox_days} days old. The identity of a \
message is its source and its id, on whatever topic: the same pair with other content is refused \
as a dead letter, the same pair with the same content is a repeat and changes nothing.
"""
_ATTRIBUTE: Final = {"type": "string", "minLength": 1, "maxLength": ATTRIBUTE_LENGTH_MAX}


def asyncapi_page() -> str:
    """Write the document."""
    document = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Bihuan 闭环",
            "version": version("bihuan"),
            "description": _DESCRIPTION,
        },
        "defaultContentType": JSON,
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": {name: value for topic in TOPICS for name, value in _operation(topic)},
        "components": {"messages": _messages()},
    }
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=100)
    return f"# Generated from the code by `python -m docs.tools`; do not edit.\n{text}"


def _channel(topic: TopicSpec) -> dict[str, Any]:
    told = topic.configuration(_REPLICAS)
    return {
        "address": topic.name,
        "messages": {
            name: {"$ref": f"#/components/messages/{name}"} for name in _names_on(topic.name)
        },
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions_count,
                "replicas": _REPLICAS,
                "topicConfiguration": {
                    "cleanup.policy": [told["cleanup.policy"]],
                    "retention.ms": int(told["retention.ms"]),
                    "retention.bytes": int(told["retention.bytes"]),
                    "max.message.bytes": int(told["max.message.bytes"]),
                },
                "bindingVersion": _BINDING,
            }
        },
    }


def _operation(topic: TopicSpec) -> list[tuple[str, dict[str, Any]]]:
    action = "send" if topic.name in _GO_OUT else "receive"
    word = topic.name.split(".")[1]
    told = {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic.name}"},
        "summary": _GO_OUT.get(topic.name, f"{word} come in."),
    }
    return [(f"{action}-{word}", told)]


def _names_on(topic: str) -> list[str]:
    if topic == EVENTS:
        return [f"{TYPE_PREFIX}{name}" for name in EVENT_TYPES]
    if topic == DEAD_LETTERS:
        return [NOTICE_TYPE]
    return [*(kind.type for kind in INTAKE_KINDS if kind.topic == topic), ENVELOPE_TYPE]


def _messages() -> dict[str, Any]:
    said = {kind.type: _kind(kind) for kind in INTAKE_KINDS}
    said[ENVELOPE_TYPE] = _envelope()
    said[NOTICE_TYPE] = _notice()
    return said | {f"{TYPE_PREFIX}{name}": _event(name) for name in EVENT_TYPES}


def _kind(kind: MessageKind) -> dict[str, Any]:
    return {
        "name": kind.type,
        "title": (kind.data.__doc__ or "").strip(),
        "contentType": JSON,
        "headers": _headers(kind.type),
        "payload": {"$ref": f"./schemas/{schema_file(kind)}"},
        "bindings": _key("any text; messages of one key keep their order"),
    }


def _envelope() -> dict[str, Any]:
    headers = _headers(ENVELOPE_TYPE, source=OWN_SOURCE)
    headers["properties"][f"ce_{KEY_ID}"] = {"type": "string", "description": "which key sealed it"}
    headers["properties"]["content-type"] = {"const": SEALED}
    return {
        "name": ENVELOPE_TYPE,
        "title": "What our own pages and JSON API took in, sealed: nobody else can read it.",
        "contentType": SEALED,
        "headers": headers,
        "payload": {"type": "string", "format": "binary"},
        "bindings": _key("the stream, or the message id of what has none yet"),
    }


def _notice() -> dict[str, Any]:
    headers = _headers(NOTICE_TYPE, source=NOTICE_SOURCE)
    headers["required"] += ["ce_time"]
    return {
        "name": NOTICE_TYPE,
        "title": "A message could not be handled; its bytes stay in our database, sealed.",
        "contentType": JSON,
        "headers": headers,
        "payload": {"$ref": f"./schemas/{NOTICE_FILE}"},
        "bindings": _key("the reference of the letter"),
    }


def _event(name: str) -> dict[str, Any]:
    told = EVENT_TYPES[name]
    extra = ("recordedtime", "partition", "position", "version", "actor")
    optional = ("messageid", "correlationid", "causationid", "hash")
    headers = _headers(f"{TYPE_PREFIX}{name}", source=SOURCE)
    headers["properties"] |= {f"ce_{one}": {"type": "string"} for one in (*extra, *optional)}
    headers["properties"]["ce_subject"] = {"type": "string", "description": "the stream"}
    headers["required"] += ["ce_subject", "ce_time", *(f"ce_{one}" for one in extra)]
    return {
        "name": f"{TYPE_PREFIX}{name}",
        "title": (told.__doc__ or name).partition("\n")[0].strip(),
        "contentType": JSON,
        "headers": headers,
        "payload": {"$ref": f"./schemas/{EVENTS_FILE}#/$defs/{told.__name__}"},
        "bindings": _key("the stream"),
    }


def _headers(type_: str, source: str = "") -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["ce_specversion", "ce_id", "ce_source", "ce_type"],
        "properties": {
            "ce_specversion": {"const": SPECVERSION},
            "ce_id": dict(_ATTRIBUTE),
            "ce_source": {"const": source} if source else dict(_ATTRIBUTE),
            "ce_type": {"const": type_},
            "ce_time": {"type": "string", "format": "date-time"},
            "content-type": {"const": JSON},
        },
    }


def _key(description: str) -> dict[str, Any]:
    key = {"type": "string", "description": description}
    return {"kafka": {"key": key, "bindingVersion": _BINDING}}
