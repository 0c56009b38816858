"""主题: what travels over Kafka, in how many partitions, and how long it is kept."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from streams.database.partitions import PARTITIONS_COUNT

CALLS: Final = "bihuan.calls.v1"
WEB_COMPLAINTS: Final = "bihuan.web-complaints.v1"
EVALUATIONS: Final = "bihuan.evaluations.v1"
SERVICES: Final = "bihuan.services.v1"
EVENTS: Final = "bihuan.events.v1"
DEAD_LETTERS: Final = "bihuan.dead-letters.v1"

INTAKE_RETENTION: Final = timedelta(days=7)
"""Intake carries personal data; a week is enough to read it again after a restore (our default)."""

DEAD_LETTERS_RETENTION: Final = timedelta(days=30)
"""A month to notice by (our default); the letters themselves stay in the database, sealed."""

_FOREVER: Final = -1
_MESSAGE_BYTES_MAX: Final = 1024 * 1024
_DEAD_LETTER_BYTES_MAX: Final = 2 * _MESSAGE_BYTES_MAX
"""More than a notice ever needs; a topic that exists is never changed, so this stays as it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSpec:
    """主题, as it has to be. Nothing is compacted: every message counts, and gaps stop commits."""

    name: str
    retention: timedelta | None
    """None keeps it for ever."""
    message_bytes_max: int = _MESSAGE_BYTES_MAX
    partitions_count: int = PARTITIONS_COUNT

    def configuration(self, replicas: int) -> dict[str, str]:
        """Give what Kafka is told, under Kafka's own names."""
        kept = self.retention
        retention = _FOREVER if kept is None else kept // timedelta(milliseconds=1)
        return {
            "cleanup.policy": "delete",
            "max.message.bytes": str(self.message_bytes_max),
            # Retention counts from the arrival: a producer whose clock is a week behind would
            # otherwise see its messages deleted before anybody has read them.
            "message.timestamp.type": "LogAppendTime",
            "min.insync.replicas": str(max(1, replicas - 1)),
            "retention.bytes": str(_FOREVER),
            "retention.ms": str(retention),
        }


INTAKE: Final = (CALLS, WEB_COMPLAINTS, EVALUATIONS, SERVICES)

TOPICS: Final = (
    *(TopicSpec(name=name, retention=INTAKE_RETENTION) for name in INTAKE),
    TopicSpec(name=EVENTS, retention=None),
    TopicSpec(
        name=DEAD_LETTERS,
        retention=DEAD_LETTERS_RETENTION,
        message_bytes_max=_DEAD_LETTER_BYTES_MAX,
    ),
)
"""Every topic, in the order in which it is shown."""
