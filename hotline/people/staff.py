"""Staff 职员: who is logged in, and in which role a command of theirs is done.

Owns what a session tells the faces of the system. Passwords and names are kept elsewhere.
"""

from collections.abc import Container

from hotline.people.actors import Actor, Role
from hotline.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """职员 or a system with a key: the order of `roles` is the order in which they are tried."""

    person: str
    display_name: str
    roles: tuple[Role, ...]
    department: str = ""
    username: str = ""

    def acting_as(self, permitted: Container[Role]) -> Actor | None:
        """Give the actor in the first role that is permitted, or None."""
        for role in self.roles:
            if role in permitted:
                return Actor(self.person, role, self.department)
        return None
