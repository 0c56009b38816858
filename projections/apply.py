"""更新: feed a page of the log to every read model, in the caller's transaction."""

from sqlalchemy import Connection

from projections.assignments import rows as assignments
from projections.audit import rows as audit
from projections.evaluations import rows as evaluations
from projections.log import LogPage
from projections.tickets import rows as tickets

SUBSCRIPTIONS = (
    tickets.SUBSCRIPTION,
    assignments.SUBSCRIPTION,
    evaluations.SUBSCRIPTION,
    audit.SUBSCRIPTION,
)
"""Names of the bookmarks that `apply_page` moves; they always stand together."""


def apply_page(connection: Connection, page: LogPage) -> None:
    """Move all read models by one page; what a model has seen already it skips."""
    tickets.apply(connection, page)
    assignments.apply(connection, page)
    evaluations.apply(connection, page)
    audit.apply(connection, page)
