"""全屋接线: the real rules, planner and outbox behind a batch."""

from functools import partial
from typing import Any, Final

from handlers.aggregates import AGGREGATES
from handlers.handle import handle
from hotline.calls.state import Call
from hotline.correspondence.state import Correspondence
from hotline.evaluations.state import Service
from hotline.house.state import PublishedIndicators, Wording
from hotline.inspection.state import Sample, Suspicion
from hotline.knowledge.state import Article
from hotline.people.state import Department, Staff
from hotline.routing.state import Catalogue, PublishedCalendar
from hotline.tickets.state import Ticket
from notifications.plan import plan
from notifications.quiet_hours import QUIET_HOURS, QuietHours
from streams.people.vault import Vault
from streams.texting import texts
from streams.wiring import Aggregate, Wiring

STATES: Final[dict[str, Any]] = {
    "ticket": Ticket,
    "service": Service,
    "citizen": Correspondence,
    "article": Article,
    "call": Call,
    "department": Department,
    "staff": Staff,
    "catalogue": Catalogue,
    "calendar": PublishedCalendar,
    "suspicion": Suspicion,
    "sample": Sample,
    "indicators": PublishedIndicators,
    "wording": Wording,
}
"""The form of a state by the first part of a stream's name."""


def make_wiring(vault: Vault, quiet: QuietHours = QUIET_HOURS) -> Wiring:
    """Wire the product as it runs."""
    return Wiring(
        handle=handle,
        aggregates={
            prefix: Aggregate(STATES[prefix], aggregate.evolve, aggregate.timers)
            for prefix, aggregate in AGGREGATES.items()
        },
        vault=vault,
        plan=partial(plan, quiet=quiet),
        write_texts=texts.write,
    )
