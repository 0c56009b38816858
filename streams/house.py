"""全屋接线: the real rules, planner and outbox behind a batch."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from handlers.aggregates import AGGREGATES
from handlers.handle import handle
from handlers.outcome import Event, State
from hotline.evaluations.state import Service
from hotline.facts import Fact
from hotline.people.state import Organisation
from hotline.routing.state import Settings
from hotline.tickets.state import Ticket
from notifications import outbox
from notifications.plan import plan
from streams.vault import Vault
from streams.wiring import Aggregate, Wiring

_STATES: Final[dict[str, Any]] = {
    "ticket": Ticket,
    "service": Service,
    "department": Organisation,
    "staff": Organisation,
    "catalogue": Settings,
    "calendar": Settings,
}
