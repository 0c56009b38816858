"""CloudEvents 1.0 over Kafka: binary and structured content mode into one form.

Knows the envelope of the standard and none of our types. What does not keep to the standard is an
`UnreadableMessageError` with a stable code; its text never repeats a value.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec

from streams.messages.raw import Headers
from streams.messages.wire import UnreadableError

SPECVERSION: Final = "1.0"
JSON: Final = "application/json"
STRUCTURED_JSON: Final = "application/cloudevents+json"
ATTRIBUTE_LENGTH_MAX: Final = 400
"""Characters of an id, a source or a type (our default)."""

_PREFIX: Final = "ce_"
_CONTENT_TYPE: Final = "content-type"
_CHARSETS: Final = frozenset({"", "utf-8", "us-ascii"})
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_CHARSET: Final = re.compile(r';\s*charset\s*=\s*"?([^";\s]*)"?', re.IGNORECASE)
_KNOWN: Final = frozenset({"specversion", "id", "source", "type", "time", "subject"})
_NOT_ATTRIBUTES: Final = frozenset({"data", "data_base64", "datacontenttype"})


class UnreadableMessageError(UnreadableError):
    """不可读报文: `code` is stable; `where` names a field or an attribute, never a value."""

    def __init__(self, code: str, where: str = "") -> None:
        super().__init__(f"{code} {where}".rstrip())
        self.code = code
        self.where = where


class CloudEvent(NamedTuple):
    """云事件: one event of the standard, its data still bytes."""

    id: str
    source: str
    type: str
    data: bytes
    content_type: str = JSON
    time: str = ""
    subject: str = ""
    extensions: Mapping[str, str] = MappingProxyType({})


def read(headers: Headers, value: bytes | None) -> CloudEvent:
    """Read a message of either content mode; `UnreadableMessageError` where it is none."""
    if not value:
        raise UnreadableMessageError("empty-message")
    named = {name.lower(): text for name, text in headers}
    content_type = _text(named.pop(_CONTENT_TYPE, b""), _CONTENT_TYPE)
    if content_type[: len("application/cloudevents")].lower() == "application/cloudevents":
        return _structured(content_type, value)
    attributes = {
        name[len(_PREFIX) :]: _text(text, name)
        for name, text in named.items()
        if name.startswith(_PREFIX)
    }
    if not attributes:
        raise UnreadableMessageError("not-a-cloud-event")
    return _event(attributes, content_type or JSON, value)


def headers_of(event: CloudEvent) -> Headers:
    """Write the attributes of an event as headers of the binary content mode."""
    required = (
        ("ce_specversion", SPECVERSION.encode()),
        ("ce_id", event.id.encode()),
        ("ce_source", event.source.encode()),
        ("ce_type", event.type.encode()),
        ("content-type", event.content_type.encode()),
    )
    optional = (("time", event.time), ("subject", event.subject), *event.extensions.items())
    return required + tuple((_PREFIX + name, text.encode()) for name, text in optional if text)


def media_type(content_type: str) -> str:
    """Give the media type without its parameters; a charset that is not UTF-8 is refused."""
    charset = _CHARSET.search(content_type)
    if charset is not None and charset[1].lower() not in _CHARSETS:
        raise UnreadableMessageError("charset-unsupported")
    return content_type.partition(";")[0].strip().lower()


def _structured(content_type: str, value: bytes) -> CloudEvent:
    if media_type(content_type) != STRUCTURED_JSON:
        raise UnreadableMessageError("content-type-unknown")
    fields = json_fields(value)
    attributes = {name: _plain(raw, name) for name, raw in fields.items() if _is_attribute(name)}
    inner = _plain(fields["datacontenttype"], "datacontenttype") if _has(fields) else JSON
    if "data" in fields and "data_base64" in fields:
        raise UnreadableMessageError("attribute-invalid", "data_base64")
    if "data_base64" in fields:
        data = _unpacked(fields["data_base64"])
    else:
        data = bytes(fields.get("data", b""))
    if not data:
        raise UnreadableMessageError("empty-message")
    return _event(attributes, inner, data)


def json_fields(value: bytes) -> dict[str, msgspec.Raw]:
    """Read an object of JSON, its values left as they are."""
    try:
        value.decode()
        return msgspec.json.decode(value, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise UnreadableMessageError(unreadable_code(value)) from None


def unreadable_code(value: bytes) -> str:
    """Say what kind of bytes these are that no JSON reader takes."""
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return "not-utf-8"
    return "not-json"


def _event(attributes: dict[str, str], content_type: str, data: bytes) -> CloudEvent:
    if attributes.get("specversion") != SPECVERSION:
        raise UnreadableMessageError("specversion-unknown")
    for name in ("id", "source", "type"):
        if not attributes.get(name):
            raise UnreadableMessageError("attribute-missing", name)
    for name, text in attributes.items():
        if len(text) > ATTRIBUTE_LENGTH_MAX or _CONTROL.search(text):
            raise UnreadableMessageError("attribute-invalid", name if name in _KNOWN else "")
    return CloudEvent(
        id=attributes["id"],
        source=attributes["source"],
        type=attributes["type"],
        data=data,
        content_type=content_type,
        time=attributes.get("time", ""),
        subject=attributes.get("subject", ""),
        extensions={name: text for name, text in attributes.items() if name not in _KNOWN},
    )


def _text(value: bytes | None, name: str) -> str:
    try:
        return (value or b"").decode()
    except UnicodeDecodeError:
        known = name.removeprefix(_PREFIX)
        where = known if known in _KNOWN or known == _CONTENT_TYPE else ""
        raise UnreadableMessageError("attribute-not-utf-8", where) from None


def _is_attribute(name: str) -> bool:
    return name not in _NOT_ATTRIBUTES


def _has(fields: Mapping[str, msgspec.Raw]) -> bool:
    return "datacontenttype" in fields


def _plain(raw: msgspec.Raw, name: str) -> str:
    """Read an attribute: text, a whole number or a truth value, as text."""
    try:
        found = msgspec.json.decode(raw, type=str | int | bool | None)
    except (msgspec.DecodeError, UnicodeDecodeError):
        where = name if name in _KNOWN | _NOT_ATTRIBUTES else ""
        raise UnreadableMessageError("attribute-invalid", where) from None
    if isinstance(found, bool):
        return "true" if found else "false"
    return "" if found is None else str(found)


def _unpacked(raw: msgspec.Raw) -> bytes:
    try:
        return base64.b64decode(_plain(raw, "data_base64"), validate=True)
    except binascii.Error:
        raise UnreadableMessageError("attribute-invalid", "data_base64") from None
