"""编号: ids that nobody can guess and that stand in the order of time (UUID version 7, RFC 9562).

The inbox of the log is kept by message id. Random ids land on as many pages of it as there are
messages in a batch, and each page is written; ids of one moment lie side by side on a few.
"""

from collections.abc import Callable

_VERSION = 7
_VARIANT = 2
_RANDOM_BITS = 74
_LOW_BITS = 62


def time_ordered_id(milliseconds: Callable[[], int], bits: Callable[[int], int]) -> str:
    """Give an id of this moment; `bits` gives so many random ones."""
    drawn = bits(_RANDOM_BITS)
    high, low = drawn >> _LOW_BITS, drawn & ((1 << _LOW_BITS) - 1)
    fixed = _VERSION << 76 | high << 64 | _VARIANT << 62
    return f"{(milliseconds() & (1 << 48) - 1) << 80 | fixed | low:032x}"
