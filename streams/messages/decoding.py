"""读报文: bytes of an intake topic into what is asked of the house, or a coded reason why not.

Pure: who a telephone number belongs to is looked up between `decoded` and `envelope_of`.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec

from handlers.envelope import Envelope, Source
from hotline.evaluations.commands import RecordEvaluation, RecordService
from hotline.people.actors import Actor, Role
from hotline.tickets.commands import RegisterTicket
from streams.database.moments import local
from streams.messages import cloudevents
from streams.messages.cloudevents import CloudEvent, UnreadableMessageError
from streams.messages.kinds import (
    KIND_OF_NAME,
    NOBODY,
    MessageKind,
    Person,
    personal_of,
    speaks_of_person,
)
from streams.messages.raw import RawMessage
from streams.messages.topics import CALLS, EVALUATIONS, SERVICES, WEB_COMPLAINTS
from streams.messages.upcasters import UPCASTERS, Upcasters, upcast
from streams.messages.wire import UnreadableError, decode_envelope, decoder, encode_envelope

ENVELOPE_TYPE: Final = "bihuan.envelope.v1"
OWN_SOURCE: Final = "/bihuan/api"
KEY_ID: Final = "keyid"
SEALED: Final = "application/octet-stream"

Open: TypeAlias = Callable[[bytes, str], bytes | None]
"""Opens what our own producer sealed under a message id."""

_TOPICS_OF_COMMAND: Final[Mapping[type, frozenset[str]]] = {
    RegisterTicket: frozenset({CALLS, WEB_COMPLAINTS}),
    RecordService: frozenset({SERVICES}),
    RecordEvaluation: frozenset({EVALUATIONS}),
}
_OWN_TOPICS: Final[Mapping[type, str]] = {
    RegisterTicket: CALLS,
    RecordService: SERVICES,
    RecordEvaluation: EVALUATIONS,
}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_VERSIONED: Final = re.compile(r"(.+)\.v([0-9]{1,4})")
_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class IntakeRules:
    """收件规则: what a message may be like before it is read. All our defaults."""

    inbox_days: int = 400  # an older message may have been handled and forgotten
    clock_skew_seconds_max: int = 300  # a producer's clock may be ahead by so much
    message_bytes_max: int = 262_144
    sources: Mapping[str, str] = field(default_factory=dict)
    """The system behind each source; empty: whoever may write to the topic is trusted."""


RULES: Final = IntakeRules()
RULES_OF_RESENDING: Final = IntakeRules(inbox_days=36_500, message_bytes_max=1 << 30)
"""A person who sends a dead letter again has looked at its age and its size."""


class Decoded(NamedTuple):
    """已读报文: who sent what and when; the person in it is not looked up yet."""

    message_id: str
    actor: Actor
    at: datetime
    source: Source
    kind: MessageKind
    data: Any
    correlation: str
    causation: str
    has_person: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """读报文者: what is needed to read any message of the intake."""

    open: Open
    key_id: str
    rules: IntakeRules = RULES
    upcasters: Upcasters = field(default_factory=lambda: UPCASTERS)

    def decoded(self, message: RawMessage, now: datetime) -> Decoded | Envelope:
        """Read one message; `UnreadableMessageError` says why it cannot be taken in.

        What our own producer sent is an envelope already.
        """
        if len(message.value or b"") > self.rules.message_bytes_max:
            raise UnreadableMessageError("message-too-large")
        event = cloudevents.read(message.headers, message.value)
        sent_at = self._sent_at(message, event, now)
        if event.type == ENVELOPE_TYPE:
            return self._own(event, message.source, sent_at)
        kind, data = self._data(event, message.source.topic)
        return Decoded(
            message_id=f"{event.source} {event.id}",
            actor=Actor(self._system(event.source), Role.PEER_SYSTEM),
            at=sent_at,
            source=message.source,
            kind=kind,
            data=data,
            correlation=event.extensions.get("correlationid", ""),
            causation=event.extensions.get("causationid", ""),
            has_person=speaks_of_person(data),
        )

    def _system(self, source: str) -> str:
        if not self.rules.sources:
            return source
        system = self.rules.sources.get(source)
        if system is None:
            raise UnreadableMessageError("source-unknown")
        return system

    def _sent_at(self, message: RawMessage, event: CloudEvent, now: datetime) -> datetime:
        """Give the time that a message counts from: what it says, but never the future."""
        came_at = now
        if message.timestamp_ms > 0:
            came_at = _EPOCH + timedelta(milliseconds=message.timestamp_ms)
        at = _time(event.time) if event.time else came_at
        rules = self.rules
        if at - now > timedelta(seconds=rules.clock_skew_seconds_max):
            raise UnreadableMessageError("time-in-the-future")
        if now - min(at, came_at) > timedelta(days=rules.inbox_days):
            raise UnreadableMessageError("message-too-old")
        return local(min(at, now))

    def _data(self, event: CloudEvent, topic: str) -> tuple[MessageKind, Any]:
        named = _VERSIONED.fullmatch(event.type)
        kind = KIND_OF_NAME.get(named[1]) if named else None
        if named is None or kind is None:
            raise UnreadableMessageError("type-unknown")
        if kind.topic != topic:
            raise UnreadableMessageError("wrong-topic")
        if cloudevents.media_type(event.content_type) != cloudevents.JSON:
            raise UnreadableMessageError("content-type-unknown")
        data = self._typed(kind, int(named[2]), event.data)
        if b"\\" in event.data or b"\x7f" in event.data:
            _refuse_control_characters(data)
        return kind, data

    def _typed(self, kind: MessageKind, version: int, data: bytes) -> Any:
        try:
            if version == kind.version:
                return decoder(kind.data)(data)
            if version > kind.version:
                raise UnreadableMessageError("version-unknown")
            fields = msgspec.json.decode(data, type=dict[str, Any])
            newest = upcast(kind.name, version, kind.version, fields, self.upcasters)
            return msgspec.convert(newest, kind.data)
        except msgspec.ValidationError as error:
            raise UnreadableMessageError("data-invalid", _field(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise UnreadableMessageError(cloudevents.unreadable_code(data)) from None

    def _own(self, event: CloudEvent, source: Source, sent_at: datetime) -> Envelope:
        """Open an envelope of our own producer: nobody else has the key."""
        if event.extensions.get(KEY_ID) != self.key_id:
            raise UnreadableMessageError("key-unknown")
        opened = self.open(event.data, event.id)
        if opened is None:
            raise UnreadableMessageError("seal-broken")
        try:
            envelope = decode_envelope(opened)
        except UnreadableError:
            raise UnreadableMessageError("data-invalid") from None
        topics = _TOPICS_OF_COMMAND.get(type(envelope.command), frozenset())
        if source.topic not in topics:
            raise UnreadableMessageError("wrong-topic")
        return replace(envelope, source=source, at=min(envelope.at, sent_at))


def envelope_of(decoded: Decoded, citizen: str = "") -> Envelope:
    """Make the envelope; `citizen` is the person who was found for the message, "" for none.

    A new reference is derived from the message's identity, so that a repeat means the same person.
    """
    data, person = decoded.data, NOBODY
    if decoded.has_person:
        narrative = f"n-{token_of(decoded.message_id)}"
        reference = citizen or new_citizen(decoded.message_id)
        person = Person(reference, narrative, known=bool(citizen))
    stream, command = decoded.kind.ask(data, person)
    return Envelope(
        message_id=decoded.message_id,
        stream=stream,
        command=command,
        actor=decoded.actor,
        at=decoded.at,
        correlation=decoded.correlation,
        causation=decoded.causation,
        source=decoded.source,
        personal=(personal_of(data, person),) if decoded.has_person else (),
    )


def token_of(identity: str) -> str:
    """Derive a reference from a message's identity."""
    return hashlib.sha256(identity.encode()).hexdigest()[:24]


def new_citizen(message_id: str) -> str:
    """Derive the reference of a person who is new with this message."""
    return f"c-{token_of(message_id)}"


def topic_of(command: object, *, by_citizen: bool = False) -> str:
    """Name the topic that our own producer sends a command to; "" for what is no intake."""
    if by_citizen and isinstance(command, RegisterTicket):
        return WEB_COMPLAINTS
    return _OWN_TOPICS.get(type(command), "")


def sealed_event(
    envelope: Envelope, seal: Callable[[bytes, str], bytes], key_id: str
) -> CloudEvent:
    """Make the event of our own producer: the whole envelope, sealed under its message id."""
    return CloudEvent(
        id=envelope.message_id,
        source=OWN_SOURCE,
        type=ENVELOPE_TYPE,
        data=seal(encode_envelope(envelope), envelope.message_id),
        content_type=SEALED,
        time=envelope.at.isoformat(),
        extensions={KEY_ID: key_id},
    )


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _time(text: str) -> datetime:
    if not _TIME.fullmatch(text):
        raise UnreadableMessageError("time-invalid")
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        raise UnreadableMessageError("time-invalid") from None


def _refuse_control_characters(data: msgspec.Struct) -> None:
    for name in data.__struct_fields__:
        value = getattr(data, name)
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str) and _CONTROL.search(text):
                raise UnreadableMessageError("data-invalid", name)


_FIELD: Final = re.compile(r"`\$\.?([a-z_]{1,40})[^`]*`")
_NAMED: Final = re.compile(r"missing required field `([a-z_]{1,40})`")


def _field(error: msgspec.ValidationError) -> str:
    """Name the field that is wrong; the text sent in is not repeated."""
    text = str(error)
    found = _NAMED.search(text) or _FIELD.search(text)
    return found[1] if found else ""
