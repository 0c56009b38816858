"""对账: what the log holds against what the queue knows of it. It adds up, or says that not."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from streams.database.tables import events
from streams.reporting.queue import OF_SERVICES, counts
from streams.reporting.tables import ReportStatus, reports


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """对账 of one target. `unqueued` are facts that the queue has not been fed yet."""

    target: str
    facts: int
    unqueued: int
    waiting: int
    sent: int
    acknowledged: int
    rejected: int

    @property
    def adds_up(self) -> bool:
        """Tell whether every fact is in exactly one place."""
        queued = self.waiting + self.sent + self.acknowledged + self.rejected
        return self.unqueued >= 0 and self.facts == self.unqueued + queued

    @property
    def complete(self) -> bool:
        """Tell whether the platform has acknowledged everything."""
        return self.adds_up and self.facts == self.acknowledged


def reconcile(connection: Connection, target: str) -> Reconciliation:
    """Count log and queue, each by itself, in one snapshot.

    Facts of services are counted in the log; of loops only those that tell of a rating count, which
    the queue decides.
    """
    names = [event.__name__ for event in OF_SERVICES]
    in_log = connection.execute(
        select(func.count()).select_from(events).where(events.c.type.in_(names))
    ).scalar_one()
    loops = reports.c.target == target, reports.c.stream != reports.c.subject
    of_loops = connection.execute(
        select(func.count()).select_from(reports).where(*loops)
    ).scalar_one()
    queued = counts(connection, target)
    facts = in_log + of_loops
    return Reconciliation(
        target=target,
        facts=facts,
        unqueued=facts - sum(queued.values()),
        waiting=queued[ReportStatus.WAITING],
        sent=queued[ReportStatus.SENT],
        acknowledged=queued[ReportStatus.ACKNOWLEDGED],
        rejected=queued[ReportStatus.REJECTED],
    )
