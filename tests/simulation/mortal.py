"""A process that may die between any two effects, and the world that outlives it.

An effect is a statement or a commit on the database, or a call to the provider of texts. Death is
an exception that no `except Exception` catches; whatever the dying process still tries to do to the
world comes to nothing, as if it had been killed.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any, Final, TypeVar

from argon2 import PasswordHasher
from sqlalchemy import event

from notifications.outbox import TextStatus
from notifications.rendering import Renderer, Style
from notifications.sender import UNKNOWN, SendRequest, SendResult
from notifications.sending import TextWorker
from notifications.simulated_sender import MemoryLedger, SimulatedSender
from streams.accounts import accounts
from streams.batches.context import ContextSource
from streams.database.engine import make_engine
from streams.people.vault import Vault
from streams.processes.embedded import EmbeddedRuntime
from streams.processes.house import make_wiring
from streams.processes.opening import Store, phonebook_of
from streams.settings import Settings

MASTER_KEY: Final = bytes(range(32))
HASHER: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
RENDERER: Final = Renderer(Style(), str)
ResultT = TypeVar("ResultT")


class DiedError(BaseException):
    """No `except Exception` catches the end of a process."""


@dataclass(slots=True)
class Fate:
    """Kills at a boundary, by seed; `deaths` counts which boundaries were deadly."""

    chance: Random
    share: float = 0.0
    dead: bool = False
    deaths: Counter[str] = field(default_factory=Counter)

    def boundary(self, name: str) -> None:
        if self.dead:
            raise DiedError(name)
        if self.share and self.chance.random() < self.share:
            self.dead = True
            self.deaths[name] += 1
            raise DiedError(name)

    def around(self, name: str, step: Callable[[], ResultT]) -> ResultT:
        self.boundary(f"before {name}")
        result = step()
        self.boundary(f"after {name}")
        return result


class MortalSender(SimulatedSender):
    """The provider's ledger is outside of the process; now and then it is busy or says nothing."""

    def __init__(self, fate: Fate, ledger: MemoryLedger) -> None:
        super().__init__(ledger)
        self._fate = fate

    def send(self, request: SendRequest) -> SendResult:
        return self._fate.around("send", lambda: self._moody(request))

    def find(self, request: SendRequest) -> SendResult | None:
        return self._fate.around("find", lambda: super(MortalSender, self).find(request))

    def _moody(self, request: SendRequest) -> SendResult:
        draw = self._fate.chance.random()
        if draw < 0.1:
            return SendResult(TextStatus.TEMPORARY_FAILURE, error="busy")
        result = super().send(request)
        return UNKNOWN if draw < 0.2 else result


class Host:
    """What processes run on. It keeps compiled statements over their deaths and nothing else."""

    def __init__(self) -> None:
        self.fate = Fate(Random(0))
        self.engine: Final = make_engine("sqlite:///world", durable=False)
        self._database = Path()
        self._connections: Final[list[sqlite3.Connection]] = []

        @event.listens_for(self.engine, "do_connect")
        def _(
            _dialect: object, _record: object, arguments: list[Any], more: dict[str, Any]
        ) -> None:
            arguments[:] = [self._database]
            more |= {"factory": _mortal(self), "check_same_thread": False}

    def connected(self, connection: sqlite3.Connection) -> None:
        self._connections.append(connection)

    def use(self, database: Path, fate: Fate) -> None:
        """Serve another world."""
        self.clear()
        self._database, self.fate = database, fate

    def clear(self) -> None:
        """Close what the operating system would: no lock outlives its process."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()
        self.engine.dispose()

    def store(self) -> Store:
        """Open the store as a fresh process does."""
        vault = Vault(MASTER_KEY)
        wiring = make_wiring(vault)
        return Store(
            settings=Settings(data=self._database.parent),
            engine=self.engine,
            wiring=wiring,
            vault=vault,
            accounts=accounts.Accounts(self.engine, MASTER_KEY, hasher=HASHER),
            contexts=ContextSource(self.engine, wiring),
        )


class Process:
    """Everything that a process holds in memory; it is lost with it."""

    def __init__(self, host: Host, ledger: MemoryLedger, clock: Callable[[], datetime]) -> None:
        self.host: Final = host
        self._ledger: Final = ledger
        self._clock: Final = clock
        self.store: Store = host.store()
        self.runtime: EmbeddedRuntime = self._runtime()

    def restart(self) -> None:
        """Begin anew, with an empty memory."""
        self.host.clear()
        self.host.fate.dead = False
        self.store = self.host.store()
        self.runtime = self._runtime()

    def _runtime(self) -> EmbeddedRuntime:
        worker = TextWorker(
            self.store.engine,
            sender=MortalSender(self.host.fate, self._ledger),
            phonebook=phonebook_of(self.store, self._clock),
            renderer=RENDERER,
            clock=self._clock,
        )

        def send_texts(_now: datetime) -> None:
            worker.reconcile()
            worker.send_due()

        return EmbeddedRuntime(
            self.store.engine, self.store.wiring, self._clock, send_texts=send_texts
        )


def _mortal(host: Host) -> type[sqlite3.Connection]:
    fate = host.fate

    class MortalCursor(sqlite3.Cursor):
        def execute(self, sql: str, parameters: Any = ()) -> "MortalCursor":
            return fate.around(
                _name(sql), lambda: super(MortalCursor, self).execute(sql, parameters)
            )

        def executemany(self, sql: str, parameters: Iterable[Any]) -> "MortalCursor":
            rows = list(parameters)
            executemany = super().executemany
            return fate.around(_name(sql), lambda: executemany(sql, rows))

    class MortalConnection(sqlite3.Connection):
        def __init__(self, *arguments: Any, **more: Any) -> None:
            super().__init__(*arguments, **more)
            host.connected(self)

        def cursor(self, factory: Any = MortalCursor) -> Any:
            return super().cursor(factory)

        def commit(self) -> None:
            fate.around("commit", super().commit)

        def close(self) -> None:
            # A half-read cursor would keep the transaction, and its lock, beyond the close.
            with suppress(sqlite3.ProgrammingError):
                self.rollback()
            super().close()

    return MortalConnection


def _name(sql: str) -> str:
    return sql.split(maxsplit=1)[0].lower()
