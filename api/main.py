"""Main 组合: the one place where the faces meet the store. Reads the settings, opens, wires.

`create_app` takes what is open already (the `bihuan` command, tests); `from_environment` opens an
embedded house by the settings, for `uvicorn --factory api.main:from_environment`.
"""

import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Final

from fastapi import FastAPI
from sqlalchemy import Engine

from api.administering import StoreAdministration
from api.advising import ModelAdviser
from api.application import assemble
from api.call_ports import Calling
from api.calling import StoreCalling
from api.desk_ports import Administration, WrittenEvent
from api.identities import time_ordered_id
from api.messages import house_messages
from api.pages import routers
from api.pages.frame import error_page
from api.ports import Faces, Texting
from api.texting import StoreTexting
from handlers.envelope import Envelope, Personal
from handlers.handle import handle
from handlers.outcome import Record
from handlers.receipt import Receipt
from hotline.knowledge.state import Article
from hotline.people.directory import DepartmentDirectory
from hotline.refusal import Refusal
from hotline.routing.catalogue import CatalogueRouting
from projections.log import LogLine
from streams.accounts import accounts
from streams.accounts.access_log import AccessLog
from streams.accounts.desk_notes import DeskNotes
from streams.batches.context import ContextSource
from streams.database.engine import DatabaseUnavailable, is_alive, reading
from streams.evidence import EvidenceStore, clamav
from streams.intake.answers import IntakeAnswer, answer_of
from streams.intake.producer import KafkaFirst
from streams.intake.resending import resend
from streams.intake.taking import rules_of
from streams.letters import dead_letters
from streams.log import store
from streams.people.vault import seal_of
from streams.processes.measures import measure_store
from streams.processes.opening import (
    Store,
    distributed_runtime,
    embedded_runtime,
    kafka_first,
    open_store,
)
from streams.runtime import Runtime
from streams.settings import Settings
from streams.suggestion import (
    MODEL_FILE,
)
from streams.wiring import Wiring

RUNNER_SILENT_MAX: Final = timedelta(minutes=1)
"""A runner that did not go round for so long has come to a standstill (our default)."""

ARTICLES: Final = "article/"
SHELF_SPAN: Final = timedelta(seconds=1)
"""How old the shelf of articles may be (our default)."""

SHARING_MAX: Final = 20
"""People of one number that are looked at; an office line may have many (our default)."""


@dataclass(frozen=True, slots=True)
class House:
    """一家: what is open while the process lives."""

    engine: Engine
    wiring: Wiring
    contexts: ContextSource
    runtime: Runtime
    accounts: accounts.Accounts
    clock: Callable[[], datetime]
    data: Path
    texting: Texting
    administration: Administration
    calling: Calling
    region: str = ""
    city: str = "12345"
    trusted_proxies: frozenset[str] = frozenset()
    intake_systems: Mapping[str, str] = field(default_factory=dict[str, str])
    clamav: str = ""


class _Unlocked:
    """What a rehearsal reads: streams as they stand, without a lock."""

    def __init__(self, archive: "StoreArchive") -> None:
        self._archive = archive

    def get(self, stream: str) -> Record:
        """Give a record."""
        return self._archive.state(stream)


class StoreArchive:
    """档案 over the store."""

    def __init__(self, house: House) -> None:
        self._house = house

    def state(self, stream: str) -> Record:
        """Give state and version of a stream."""
        with reading(self._house.engine) as connection:
            return store.record(connection, stream, self._house.wiring)

    def facts(self, stream: str) -> Sequence[LogLine]:
        """Give the whole history of a stream."""
        with reading(self._house.engine) as connection:
            return store.history(connection, stream)

    def written(self, stream: str) -> Sequence[WrittenEvent]:
        """Give the exact bytes of a stream's history."""
        with reading(self._house.engine) as connection:
            return [WrittenEvent(*row) for row in store.as_hashed(connection, stream)]

    def rehearse(self, envelope: Envelope) -> Refusal | None:
        """Ask the rules, and store nothing."""
        return handle(envelope, _Unlocked(self), self._house.contexts.current()).refusal

    def departments(self) -> DepartmentDirectory:
        """Give the organisation as it stands."""
        directory = self._house.contexts.current().directory
        if not isinstance(directory, DepartmentDirectory):
            raise TypeError("the context holds another kind of directory")
        return directory

    def catalogue(self) -> CatalogueRouting:
        """Give the catalogues in force."""
        routing = self._house.contexts.current().routing
        if not isinstance(routing, CatalogueRouting):
            raise TypeError("the context holds another kind of routing")
        return routing


class StoreVault:
    """保险库 over the store."""

    def __init__(self, house: House) -> None:
        self._engine, self._vault = house.engine, house.wiring.vault
        self._kafka_first = isinstance(house.runtime, KafkaFirst)

    def find(self, phone: str, name: str) -> str | None:
        """Find who has this number and name; a nameless one is anybody with the number.

        Nobody is known while the database is away; who takes the call in from Kafka looks again.
        """
        try:
            with reading(self._engine) as connection:
                citizens = self._vault.citizens_by_phone(connection, phone)
                people = self._vault.people(connection, citizens)
        except DatabaseUnavailable:
            if not self._kafka_first:
                raise
            return None
        same = (c for c, person in people.items() if not name or person.name in ("", name))
        return min(same, default=None)

    def sharing(self, phone: str) -> Sequence[Personal]:
        """Give everybody who gave this number, in a fixed order."""
        with reading(self._engine) as connection:
            citizens = self._vault.citizens_by_phone(connection, phone)
            people = self._vault.people(connection, citizens[:SHARING_MAX])
        return [people[citizen] for citizen in citizens if citizen in people]

    def open_person(self, citizen: str) -> Personal | None:
        """Decrypt the fields of a person."""
        with reading(self._engine) as connection:
            return self._vault.person(connection, citizen)

    def open_narrative(self, narrative: str) -> tuple[str, str] | None:
        """Decrypt the words as they were written."""
        with reading(self._engine) as connection:
            return self._vault.narrative(connection, narrative)


class StoreShelf:
    """书架 over the store: what changed is read again, at most once a second."""

    def __init__(self, house: House) -> None:
        self._house, self._lock = house, Lock()
        self._versions: dict[str, int] = {}
        self._articles: Mapping[str, Article] = {}
        self._looked_at: datetime | None = None

    def articles(self) -> Mapping[str, Article]:
        """Give all articles by id."""
        now = self._house.clock()
        with self._lock:
            if self._looked_at is None or abs(now - self._looked_at) >= SHELF_SPAN:
                self._look()
                self._looked_at = now
            return self._articles

    def _look(self) -> None:
        with reading(self._house.engine) as connection:
            versions = store.versions(connection, ARTICLES)
            changed = [name for name, at in versions.items() if self._versions.get(name) != at]
            if not changed and len(versions) == len(self._versions):
                return
            records = store.records(connection, changed, self._house.wiring)
        fresh = {
            name.removeprefix(ARTICLES): record.state
            for name, record in records.items()
            if isinstance(record.state, Article)
        }
        self._versions = versions
        self._articles = {**self._articles, **fresh}


class StoreLetters:
    """死信 over the store."""

    def __init__(self, house: House) -> None:
        self._house = house

    def list(self, *, after: str = "", limit: int = 50) -> Sequence[dead_letters.DeadLetter]:
        """List letters that wait."""
        with reading(self._house.engine) as connection:
            return dead_letters.unresolved(
                connection, self._house.wiring.vault, after=after, count=limit
            )

    def resend(self, letter: str) -> Receipt | None:
        """Hand one in again; it is closed when it was taken, and counted when it was not."""
        house = self._house
        vault, submit = house.wiring.vault, house.runtime.submit
        return resend(house.engine, vault, submit, letter, house.clock()).receipt


def troubles_of(house: House) -> Sequence[str]:
    """Say what keeps the process from its work, as stable words."""
    found = [] if is_alive(house.engine) else ["database-unavailable"]
    ticked_at = house.runtime.last_tick_at
    if ticked_at is not None and house.clock() - ticked_at > RUNNER_SILENT_MAX:
        found.append("runner-silent")
    return found


def answer_to(house: House, message_id: str) -> IntakeAnswer | None:
    """Say what became of a message of the intake."""
    with reading(house.engine) as connection:
        return answer_of(connection, house.wiring.vault, message_id)


def create_app(house: House, *, runs_runtime: bool = True, secure_cookies: bool = False) -> FastAPI:
    """Make the application of an open house."""

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        if runs_runtime:
            house.runtime.start()
        try:
            yield
        finally:
            if runs_runtime:
                house.runtime.stop()

    faces = Faces(
        gateway=house.runtime,
        reader=partial(reading, house.engine),
        vault=StoreVault(house),
        accounts=house.accounts,
        dead_letters=StoreLetters(house),
        messages=house_messages(),
        clock=house.clock,
        new_id=partial(time_ordered_id, _milliseconds, secrets.randbits),
        archive=StoreArchive(house),
        notes=DeskNotes(house.engine, house.wiring.vault.seal, house.wiring.vault.unseal),
        evidence=evidence_store(house),
        texting=house.texting,
        access_book=AccessLog(house.engine),
        pack_seal=partial(seal_of, house.wiring.vault),
        administration=house.administration,
        calling=house.calling,
        region=house.region,
        city=house.city,
        secure_cookies=secure_cookies,
        trusted_proxies=house.trusted_proxies,
        answer_of=partial(answer_to, house),
        intake_systems=house.intake_systems,
        shelf=StoreShelf(house),
        adviser=ModelAdviser(house.data / MODEL_FILE),
        gauge=lambda: measure_store(house.engine, house.clock()),
        troubles=partial(troubles_of, house),
    )
    app = assemble(
        faces,
        monotonic=time.perf_counter,
        pages=routers(),
        lifespan=living,
        unavailable=(DatabaseUnavailable,),
    )
    app.state.error_page = error_page
    return app


def evidence_store(house: House) -> EvidenceStore:
    """Make the store of evidence files, with a virus scan where one is set."""
    vault = house.wiring.vault
    if not house.clamav:
        return EvidenceStore(house.data, vault.seal, vault.unseal)
    return EvidenceStore(house.data, vault.seal, vault.unseal, clamav(house.clamav))


def open_house(
    opened: Store, *, region: str = "", city: str = "12345", distributed: bool = False
) -> House:
    """Give a house over an open store; a distributed one leaves what comes round to workers."""
    make = distributed_runtime if distributed else embedded_runtime
    runtime = make(opened, _now)
    return House(
        engine=opened.engine,
        wiring=opened.wiring,
        contexts=runtime.contexts,
        runtime=kafka_first(opened, runtime) if distributed else runtime,
        accounts=opened.accounts,
        clock=_now,
        data=opened.settings.data,
        clamav=opened.settings.clamav,
        texting=StoreTexting(opened, runtime, _now),
        administration=StoreAdministration(opened, runtime.contexts, _now),
        calling=StoreCalling(opened, runtime, _now, region=region, city=city),
        region=region,
        city=city,
        trusted_proxies=_listed(opened.settings.trusted_proxies),
        intake_systems=rules_of(opened.settings).sources,
    )


def _listed(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def from_environment() -> FastAPI:
    """Make the application by the settings."""
    return create_app(open_house(open_store(Settings())))


def _now() -> datetime:
    return datetime.now(UTC)


def _milliseconds() -> int:
    return time.time_ns() // 1_000_000
