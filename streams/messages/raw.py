"""A message as Kafka gives it and takes it: bytes and headers, nothing read yet."""

from dataclasses import dataclass
from typing import Final, TypeAlias

import msgspec

from handlers.envelope import Source

Headers: TypeAlias = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class RawMessage:
    """报文 as it was read: `value` is None for a tombstone, which no intake topic should carry."""

    source: Source
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp_ms: int  # the broker's or the producer's, by the topic's configuration


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """报文 to be produced, to a partition that the sender of it has chosen."""

    topic: str
    partition: int
    key: bytes
    value: bytes
    headers: Headers


_decode: Final = msgspec.msgpack.Decoder(RawMessage).decode


def packed(message: RawMessage) -> bytes:
    """Write a message with its place and its headers, so that it can be read again one day."""
    return msgspec.msgpack.encode(message)


def unpacked(data: bytes) -> RawMessage | None:
    """Read what `packed` wrote; None where it is something else."""
    try:
        return _decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
