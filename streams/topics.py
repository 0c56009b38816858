"""主题: the names of the topics."""

from typing import Final

CALLS: Final = "bihuan.calls.v1"
WEB_COMPLAINTS: Final = "bihuan.web-complaints.v1"
EVALUATIONS: Final = "bihuan.evaluations.v1"
SERVICES: Final = "bihuan.services.v1"
EVENTS: Final = "bihuan.events.v1"
DEAD_LETTERS: Final = "bihuan.dead-letters.v1"
