"""A house of fakes: the faces work against ports, so no store is needed here."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from api.application import assemble
from api.desk_ports import WrittenEvent
from api.messages import house_messages
from api.ports import Faces, Preview
from handlers.envelope import Envelope, Personal
from handlers.outcome import EMPTY, Record
from handlers.receipt import Receipt, ReceiptStatus
from hotline.people.actors import Role
from hotline.people.directory import DepartmentDirectory
from hotline.people.staff import StaffMember
from hotline.people.state import Department
from hotline.refusal import Refusal
from hotline.routing.catalogue import CatalogueRouting
from hotline.routing.state import Catalogue
from notifications import outbox
from notifications.inbound import MissedCall, ReceivedText
from notifications.rating_links import RatingLink, RatingLinks, Way
from projections.create import create_tables
from projections.log import LogLine
from streams.accounts import accounts
from streams.accounts.access_log import AccessLog
from streams.accounts.desk_notes import DeskNotes
from streams.evidence import EvidenceStore
from streams.log.append import GENESIS, chained
from streams.messages.wire import encode, encode_actor
from tests.unit.api.fake_desks import FakeAdministration, FakeCalling

with warnings.catch_warnings():
    # The client asks for its own fork of httpx; what we use of it is the same in both.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


class FakeGateway:
    """Takes every envelope, once, unless told to refuse."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.receipts: dict[str, Receipt] = {}
        self.refusal: Refusal | None = None
        self.fault: Exception | None = None
        self.keeps = False  # as Kafka does, before anybody has handled it
        self.bypasses = False

    def submit(self, envelope: Envelope) -> Receipt:
        if self.fault is not None:
            raise self.fault
        if self.keeps:
            return Receipt(
                message_id=envelope.message_id,
                status=ReceiptStatus.ACCEPTED,
                stream=envelope.stream,
                version=0,
            )
        if envelope.message_id in self.receipts:
            first = self.receipts[envelope.message_id]
            return Receipt(
                message_id=first.message_id,
                status=first.status,
                stream=first.stream,
                version=first.version,
                repeated=True,
            )
        self.taken.append(envelope)
        number = f"511800202611200200{len(self.taken):04}"
        receipt = Receipt(
            message_id=envelope.message_id,
            status=ReceiptStatus.REFUSED if self.refusal else ReceiptStatus.DONE,
            stream=envelope.stream or f"ticket/{number}",
            version=1,
            refusal=self.refusal,
            bypassed=self.bypasses,
        )
        self.receipts[envelope.message_id] = receipt
        return receipt

    def hand_in(self, envelope: Envelope) -> "Future[Receipt]":
        future: Future[Receipt] = Future()
        try:
            future.set_result(self.submit(envelope))
        except Exception as error:  # noqa: BLE001 - as the committing thread does it
            future.set_exception(error)
        return future

    def run(self, envelopes: Sequence[Envelope]) -> list[Receipt]:
        return [self.submit(envelope) for envelope in envelopes]

    def caught_up(self, receipt: Receipt, seconds: float) -> bool:
        return bool(receipt) and seconds >= 0


class FakeVault:
    def __init__(self) -> None:
        self.people: dict[str, Personal] = {}

    def find(self, phone: str, name: str) -> str | None:
        matches = (one.citizen for one in self.people.values() if one.phone == phone)
        return next(matches, None) if name or phone else None

    def sharing(self, phone: str) -> list[Personal]:
        return [one for one in self.people.values() if one.phone == phone]

    def open_person(self, citizen: str) -> Personal | None:
        return self.people.get(citizen)

    def open_narrative(self, narrative: str) -> tuple[str, str] | None:
        return ("title", "words") if narrative else None


def written(stream: str, facts: Sequence[LogLine]) -> list[WrittenEvent]:
    """Chain facts as the log does."""
    found: list[WrittenEvent] = []
    previous = GENESIS
    for line in facts:
        header = (
            *(0, line.position, stream, line.version, type(line.event).__name__),
            *(encode_actor(line.actor), line.message_id, line.correlation, line.causation),
            *(line.occurred_micros, line.recorded_micros),
        )
        payload = encode(line.event)
        previous = chained(previous, header, payload)
        found.append(WrittenEvent(line.version, encode(header), payload, previous))
    return found


class FakeArchive:
    """Knows the streams that a test puts in."""

    def __init__(self) -> None:
        self.states: dict[str, Record] = {}
        self.history: dict[str, list[LogLine]] = {}
        self.allowed: set[str] = set()
        self.places: dict[str, Department] = {}
        self.catalogues: dict[str, Catalogue] = {}

    def state(self, stream: str) -> Record:
        return self.states.get(stream, EMPTY)

    def facts(self, stream: str) -> list[LogLine]:
        return self.history.get(stream, [])

    def written(self, stream: str) -> list[WrittenEvent]:
        return written(stream, self.facts(stream))

    def rehearse(self, envelope: Envelope) -> Refusal | None:
        name = type(envelope.command).__name__
        return None if name in self.allowed else Refusal("wrong-stage")

    def departments(self) -> DepartmentDirectory:
        return DepartmentDirectory(self.places)

    def catalogue(self) -> CatalogueRouting:
        return CatalogueRouting.of(self.catalogues)


class FakeTexting:
    """Takes texts and reports; whatever is signed "right" is signed."""

    def __init__(self) -> None:
        self.public_url = "https://12345.example"
        self.is_simulated = True
        self.links = RatingLinks(b"k" * 32)
        self.addresses: list[str] = []
        self.received: list[ReceivedText] = []
        self.missed: list[MissedCall] = []
        self.reports: list[dict[str, str]] = []

    def is_signed(self, address: str, form: Mapping[str, str], signature: str) -> bool:
        self.addresses.append(address)
        return signature == "right" and bool(form)

    def receive(self, text: ReceivedText) -> Receipt:
        self.received.append(text)
        return Receipt(
            message_id=text.message_id, status=ReceiptStatus.DONE, stream="citizen/c", version=2
        )

    def miss(self, call: MissedCall) -> Receipt:
        self.missed.append(call)
        return Receipt(
            message_id=call.message_id, status=ReceiptStatus.DONE, stream="citizen/c", version=1
        )

    def report(self, **said: str) -> bool:
        self.reports.append(said)
        return True

    def reconciliation(self) -> None:
        return None

    def mark_of(self, device: str) -> str:
        return f"mark-{len(device)}"

    def rating_link(self, stream: str, way: Way) -> str:
        return self.links.make(stream, way, NOW)

    def read_rating_link(self, token: str) -> RatingLink | None:
        return self.links.read(token)

    def previews(self, template: str, language: str) -> list[Preview]:
        return [
            Preview(
                template or "closed", language, "【XX12345】已结案", "ucs-2", 70, 1, "0.05", "CNY"
            )
        ]


class NoLetters:
    def list(self, *, after: str = "", limit: int = 50) -> Sequence[Any]:
        return [][:limit] if not after else ()

    def resend(self, letter: str) -> Receipt | None:
        return self.resent.get(letter)

    resent: dict[str, Receipt] = {}  # noqa: RUF012 - never written


@dataclass
class House:
    app: FastAPI
    gateway: FakeGateway
    vault: FakeVault
    accounts: accounts.Accounts
    archive: FakeArchive
    texting: FakeTexting
    calling: FakeCalling
    time: list[datetime] = field(default_factory=lambda: [NOW])

    def pass_time(self, **span: float) -> None:
        self.time[0] += timedelta(**span)

    def client(self) -> TestClient:
        return TestClient(self.app, raise_server_exceptions=False)

    def as_role(self, *roles: Role, department: str = "") -> TestClient:
        member = StaffMember(
            person="s-" + "-".join(roles),
            username="u-" + "-".join(roles),
            display_name="某某",
            roles=roles,
            department=department,
        )
        key = self.accounts.issue_key(member, self.time[0])
        client = self.client()
        client.headers["authorization"] = f"Bearer {key}"
        return client


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    engine = create_engine(
        "sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False}
    )
    accounts.METADATA.create_all(engine)
    outbox.metadata.create_all(engine)
    with engine.begin() as connection:
        create_tables(connection)
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    doors = accounts.Accounts(engine, b"0" * 32, hasher=hasher)
    time, ids, gateway, vault = [NOW], count(1), FakeGateway(), FakeVault()
    archive, texting, calling = FakeArchive(), FakeTexting(), FakeCalling()

    @contextmanager
    def reader() -> Iterator[Connection]:
        with engine.connect() as connection:
            yield connection

    faces = Faces(
        gateway=gateway,
        reader=reader,
        vault=vault,
        accounts=doors,
        dead_letters=NoLetters(),
        messages=house_messages(),
        clock=lambda: time[0],
        new_id=lambda: f"id-{next(ids):08}",
        archive=archive,
        notes=DeskNotes(engine, bytes, bytes),
        evidence=EvidenceStore(tmp_path, bytes, bytes),
        texting=texting,
        access_book=AccessLog(engine),
        administration=FakeAdministration(archive, NOW),
        calling=calling,
        region="511800",
    )
    app = assemble(faces, monotonic=lambda: 0.0)
    yield House(app, gateway, vault, doors, archive, texting, calling, time)
    engine.dispose()
