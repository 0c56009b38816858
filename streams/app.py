"""应用: makes the Faust application by the settings. It keeps no tables and creates no topics.

Truth is in the database; Faust brings group membership, assignment, back-pressure and timers.
"""

import logging
from pathlib import Path
from typing import Any, Final

import faust
import structlog

from streams.kafka.access import faust_brokers, faust_credentials
from streams.settings import Settings

_log: Final = structlog.get_logger(__name__)

SAME_WORDS_SECONDS: Final = 5.0
"""Between two lines of the log in which a client says the same (our default)."""

_WORDS_MAX: Final = 1000

COMMIT_SECONDS: Final = 1.0
"""Between two commits of offsets (our default: what comes again is turned away cheaply)."""


def make_app(settings: Settings) -> faust.App:
    """Make the application; nothing is connected yet."""
    # Faust gives up a request before it gives up the session, or refuses to start.
    session = settings.kafka_session_seconds
    return faust.App(
        settings.kafka_group,
        broker=faust_brokers(settings),
        broker_credentials=faust_credentials(settings),
        broker_session_timeout=session,
        broker_heartbeat_interval=session / 6,
        broker_rebalance_timeout=max(session, 10.0),
        broker_request_timeout=max(session, 10.0) + 30.0,
        broker_commit_interval=COMMIT_SECONDS,
        consumer_auto_offset_reset="earliest",
        processing_guarantee="at_least_once",
        stream_wait_empty=False,
        store="memory://",
        datadir=_literal(settings.data / "faust"),
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        autodiscover=False,
    )


def _literal(path: Path) -> str:
    """Spell a path so that Faust, which fills in braces, gives it back as it is."""
    return str(path).replace("{", "{{").replace("}", "}}")


def raw_topic(app: faust.App, name: str) -> Any:
    """Give a topic whose keys and values stay bytes: a typed one loses what it cannot read."""
    return app.topic(
        name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
    )


def without_monitor(app: faust.App) -> None:
    """Take Faust's own bookkeeping of each message away: it costs a sixth and nobody reads it."""
    app.sensors.remove(app.monitor)


class _WithoutArguments(logging.Handler):
    """Hands on what Faust and its clients log, without the values: they quote keys and messages.

    A client that finds no broker says so hundreds of times a second: the same words come once in a
    while, with how often they were said meanwhile.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: Final[dict[tuple[str, str], tuple[float, int]]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Write the words of the library, and the kind of the error."""
        text = str(record.msg)
        last_at, unsaid = self._said.get((record.name, text), (float("-inf"), 0))
        if record.created - last_at < SAME_WORDS_SECONDS:
            self._said[record.name, text] = last_at, unsaid + 1
            return
        if len(self._said) > _WORDS_MAX:
            self._said.clear()
        self._said[record.name, text] = record.created, 0
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        _log.log(record.levelno, "client", logger=record.name, text=text, kind=kind, more=unsaid)


def quiet_clients() -> None:
    """Let Faust and its client speak of what is wrong only, and through our log."""
    logging.getLogger("mode.timers").setLevel(logging.ERROR)  # a late timer is no fault
    for name in ("aiokafka", "faust", "mode", "kafka", "asyncio"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.handlers[:] = [_WithoutArguments()]
        logger.propagate = False
