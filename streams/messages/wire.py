"""线上格式: events, states, commands and receipts as JSON bytes, and back.

Owns the names that stand in the log. Type names come from the unions of the four aggregates, so a
new event is known here as soon as it stands in its union. A released event type never changes: a
new version is a new class, and an upcaster turns the old bytes into it.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeAlias, get_args

import msgspec

from handlers.envelope import Command, Envelope, Personal, Source
from handlers.outcome import Event
from handlers.receipt import Receipt
from hotline.people.actors import Actor, Role

Upcaster: TypeAlias = Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]
"""Takes the fields of an old event, gives the name and the fields of its successor."""

UPCASTERS: Final[dict[str, Upcaster]] = {}
"""By the old name; empty as long as no released event has been replaced."""

encode: Final[Callable[[object], bytes]] = msgspec.json.Encoder().encode
"""Exact bytes of anything the log holds."""


@dataclass(frozen=True, slots=True)
class _Form:
    """形: names and defaults of a state's fields, and which of them hold a state in turn."""

    fields: tuple[tuple[str, object], ...]
    nested: tuple[str, ...]


_FORMS: Final[dict[type, _Form]] = {}


def _form(class_: Any) -> _Form:
    """Read a class once."""
    found = _FORMS.get(class_)
    if found is None:
        fields: tuple[Any, ...] = dataclasses.fields(class_)
        found = _FORMS[class_] = _Form(
            tuple((field.name, field.default) for field in fields),
            tuple(
                field.name for field in fields if dataclasses.is_dataclass(field.default_factory)
            ),
        )
    return found


def encode_state(state: Any) -> bytes:
    """Write a state without the fields that stand at their default: most of a ticket's ninety do.

    So it is written and read twice as fast as whole, and a third smaller. A default of a state is
    as fixed as a name in the log: whoever changes it lets the states be computed anew.
    """
    return encode(state if getattr(state, "__dict__", None) is None else _sparse(state))


def _sparse(state: Any) -> dict[str, Any]:
    # A field that was not in the bytes stands at the class, not in the instance: some twenty of a
    # ticket's ninety are there, and asking for the others is most of the work.
    form, given = _form(type(state)), state.__dict__.get
    found = {
        name: value for name, unset in form.fields if (value := given(name, unset)) is not unset
    }
    for name in form.nested:
        if name in found:
            found[name] = _sparse(found[name])
    return found


def older_forms(state: Any) -> Iterator[bytes]:
    """Give the bytes that earlier releases would have stored for a state; they stand as they are.

    They wrote a part of a ticket, and a service, with every field.
    """
    values = getattr(state, "__dict__", None)
    if values is None:
        return
    form = _form(type(state))
    yield encode({name: getattr(state, name) for name, _ in form.fields})
    found = _sparse(state)
    for name in form.nested:
        part = getattr(state, name)
        found[name] = {field: getattr(part, field) for field, _ in _form(type(part)).fields}
    yield encode(found)


class UnreadableError(ValueError):
    """不可读: bytes that are not what they should be; the text names no value of theirs."""


_DECODERS: Final[dict[object, Callable[[bytes], Any]]] = {}


def decoder(type_: Any) -> Callable[[bytes], Any]:
    """Give the decoding function of a class; built once."""
    found = _DECODERS.get(type_)
    if found is None:
        found = _DECODERS[type_] = msgspec.json.Decoder(type_).decode
    return found


def names_of(union: object) -> dict[str, type[Any]]:
    """List the classes of a union by name, nested unions included."""
    members = get_args(union)
    if not members:
        if not isinstance(union, type):
            raise TypeError(f"not a class: {union!r}")
        return {union.__name__: union}
    found: dict[str, type[Any]] = {}
    for member in members:
        for name, class_ in names_of(member).items():
            if found.setdefault(name, class_) is not class_:
                raise TypeError(f"two classes are called {name}")
    return found


EVENT_TYPES: Final[Mapping[str, type[Any]]] = names_of(Event)
COMMAND_TYPES: Final[Mapping[str, type[Any]]] = names_of(Command)

_EVENT_DECODERS: Final = {name: decoder(class_) for name, class_ in EVENT_TYPES.items()}


def decode_event(type_: str, payload: bytes, upcasters: Mapping[str, Upcaster] = UPCASTERS) -> Any:
    """Read an event of the log, in its newest form."""
    if type_ in upcasters:
        return _upcast(type_, payload, upcasters)
    known = _EVENT_DECODERS.get(type_)
    if known is None:
        raise UnreadableError(f"unknown event type {type_!r}")
    try:
        return known(payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableError(f"{type_}: {_where(error)}") from error


def _upcast(type_: str, payload: bytes, upcasters: Mapping[str, Upcaster]) -> Any:
    fields = msgspec.json.decode(payload)
    while type_ in upcasters:
        type_, fields = upcasters[type_](fields)
    return msgspec.convert(fields, EVENT_TYPES[type_])


@lru_cache(maxsize=65536)
def encode_actor(actor: Actor) -> str:
    """Write an actor as one short text: person, role, department."""
    return encode((actor.person, actor.role, actor.department)).decode()


@lru_cache(maxsize=65536)
def _actor(text: str) -> Actor:
    person, role, department = msgspec.json.decode(text, type=tuple[str, Role, str])
    return Actor(person, role, department)


def decode_actor(text: str) -> Actor:
    """Read an actor."""
    return _actor(text)


encode_receipt: Final[Callable[[Receipt], bytes]] = encode
decode_receipt: Final[Callable[[bytes], Receipt]] = decoder(Receipt)


class _Sent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An envelope as bytes: the command's name stands beside its fields."""

    message_id: str
    stream: str
    type: str
    command: msgspec.Raw
    actor: Actor
    at: datetime
    correlation: str = ""
    causation: str = ""
    expected_version: int | None = None
    source: Source | None = None
    personal: tuple[Personal, ...] = ()


def encode_envelope(envelope: Envelope) -> bytes:
    """Write an envelope, personal fields included: never store these bytes unsealed."""
    return encode(
        _Sent(
            message_id=envelope.message_id,
            stream=envelope.stream,
            type=type(envelope.command).__name__,
            command=msgspec.Raw(encode(envelope.command)),
            actor=envelope.actor,
            at=envelope.at,
            correlation=envelope.correlation,
            causation=envelope.causation,
            expected_version=envelope.expected_version,
            source=envelope.source,
            personal=envelope.personal,
        )
    )


def decode_envelope(data: bytes) -> Envelope:
    """Read an envelope; `UnreadableError` says where it is not one."""
    try:
        sent = decoder(_Sent)(data)
        command = decode_command(sent.type, sent.command)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableError(f"envelope: {_where(error)}") from error
    return Envelope(
        message_id=sent.message_id,
        stream=sent.stream,
        command=command,
        actor=sent.actor,
        at=sent.at,
        correlation=sent.correlation,
        causation=sent.causation,
        expected_version=sent.expected_version,
        source=sent.source,
        personal=sent.personal,
    )


def decode_command(type_: str, data: bytes | msgspec.Raw) -> Any:
    """Read a command by the name of its class."""
    class_ = COMMAND_TYPES.get(type_)
    if class_ is None:
        raise UnreadableError(f"unknown command type {type_!r}")
    try:
        return decoder(class_)(bytes(data))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableError(f"{type_}: {_where(error)}") from error


def _where(error: Exception) -> str:
    """Say what is wrong without repeating a value that may be personal."""
    text = str(error)
    return text if isinstance(error, msgspec.ValidationError) and "'" not in text else _path(text)


def _path(text: str) -> str:
    _, marker, path = text.rpartition(" - at ")
    return f"malformed at {path}" if marker else "malformed"
