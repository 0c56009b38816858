"""The city under test: founded in the cluster's database, with an operator and a system's key."""

import secrets
from collections import deque
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import event, text

from hotline.clocks.calendar import SHANGHAI
from hotline.people.actors import Role
from hotline.people.staff import StaffMember
from streams.cluster.cluster import Cluster
from streams.database.engine import DatabaseUnavailable, reading
from streams.processes.opening import Store, open_store
from streams.settings import Settings
from tests.chaos.staff_load import Door
from tests.simulation import small_city

SYSTEM: Final = "call-centre"
OPERATOR: Final = "operator"


def opened(cluster: Cluster) -> Store:
    """Open the store for harness and checker, who may take their time over one transaction."""
    environment = cluster.environment
    store = open_store(
        Settings.model_validate(
            {
                "data": Path(cluster.data),
                "database_url": environment["BIHUAN_DATABASE_URL"],
                "master_key": environment["BIHUAN_MASTER_KEY"],
                "kafka_bootstrap": environment["BIHUAN_KAFKA_BOOTSTRAP"],
                "pool_size": 2,
            }
        )
    )
    event.listen(store.engine, "connect", _without_haste)
    store.engine.dispose()  # what is open already is made anew
    return store


def _without_haste(connection: Any, _record: object) -> None:
    connection.execute("SET idle_in_transaction_session_timeout = 0")
    connection.commit()


def found(store: Store, addresses: list[str]) -> Door:
    small_city.found(store)
    password = secrets.token_urlsafe(12)
    operator = StaffMember(
        person=OPERATOR,
        display_name=OPERATOR,
        roles=(Role.OPERATOR,),
        department="hotline",
        username=OPERATOR,
    )
    store.accounts.add_staff(operator, password)
    centre = StaffMember(person=SYSTEM, display_name=SYSTEM, roles=(Role.PEER_SYSTEM,))
    key = store.accounts.issue_key(centre, datetime.now(SHANGHAI))
    return Door(tuple(addresses), key, OPERATOR, password)


class Services:
    """Services that the database knows and nobody has rated yet, each given once."""

    def __init__(self, store: Store) -> None:
        self._store: Final = store
        self._waiting: Final[deque[str]] = deque()
        self._given: Final[set[str]] = set()

    def __call__(self) -> str:
        if not self._waiting:
            with suppress(DatabaseUnavailable), reading(self._store.engine) as connection:
                rows = connection.execute(
                    text("SELECT stream FROM streams WHERE stream LIKE 'service/%'")
                )
                found = {str(row[0]).split("/")[1] for row in rows} - self._given
                self._given.update(found)
                self._waiting.extend(sorted(found))
        return self._waiting.popleft() if self._waiting else ""
