"""抽样: a draw that anybody can repeat with nothing but SHA-256.

Each number of the population is hashed together with the seed; the smallest hashes are the sample.
So neither the order of the population nor the language of a program changes the draw, and a ticket
that is added or left out moves no other. The rule and its sizes are our default.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

SIZE_MAX: Final = 200
"""Tickets of one sample that people can look at (our default)."""
SEED_DIGITS: Final = 32
"""A seed is 128 random bits, written as hexadecimal digits."""


def lot(seed: str, number: str) -> str:
    """Give the lot of one ticket."""
    return hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()


def drawn(population: Iterable[str], seed: str, size: int) -> tuple[str, ...]:
    """Draw a sample, in the order of the lots."""
    lots = sorted((lot(seed, number), number) for number in set(population))
    return tuple(number for _, number in lots[:size])


def digest_of(population: Iterable[str]) -> str:
    """Give the SHA-256 of a population: its numbers sorted, a line each."""
    listed = "".join(f"{number}\n" for number in sorted(set(population)))
    return hashlib.sha256(listed.encode()).hexdigest()
