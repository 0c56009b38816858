"""访问日志: every look at a ticket, written before what was looked at is shown.

A page that refreshes itself is one look: the same person at the same thing within a minute is
written once (our default). Kept beside the accounts, apart from the log of facts: a look changes
nothing, and nobody who is looked at must learn of it from a stream that moved.
"""

from datetime import UTC, datetime
from threading import Lock
from typing import Final

from sqlalchemy import Engine, Row, Select, func, insert, select

from hotline.people.access import Access, Look
from hotline.people.actors import Actor, Role
from streams.accounts.tables import personal_accesses, ticket_accesses
from streams.database.engine import reading, writing

SAME_LOOK_SECONDS: Final = 60
_REMEMBERED_MAX: Final = 10_000
_c: Final = ticket_accesses.c
_p: Final = personal_accesses.c


class AccessLog:
    """访问日志; every method is one short transaction."""

    __slots__ = ("_engine", "_lock", "_recent")

    def __init__(self, engine: Engine) -> None:
        self._engine: Final = engine
        self._recent: dict[tuple[str, str, str, str], int] = {}
        self._lock: Final = Lock()

    def note(self, access: Access) -> None:
        """Write a look, unless the same one was just written."""
        second = int(access.at.timestamp())
        if not self._is_new(access, second):
            return
        with writing(self._engine) as connection:
            connection.execute(
                insert(ticket_accesses).values(
                    at=second,
                    person=access.actor.person,
                    role=access.actor.role.value,
                    department=access.actor.department,
                    action=access.action.value,
                    subject=access.subject,
                    detail=access.detail[:500],
                    address=access.address[:64],
                    device=access.device[:200],
                )
            )

    def of(self, subject: str, *, limit: int = 500) -> tuple[Access, ...]:
        """List the looks at a subject, newest first, openings of personal data among them."""
        with reading(self._engine) as connection:
            looks = connection.execute(_looks().where(_c.subject == subject).limit(limit)).all()
            opened = connection.execute(
                select(personal_accesses)
                .where(_p.subject == subject)
                .order_by(_p.id.desc())
                .limit(limit)
            ).all()
        found = [*map(_access, looks), *map(_opening, opened)]
        return tuple(sorted(found, key=lambda one: one.at, reverse=True)[:limit])

    def recent(self, *, before: int = 0, person: str = "", limit: int = 100) -> tuple[Access, ...]:
        """List looks of everybody or of one person, newest first."""
        question = _looks().limit(limit)
        if before:
            question = question.where(_c.id < before)
        if person:
            question = question.where(_c.person == person)
        with reading(self._engine) as connection:
            return tuple(map(_access, connection.execute(question)))

    def bursts(
        self, since: datetime, until: datetime, *, seconds: int, least: int
    ) -> tuple[tuple[str, str, str, int, int], ...]:
        """List who looked at so many tickets within so few seconds.

        Each as person, role, department, when the span began and how many tickets; spans are cut
        by the clock.
        """
        span = (_c.at - _c.at % seconds).label("span")
        looked = func.count(_c.subject.distinct())
        question = (
            select(_c.person, _c.role, _c.department, span, looked)
            .where(
                _c.at >= int(since.timestamp()),
                _c.at < int(until.timestamp()),
                _c.subject.startswith("ticket/"),
            )
            .group_by(_c.person, _c.role, _c.department, span)
            .having(looked >= least)
            .order_by(span.desc())
        )
        with reading(self._engine) as connection:
            return tuple(
                (row[0], row[1], row[2], int(row[3]), int(row[4]))
                for row in connection.execute(question)
            )

    def within(self, person: str, first: int, last: int) -> tuple[str, ...]:
        """List the subjects that a person looked at between two seconds."""
        question = (
            select(_c.subject.distinct())
            .where(_c.person == person, _c.at >= first, _c.at < last)
            .order_by(_c.subject)
        )
        with reading(self._engine) as connection:
            return tuple(connection.execute(question).scalars())

    def _is_new(self, access: Access, second: int) -> bool:
        key = (access.actor.person, access.action.value, access.subject, access.detail)
        with self._lock:
            known = self._recent.get(key, 0)
            if second - known < SAME_LOOK_SECONDS and known:
                return False
            if len(self._recent) > _REMEMBERED_MAX:
                self._recent.clear()
            self._recent[key] = second
        return True


def _looks() -> Select[tuple[object, ...]]:
    return select(ticket_accesses).order_by(_c.id.desc())


def _access(row: Row[tuple[object, ...]]) -> Access:
    return Access(
        id=row.id,
        actor=Actor(row.person, Role(row.role), row.department),
        action=Look(row.action),
        subject=row.subject,
        at=datetime.fromtimestamp(row.at, UTC),
        detail=row.detail,
        address=row.address,
        device=row.device,
    )


def _opening(row: Row[tuple[object, ...]]) -> Access:
    return Access(
        actor=Actor(row.person, Role(row.role), row.department),
        action=Look.UNLOCK,
        subject=row.subject,
        at=datetime.fromtimestamp(row.opened_at, UTC),
        detail=row.reason,
    )
