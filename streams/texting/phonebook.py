"""通讯录: who a text goes to, looked up in the vault when it leaves."""

from collections.abc import Callable, Collection
from itertools import chain
from typing import Final

from sqlalchemy import Engine

from hotline.correspondence.state import Correspondence
from hotline.people.actors import Role
from notifications.sending import Contact
from streams.accounts.accounts import Accounts
from streams.database.engine import reading
from streams.log.store import records
from streams.wiring import Wiring

_CITIZEN: Final = "citizen/"
_DEPARTMENT: Final = "department/"
_IN_CHARGE: Final = (Role.DEPARTMENT_ADMINISTRATOR, Role.DEPARTMENT_LEADER)


class VaultPhonebook:
    """通讯录 over the vault: a number is read when a text leaves, and kept nowhere else.

    A department is told at its duty phone; where it has none, whoever administers or leads it is.
    One without any number has no contact, and its text ends so.
    """

    def __init__(
        self,
        engine: Engine,
        wiring: Wiring,
        accounts: Accounts,
        link: Callable[[str], str],
    ) -> None:
        self._engine: Final = engine
        self._wiring: Final = wiring
        self._accounts: Final = accounts
        self._link: Final = link

    def contact(self, recipient: str) -> Contact | None:
        """Give the contact of a recipient, None where it is erased or unknown."""
        return self.contacts({recipient}).get(recipient)

    def contacts(self, recipients: Collection[str]) -> dict[str, Contact]:
        """Give the contacts of many at once; who is erased or unknown has none."""
        citizens = {
            one: one.removeprefix(_CITIZEN) for one in recipients if one.startswith(_CITIZEN)
        }
        on_duty = self._on_duty([one for one in recipients if one not in citizens])
        asked = {*citizens.values(), *chain.from_iterable(on_duty.values())}
        with reading(self._engine) as connection:
            found = self._wiring.vault.people(connection, sorted(asked))
            states = records(connection, sorted(citizens), self._wiring)
        contacts = {
            one: Contact(next((found[who].phone for who in whom if who in found), ""))
            for one, whom in on_duty.items()
        }
        for one, reference in citizens.items():
            if person := found.get(reference):
                state = states[one].state if one in states else None
                wants = not isinstance(state, Correspondence) or state.wants_invitations
                contacts[one] = Contact(person.phone, wants)
        return contacts

    def _on_duty(self, recipients: Collection[str]) -> dict[str, list[str]]:
        """Name whose numbers may stand for departments or members of staff, in their order.

        A department's own comes first, then those of who administers or leads it.
        """
        departments = any(one.startswith(_DEPARTMENT) for one in recipients)
        members = self._accounts.staff() if departments else []
        return {
            one: [
                one,
                *(
                    f"staff/{member.person}"
                    for role in _IN_CHARGE
                    for member in members
                    if role in member.roles and f"{_DEPARTMENT}{member.department}" == one
                ),
            ]
            for one in recipients
        }

    def query_codes(self, numbers: Collection[str]) -> dict[str, str]:
        """Give the query codes of tickets, for the texts of acceptance."""
        return self._accounts.query_codes(numbers)

    def rating_link(self, stream: str) -> str:
        """Give the address for rating, where the house has a public one."""
        return self._link(stream)
