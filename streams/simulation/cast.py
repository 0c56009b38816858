"""The cast of a synthetic city: who may play which part.

Built from the organisation's own appointments and the permission table, so a simulation can only do
what that city's staff may do.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from hotline.people.actors import Actor, Role


@dataclass(frozen=True, slots=True)
class Appointment:
    """任用 as the simulation sees it."""

    person: str
    department: str
    roles: tuple[Role, ...]


class CastIncompleteError(LookupError):
    """The organisation has nobody for a part; appoint somebody with `bihuan staff add`."""


class Cast:
    """Who can send which command, for which department."""

    def __init__(
        self, appointments: Iterable[Appointment], may_send: Callable[[Actor, type], bool]
    ) -> None:
        self._actors = tuple(
            Actor(appointment.person, role, appointment.department)
            for appointment in appointments
            for role in appointment.roles
        )
        self._may_send = may_send
        self._pools: dict[tuple[type, str | None, str | None, Role | None], tuple[Actor, ...]] = {}

    @staticmethod
    def caller(citizen: str) -> Actor:
        """Let the citizen act."""
        return Actor(citizen, Role.CALLER)

    def able(
        self,
        command: type,
        rng: Random,
        *,
        department: str | None = None,
        outside: str | None = None,
        role: Role | None = None,
        not_in: Iterable[str] = (),
    ) -> Actor:
        """Draw somebody who may send the command.

        `department` asks for its own people, `outside` for anybody else's, `role` for those who
        act in it; `not_in` bars persons.
        """
        key = (command, department, outside, role)
        pool = self._pools.get(key)
        if pool is None:
            pool = self._pools[key] = tuple(
                actor
                for actor in self._actors
                if (department is None or actor.department == department)
                and (outside is None or actor.department != outside)
                and (role is None or actor.role is role)
                and self._may_send(actor, command)
            )
        barred = set(not_in)
        free = [actor for actor in pool if actor.person not in barred] if barred else pool
        if not free:
            place = department or (f"any department but {outside}" if outside else "the city")
            raise CastIncompleteError(f"nobody in {place} is free for {command.__name__}")
        return rng.choice(free)
