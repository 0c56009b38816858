"""视野: which tickets a reader may see, as conditions for one ticket and for a whole list alike.

A list asks its store for them, so that its pages are full and its cursors true; the page of one
ticket asks `covers`. Domain handbook, sections 1, 2 and 9.
"""

from collections.abc import Iterable
from typing import Final

from hotline.people.actors import Actor, Role
from hotline.people.queries import Query, may_ask
from hotline.people.scopes import CITIZENS, DEPARTMENT_ROLES, KINDS_OF_ROLE, MACHINES
from hotline.tickets.vocabulary import Kind, Secrecy
from hotline.values import dataclass, replace

EVERY_KIND: Final = frozenset(Kind)

_CLEARED: Final = frozenset(
    {
        *(Role.ASSIGNMENT_OFFICER, Role.SHIFT_LEAD, Role.REVISITOR, Role.SUPERVISION_OFFICER),
        *(Role.MATTER_OFFICER, Role.EVALUATION_OFFICER),
    }
)
"""Roles whose work includes 举报 and confidential tickets (our default)."""

_READERS: Final = _CLEARED | {Role.OPERATOR, Role.WINDOW_CLERK, Role.ASSESSOR, Role.LEADER}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """视野: every field that is set narrows. `department` leads, or assists where that may show."""

    kinds: frozenset[Kind] = EVERY_KIND
    secrecy_max: Secrecy = Secrecy.SECRET
    department: str = ""
    assisted_secrecy_max: Secrecy = Secrecy.CONFIDENTIAL
    caller: str = ""

    def covers(
        self, *, lead: str, assists: Iterable[str], caller: str, secrecy: Secrecy, kind: Kind
    ) -> bool:
        """Tell whether a ticket lies within."""
        if kind not in self.kinds or secrecy > self.secrecy_max:
            return False
        if self.caller and caller != self.caller:
            return False
        if not self.department or lead == self.department:
            return True
        return secrecy <= self.assisted_secrecy_max and self.department in tuple(assists)


EVERYTHING: Final = Sight()
WITHOUT_SECRETS: Final = Sight(secrecy_max=Secrecy.CONFIDENTIAL)
NOTHING: Final = Sight(kinds=frozenset())


def sight_of(actor: Actor) -> Sight:
    """Tell which tickets may be shown to a reader, masked as their secrecy demands.

    A secret ticket opens only after a stated reason, which is `Query.TICKET_READ_SECRET`.
    """
    role = actor.role
    if role in MACHINES or role is Role.INSPECTOR:
        return EVERYTHING
    if role in CITIZENS:
        return Sight(caller=actor.person) if actor.person else NOTHING
    if role in DEPARTMENT_ROLES:
        return Sight(department=actor.department) if actor.department else NOTHING
    if role not in _READERS:
        return NOTHING
    sight = Sight(
        kinds=KINDS_OF_ROLE.get(role, EVERY_KIND),
        secrecy_max=Secrecy.SECRET if role in _CLEARED else Secrecy.MASKED,
    )
    if role is not Role.WINDOW_CLERK:
        return sight
    return replace(sight, department=actor.department) if actor.department else NOTHING


def sees_secrets(actor: Actor) -> bool:
    """Tell whether lists may show that a secret ticket exists."""
    return actor.role not in DEPARTMENT_ROLES and may_ask(actor, Query.TICKET_READ_SECRET)


def listed_for(actor: Actor) -> Sight:
    """Tell which tickets the lists of a reader hold: a department opens a secret one by number."""
    sight = sight_of(actor)
    if sees_secrets(actor):
        return sight
    return replace(sight, secrecy_max=min(sight.secrecy_max, Secrecy.CONFIDENTIAL))
