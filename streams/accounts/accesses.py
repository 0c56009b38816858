"""Accesses 访问记录: who opened whose personal data, when, why and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Engine, Row, func, insert, select

from hotline.people.actors import Actor, Role
from streams.accounts.tables import personal_accesses
from streams.database.engine import reading, writing

ACCESS_SECONDS: Final = 30 * 60
"""A stated reason opens personal data for half an hour (handbook, section 2, our default)."""


@dataclass(frozen=True, slots=True)
class Access:
    """访问记录: who opened whose personal data, when and why."""

    id: int
    actor: Actor
    subject: str
    reason: str
    opened_at: datetime


class Accesses:
    """访问: every method is one short transaction."""

    __slots__ = ("_engine",)

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def open_access(self, actor: Actor, subject: str, reason: str, at: datetime) -> datetime:
        """解锁: log who opens whose data and why; it stays open for a limited time."""
        second = int(at.timestamp())
        with writing(self._engine) as connection:
            connection.execute(
                insert(personal_accesses).values(
                    person=actor.person,
                    role=actor.role.value,
                    department=actor.department,
                    subject=subject,
                    reason=reason,
                    opened_at=second,
                    until_at=second + ACCESS_SECONDS,
                )
            )
        return datetime.fromtimestamp(second + ACCESS_SECONDS, UTC)

    def access_open_until(self, person: str, subject: str, at: datetime) -> datetime | None:
        """Give the end of an opening that is in force."""
        columns = personal_accesses.c
        with reading(self._engine) as connection:
            until = connection.execute(
                select(func.max(columns.until_at)).where(
                    columns.person == person,
                    columns.subject == subject,
                    columns.until_at > int(at.timestamp()),
                )
            ).scalar()
        return datetime.fromtimestamp(until, UTC) if until else None

    def accesses(self, *, before: int = 0, limit: int = 100) -> tuple[Access, ...]:
        """List openings, newest first; `before` is the id of the last one shown."""
        columns = personal_accesses.c
        query = select(personal_accesses).order_by(columns.id.desc()).limit(limit)
        if before:
            query = query.where(columns.id < before)
        with reading(self._engine) as connection:
            return tuple(map(_access, connection.execute(query)))

    def accesses_to(self, subjects: Sequence[str], *, limit: int = 50) -> tuple[Access, ...]:
        """List the openings of these subjects, newest first."""
        columns = personal_accesses.c
        query = (
            select(personal_accesses)
            .where(columns.subject.in_(subjects))
            .order_by(columns.id.desc())
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return tuple(map(_access, connection.execute(query)))


def _access(row: Row[tuple[object, ...]]) -> Access:
    return Access(
        row.id,
        Actor(row.person, Role(row.role), row.department),
        row.subject,
        row.reason,
        datetime.fromtimestamp(row.opened_at, UTC),
    )
