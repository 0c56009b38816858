"""安顿: how a busy process shares its memory and its one interpreter.

Nearly everything that a command makes dies by reference count at once; cycles are rare. Python's
default looks after each 700 new objects, and every so often at all that live, which costs a quarter
of the time of a busy process. What lives as long as the process is set aside (our default).
"""

import gc
import sys
from typing import Any, Final

import msgspec
import structlog

_NEW_OBJECTS: Final = 50_000
_YOUNG_ROUNDS: Final = 20
_OLD_ROUNDS: Final = 50
_SWITCH_SECONDS: Final = 0.0005
"""How long a thread that comes back from the database waits for one that computes; each row that is
written is such a return, and Python's default of 5 ms would be paid for each (our default)."""


def log_as_json() -> None:
    """Write the log as lines of JSON where no person looks on: for machines, and cheap to make.

    A terminal keeps the coloured form.
    """
    if sys.stdout.isatty():
        return
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=_as_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.WriteLoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _as_json(entry: Any, **_: Any) -> str:
    return msgspec.json.encode(entry, enc_hook=str).decode()


def settle() -> None:
    """Set aside what is loaded, and look more seldom from here on. Once, when a process is up."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _YOUNG_ROUNDS, _OLD_ROUNDS)
    sys.setswitchinterval(_SWITCH_SECONDS)
