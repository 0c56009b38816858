"""删除看守: destroys the key of whoever was erased, as soon as the log says so.

The bookmark moves in the transaction that destroys the key, and destroying it twice is once.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, Engine

from handlers.envelope import Personal
from hotline.correspondence.events import PersonErased
from projections.apply import Write
from projections.log import LogLine
from streams.database.engine import forget_traces
from streams.feed.choosing import follow_chosen, of_types
from streams.letters import dead_letters
from streams.people.vault import Vault

SUBSCRIPTION: Final = "erasures"


class Erasures:
    """删除看守."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine: Final = engine
        self._vault: Final = vault
        self._erased = 0

    def work(self) -> int:
        """Follow the log; give how many persons were erased."""
        self._erased = 0
        follow_chosen(self._engine, SUBSCRIPTION, of_types(PersonErased), self._take)
        if self._erased:
            forget_traces(self._engine)
        return self._erased

    def _take(self, _connection: Connection, lines: Sequence[LogLine]) -> Write:
        gone = [line.stream.partition("/")[2] for line in lines]

        def write(connection: Connection) -> None:
            for citizen in gone:
                self._erase(connection, citizen)

        return write

    def _erase(self, connection: Connection, citizen: str) -> None:
        person = self._vault.person(connection, citizen) or Personal(citizen=citizen)
        dead_letters.part_from(connection, self._vault, person)
        self._erased += self._vault.erase(connection, citizen)
