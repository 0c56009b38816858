"""对账: what the log holds against what the queue knows of it. It adds up, or says that not."""

from dataclasses import dataclass

from sqlalchemy import Connection

from streams.log.store import heads
from streams.reporting.queue import counted_facts, counts, facts_between
from streams.reporting.tables import ReportStatus


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

    The log was counted as it grew; only what is newer is counted here, never the whole.
    """
    counted = counted_facts(connection, target)
    facts = 0
    for partition, end in heads(connection).items():
        at, known = counted.get(partition, (0, 0))
        facts += known + facts_between(connection, partition, at, end)
    queued = counts(connection, target)
    return Reconciliation(
        target=target,
        facts=facts,
        unqueued=facts - sum(queued.values()),
        waiting=queued[ReportStatus.WAITING],
        sent=queued[ReportStatus.SENT],
        acknowledged=queued[ReportStatus.ACKNOWLEDGED],
        rejected=queued[ReportStatus.REJECTED],
    )
