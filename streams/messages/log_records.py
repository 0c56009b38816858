"""日志报文: a line of the log as a message on `bihuan.events.v1`, and back.

The key is the stream and the value the exact bytes of the log; everything else stands in headers,
so that a consumer who only follows one type need not open a value. Holds no personal data, because
the log holds none.
"""

from datetime import datetime
from typing import Final, NamedTuple

from hotline.people.actors import Actor
from projections.log import LogLine
from streams.database.moments import instant, microseconds
from streams.messages.raw import Headers, OutgoingMessage, RawMessage
from streams.messages.topics import EVENTS
from streams.messages.wire import UnreadableError, decode_actor, decode_event, encode, encode_actor

SOURCE: Final = "/bihuan/log"
TYPE_PREFIX: Final = "bihuan."

_FIXED: Final[Headers] = (
    ("ce_specversion", b"1.0"),
    ("ce_source", SOURCE.encode()),
    ("content-type", b"application/json"),
)


class LogRow(NamedTuple):
    """日志原行: a row of the log as it is stored, in the order of its columns, nothing decoded."""

    partition: int
    position: int
    stream: str
    version: int
    type: str
    payload: bytes
    actor: str
    message_id: str
    correlation: str
    causation: str
    occurred_at: int
    recorded_at: int
    hash: bytes = b""


def message_of(line: LogLine) -> OutgoingMessage:
    """Make the message of a line that has been read already; it carries no hash."""
    return message_of_row(
        LogRow(
            partition=line.partition,
            position=line.position,
            stream=line.stream,
            version=line.version,
            type=type(line.event).__name__,
            payload=encode(line.event),
            actor=encode_actor(line.actor),
            message_id=line.message_id,
            correlation=line.correlation,
            causation=line.causation,
            occurred_at=line.occurred_micros,
            recorded_at=line.recorded_micros,
        )
    )


def message_of_row(row: LogRow) -> OutgoingMessage:
    """Make the message of a row, without decoding anything of it."""
    stream = row.stream.encode()
    headers = (
        *_FIXED,
        ("ce_id", b"%b@%d" % (stream, row.version)),
        ("ce_type", f"{TYPE_PREFIX}{row.type}".encode()),
        ("ce_subject", stream),
        ("ce_time", instant(row.occurred_at).isoformat().encode()),
        ("ce_recordedtime", instant(row.recorded_at).isoformat().encode()),
        ("ce_partition", b"%d" % row.partition),
        ("ce_position", b"%d" % row.position),
        ("ce_version", b"%d" % row.version),
        ("ce_actor", row.actor.encode()),
        *_unless_empty("ce_messageid", row.message_id),
        *_unless_empty("ce_correlationid", row.correlation),
        *_unless_empty("ce_causationid", row.causation),
    )
    if row.hash:
        headers = (*headers, ("ce_hash", row.hash.hex().encode()))
    return OutgoingMessage(EVENTS, row.partition, stream, row.payload, headers)


def line_of(message: RawMessage) -> LogLine:
    """Read a message of the log in its newest form; `UnreadableError` where it is none of ours."""
    named = dict(message.headers)
    try:
        line = _line(message, named)
    except (KeyError, ValueError, TypeError) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(f"no message of the log: {type(error).__name__}") from None
    if message.key != line.stream.encode() or message.source.partition != line.partition:
        raise UnreadableError("a message of the log stands under another key or partition")
    return line


def _line(message: RawMessage, named: dict[str, bytes]) -> LogLine:
    if named["ce_specversion"] != b"1.0" or named["ce_source"] != SOURCE.encode():
        raise UnreadableError("no message of the log: another source or another standard")
    type_ = named["ce_type"].decode().removeprefix(TYPE_PREFIX)
    return LogLine(
        partition=int(named["ce_partition"]),
        position=int(named["ce_position"]),
        stream=named["ce_subject"].decode(),
        version=int(named["ce_version"]),
        event=decode_event(type_, message.value or b""),
        actor=_actor(named["ce_actor"]),
        occurred_micros=_micros(named["ce_time"]),
        recorded_micros=_micros(named["ce_recordedtime"]),
        correlation=named.get("ce_correlationid", b"").decode(),
        causation=named.get("ce_causationid", b"").decode(),
        message_id=named.get("ce_messageid", b"").decode(),
    )


def _actor(text: bytes) -> Actor:
    return decode_actor(text.decode())


def _micros(text: bytes) -> int:
    return microseconds(datetime.fromisoformat(text.decode()))


def _unless_empty(name: str, text: str) -> Headers:
    return ((name, text.encode()),) if text else ()
