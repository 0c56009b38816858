"""应用: makes the Faust application by the settings. It keeps no tables and creates no topics.

Truth is in the database; Faust brings group membership, assignment, back-pressure and timers.
"""

import logging
from typing import Any, Final

import faust

from streams.kafka_access import faust_brokers, faust_credentials
from streams.settings import Settings

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
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        autodiscover=False,
    )


def raw_topic(app: faust.App, name: str) -> Any:
    """Give a topic whose keys and values stay bytes: a typed one loses what it cannot read."""
    return app.topic(
        name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
    )


def without_monitor(app: faust.App) -> None:
    """Take Faust's own bookkeeping of each message away: it costs a sixth and nobody reads it."""
    app.sensors.remove(app.monitor)


def quiet_clients() -> None:
    """Let Faust and its client speak of what is wrong only; they quote keys of messages below."""
    for name in ("aiokafka", "faust", "mode", "kafka"):
        logging.getLogger(name).setLevel(logging.WARNING)
