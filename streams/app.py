"""应用: makes the Faust application from the settings. It keeps no tables and creates no topics.

Truth is in the database; Faust brings group membership, assignment, back-pressure and timers.
"""

from typing import Any, Final

import faust

GROUP: Final = "bihuan"
"""The consumer group of all workers."""


def make_app(broker: str, **settings: Any) -> faust.App:
    """Make the application."""
    return faust.App(
        GROUP,
        broker=broker,
        store="memory://",
        autodiscover=False,
        processing_guarantee="at_least_once",
        topic_allow_declare=False,
        topic_disable_leader=True,
        stream_wait_empty=False,
        web_enabled=False,
        consumer_auto_offset_reset="earliest",
        **settings,
    )


def raw_topic(app: faust.App, name: str) -> Any:
    """Give a topic whose keys and values stay bytes: a typed one loses what it cannot read."""
    return app.topic(
        name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw"
    )
