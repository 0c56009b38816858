"""上报员: feeds the queue from the log, then sends what is due, one record a call.

A crash at any place leaves a row that was handed over; when its lease has ended it is sent again
under the same identity. A platform that is down stops the round, so nothing else waits for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine

from handlers.envelope import Personal
from hotline.evaluations.events import LoopLinked, ServiceRecorded
from hotline.evaluations.state import Service
from projections.log import LogLine
from streams.database.engine import reading
from streams.log.store import history, record
from streams.people.vault import Vault
from streams.reporting.connector import Connector
from streams.reporting.mapping import FieldMapping
from streams.reporting.queue import Claimed, claim, count_on, fill, release, settle
from streams.reporting.tables import ReportStatus
from streams.reporting.values import report_id, values_of
from streams.wiring import Wiring

LEASE: Final = timedelta(minutes=2)
BATCH: Final = 50


@dataclass(frozen=True, slots=True)
class Target:
    """上报对象: a platform, its channel and its names."""

    name: str
    connector: Connector
    mapping: FieldMapping


class ReportWorker:
    """上报员 of one target; any number may work on the same queue."""

    def __init__(
        self,
        engine: Engine,
        wiring: Wiring,
        target: Target,
        clock: Callable[[], datetime],
    ) -> None:
        self._engine: Final = engine
        self._wiring: Final = wiring
        self._target: Final = target
        self._clock: Final = clock

    @property
    def _vault(self) -> Vault:
        return self._wiring.vault

    def work(self) -> int:
        """Feed and send one round; give how many records were settled for good."""
        fill(self._engine, self._target.name, self._wiring)
        count_on(self._engine, self._target.name)
        settled = 0
        while claimed := claim(self._engine, self._target.name, self._clock(), LEASE, BATCH):
            for place, one in enumerate(claimed, 1):
                if self._send(one) is ReportStatus.WAITING:
                    release(self._engine, claimed[place:])
                    return settled
                settled += 1
        return settled

    def _send(self, one: Claimed) -> ReportStatus:
        kind, document = self._document(one)
        answer = self._target.connector.send(kind, document, self._clock())
        settle(self._engine, one, answer.status, answer.code, self._clock())
        return answer.status

    def _document(self, one: Claimed) -> tuple[str, dict[str, str]]:
        with reading(self._engine) as connection:
            told, steps = self._told(connection, one)
            own = one.stream == one.subject
            is_service = own and isinstance(told[-1].fact.event, ServiceRecorded)
            person = self._person(connection, one.subject, is_service=is_service)
        values = values_of(told, person, steps, of_loop=not own)
        values["report_id"] = report_id(one.stream, one.version)
        kind = "service" if is_service else "evaluation"
        return kind, self._target.mapping.document(kind, values)

    def _told(
        self, connection: Connection, one: Claimed
    ) -> tuple[Sequence[LogLine], Sequence[LogLine]]:
        """Give the facts of the service and of its loop, as they stood with the reported one."""
        own, loop = history(connection, one.subject), one.stream
        if one.stream == one.subject:
            own = tuple(line for line in own if line.version <= one.version)
            linked = [line.event.ticket for line in own if isinstance(line.event, LoopLinked)]
            if not linked:
                return own, ()
            until, loop = own[-1].recorded_micros, f"ticket/{linked[-1]}"
            steps = history(connection, loop)
            return own, [line for line in steps if line.recorded_micros <= until]
        steps = history(connection, loop)
        return own, [line for line in steps if line.version <= one.version]

    def _person(self, connection: Connection, subject: str, *, is_service: bool) -> Personal | None:
        """Name the applicant of a service, and of a rating only who gave it under a name."""
        state = record(connection, subject, self._wiring).state
        if not isinstance(state, Service):
            return None
        citizen = state.citizen if is_service else state.evaluator
        return self._vault.person(connection, citizen) if citizen else None
