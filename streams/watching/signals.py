"""疑点看守: examines every rating once by the rules, and puts what they find beside it as a fact.

It runs behind the requests, so no rating waits for it. A crash between a finding and its mark
examines the rating again: the message's identity follows from the rating, so it is found once.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Integer, and_, cast, func, or_, select, update

from handlers.envelope import Envelope
from handlers.outcome import Context
from hotline.clocks.calendar import SHANGHAI
from hotline.evaluations.commands import RaiseSignals
from hotline.evaluations.signals import (
    LOOKED_BACK,
    NETWORK_REMEMBERED,
    SIGNAL_RULES,
    Finding,
    Surroundings,
    Trace,
    signals_of,
    stands_out,
)
from hotline.evaluations.vocabulary import EvaluationChannel, Signal
from hotline.people.actors import Actor, Role
from hotline.tickets.events import ContactRecorded
from projections.signals.rows import rating_traces
from streams.accounts.tables import desk_notes, staff_accounts
from streams.batches.commit import commit_batch
from streams.database.engine import reading, writing
from streams.database.moments import instant, microseconds
from streams.log.store import history
from streams.watching.traces import follow
from streams.wiring import Wiring

WATCH: Final = Actor("rating-watch", Role.SYSTEM)
BATCH: Final = 200
SHARES_OVER: Final = timedelta(days=90)
"""Over how long the shares of 误评 are compared (our default)."""
STAFF_REMEMBERED: Final = timedelta(minutes=10)
_c: Final = rating_traces.c
_MARKS: Final = (_c.device, _c.network, _c.evaluator, _c.words)


class RatingWatch:
    """疑点看守; any number may work, since a finding has one identity."""

    def __init__(
        self,
        engine: Engine,
        wiring: Wiring,
        context: Callable[[], Context],
        clock: Callable[[], datetime],
    ) -> None:
        self._engine: Final = engine
        self._wiring: Final = wiring
        self._context: Final = context
        self._clock: Final = clock
        self._staff: frozenset[bytes] = frozenset()
        self._staff_at: datetime | None = None

    def work(self) -> int:
        """Follow the log and examine one batch; give how many ratings were examined."""
        follow(self._engine, self._wiring)
        context = self._context()
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(rating_traces)
                .where(_c.examined.is_(False))
                .order_by(_c.rated_at, _c.stream)
                .limit(BATCH)
            ).all()
            if not rows:
                return 0
            others = _neighbours(connection, rows)
            staff = self._staff_hashes(connection)
            found = [(row, self._examine(connection, context, row, others, staff)) for row in rows]
        envelopes = [self._envelope(row, findings) for row, findings in found if findings]
        commit_batch(self._engine, envelopes, context, self._wiring, self._clock())
        with writing(self._engine) as connection:
            for row in rows:
                same = and_(_c.stream == row.stream, _c.version == row.version)
                done = same & (_c.mistaken == row.mistaken)
                connection.execute(update(rating_traces).where(done).values(examined=True))
        return len(rows)

    def _examine(
        self,
        connection: Connection,
        context: Context,
        row: Any,
        others: Sequence[Trace],
        staff: frozenset[bytes],
    ) -> tuple[Finding, ...]:
        trace = _trace(row)
        around = Surroundings(
            others=[one for one in others if (one.stream, one.version) != _key(trace)],
            staff_phone=bool(staff) and self._is_staff(connection, trace.evaluator, staff),
            window_network=_is_windows(connection, trace),
            contacted_days=_contacted(connection, context, row, trace),
            in_office_hours=_is_open(context, row.region, trace.rated_at),
        )
        found = signals_of(trace, around)
        if row.mistaken and stands_out(_shares(connection, trace.rated_at), trace.department):
            found = (*found, Finding(signal=Signal.MANY_MISTAKEN))
        return found

    def _envelope(self, row: Any, findings: Sequence[Finding]) -> Envelope:
        related = dict.fromkeys(one for finding in findings for one in finding.related)
        return Envelope(
            message_id=f"signals/{row.stream}/{row.version}/{int(row.mistaken)}",
            stream=row.stream,
            command=RaiseSignals(
                signals=tuple(finding.signal for finding in findings),
                related=tuple(related),
                rules=SIGNAL_RULES,
            ),
            actor=WATCH,
            at=self._clock(),
            causation=f"{row.stream}:{row.version}",
        )

    def _staff_hashes(self, connection: Connection) -> frozenset[bytes]:
        """Give the keyed hashes of the numbers of staff; read anew every so often."""
        now = self._clock()
        if self._staff_at is None or now - self._staff_at > STAFF_REMEMBERED:
            vault, self._staff_at = self._wiring.vault, now
            ids = connection.execute(select(staff_accounts.c.id)).scalars()
            members = vault.people(connection, [f"staff/{one}" for one in ids])
            hashes = (vault.phone_hash(one.phone) for one in members.values())
            self._staff = frozenset(one for one in hashes if one is not None)
        return self._staff

    def _is_staff(self, connection: Connection, evaluator: str, staff: frozenset[bytes]) -> bool:
        person = self._wiring.vault.person(connection, evaluator) if evaluator else None
        return person is not None and self._wiring.vault.phone_hash(person.phone) in staff


def _key(trace: Trace) -> tuple[str, int]:
    return trace.stream, trace.version


def _trace(row: Any) -> Trace:
    return Trace(
        stream=row.stream,
        version=row.version,
        department=row.department,
        level=row.level,
        level_before=row.level_before,
        channel=EvaluationChannel(row.channel),
        rated_at=instant(row.rated_at),
        served_at=instant(row.served_at),
        device=row.device,
        network=row.network,
        evaluator=row.evaluator,
        applicant=row.applicant,
        words=row.words,
    )


def _neighbours(connection: Connection, rows: Sequence[Any]) -> list[Trace]:
    """Read whatever shares a mark with one of the rows and lies as near as the rules look."""
    span = LOOKED_BACK // timedelta(microseconds=1)
    first, last = rows[0].rated_at - span, rows[-1].rated_at
    shared = [
        and_(mark.in_(values), mark != "")
        for mark in _MARKS
        if (values := sorted({getattr(row, mark.name) for row in rows} - {""}))
    ]
    if not shared:
        return []
    question = select(rating_traces).where(or_(*shared), _c.rated_at.between(first, last))
    return [_trace(row) for row in connection.execute(question)]


def _is_windows(connection: Connection, trace: Trace) -> bool:
    """Tell whether a device or clerk of the rated window was online at that address."""
    if not trace.network:
        return False
    seen = connection.execute(
        select(desk_notes.c.kept_at).where(
            desk_notes.c.person == f"window/{trace.department}",
            desk_notes.c.place == f"network/{trace.network}",
        )
    ).scalar()
    apart = trace.rated_at.timestamp() - seen if seen is not None else None
    return apart is not None and abs(apart) <= NETWORK_REMEMBERED.total_seconds()


def _contacted(connection: Connection, context: Context, row: Any, trace: Trace) -> int | None:
    """Count the working days since the rated department contacted who rated poorly."""
    if not row.loop:
        return None
    contacts = [
        line.fact.occurred_at
        for line in history(connection, f"ticket/{row.loop}")
        if isinstance(line.event, ContactRecorded)
        and line.fact.actor.department == trace.department
        and line.fact.occurred_at <= trace.rated_at
    ]
    if not contacts:
        return None
    calendar = context.clocks_of(row.region).calendar
    last, rated = (at.astimezone(SHANGHAI).date() for at in (max(contacts), trace.rated_at))
    return calendar.workdays_between(last, rated)


def _is_open(context: Context, region: str, at: datetime) -> bool:
    return context.clocks_of(region).office_opening(at) <= at


def _shares(connection: Connection, until: datetime) -> list[tuple[str, int, int]]:
    since = microseconds(until - SHARES_OVER)
    marked = func.sum(cast(_c.mistaken, Integer))
    question = (
        select(_c.department, func.count(), marked)
        .where(_c.rated_at >= since)
        .group_by(_c.department)
    )
    return [(name, int(n), int(marked)) for name, n, marked in connection.execute(question)]
