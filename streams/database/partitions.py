"""分区: which partition of the log a stream belongs to; the same answer that Kafka gives."""

from functools import lru_cache
from typing import Final

PARTITIONS_COUNT: Final = 24
"""Partitions of the log and of its topic (our default: more cannot be had later without a copy)."""

_MULTIPLIER: Final = 0x5BD1E995
_SEED: Final = 0x9747B28C
_WORD: Final = 0xFFFFFFFF
_POSITIVE: Final = 0x7FFFFFFF


def murmur2(key: bytes) -> int:
    """Hash as Kafka's default partitioner does, as an unsigned number of 32 bits."""
    length = len(key)
    mixed = _SEED ^ length
    whole = length & ~3
    for start in range(0, whole, 4):
        part = int.from_bytes(key[start : start + 4], "little") * _MULTIPLIER & _WORD
        part = (part ^ part >> 24) * _MULTIPLIER & _WORD
        mixed = mixed * _MULTIPLIER & _WORD ^ part
    if rest := key[whole:]:
        mixed = (mixed ^ int.from_bytes(rest, "little")) * _MULTIPLIER & _WORD
    mixed = (mixed ^ mixed >> 13) * _MULTIPLIER & _WORD
    return mixed ^ mixed >> 15


@lru_cache(maxsize=65536)
def partition_of(stream: str, partitions: int = PARTITIONS_COUNT) -> int:
    """Give the partition of a stream."""
    return (murmur2(stream.encode()) & _POSITIVE) % partitions
