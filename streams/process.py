"""安顿: how a busy process shares its memory and its one interpreter.

Nearly everything that a command makes dies by reference count at once; cycles are rare. Python's
default looks after each 700 new objects, and every so often at all that live, which costs a quarter
of the time of a busy process. What lives as long as the process is set aside (our default).
"""

import gc
import sys
from typing import Final

_NEW_OBJECTS: Final = 50_000
_YOUNG_ROUNDS: Final = 20
_OLD_ROUNDS: Final = 50
_SWITCH_SECONDS: Final = 0.0005
"""How long a thread that comes back from the database waits for one that computes; each row that is
written is such a return, and Python's default of 5 ms would be paid for each (our default)."""


def settle() -> None:
    """Set aside what is loaded, and look more seldom from here on. Once, when a process is up."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _YOUNG_ROUNDS, _OLD_ROUNDS)
    sys.setswitchinterval(_SWITCH_SECONDS)
