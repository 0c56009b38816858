"""Ports 端口: what the faces need of the rest of the house, and nothing of how it is done.

The composition root (`api/main.py`) hands in the real ones; unit tests hand in fakes.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from api.call_ports import Calling
from api.messages import Messages
from handlers.envelope import Envelope, Personal
from handlers.outcome import Record
from handlers.receipt import Receipt
from hotline.clocks.calendar import Calendar
from hotline.clocks.due import Clocks
from hotline.evaluations.indicators import Indicators
from hotline.knowledge.state import Article
from hotline.people.access import Access
from hotline.people.actors import Actor
from hotline.people.directory import DepartmentDirectory
from hotline.people.staff import StaffMember
from hotline.refusal import Refusal
from hotline.routing.catalogue import CatalogueRouting
from hotline.routing.route import Route
from hotline.tickets.state import Ticket
from notifications.inbound import MissedCall, ReceivedText
from notifications.preview import Trial
from notifications.rating_links import RatingLink, Way
from projections.log import LogLine


class Unavailable(Exception):  # noqa: N818 - a state of the machine, told to the caller as 503
    """The store does not answer; nothing was written."""


class Closed(Protocol):
    """A door closed by the throttle."""

    @property
    def seconds(self) -> int:
        """Tell for how long."""
        ...


class Gateway(Protocol):
    """入口: takes envelopes and answers when they are committed. Any thread may call."""

    def submit(self, envelope: Envelope) -> Receipt:
        """Handle one envelope, gathered with others that wait."""
        ...

    def hand_in(self, envelope: Envelope) -> "Future[Receipt]":
        """Take one envelope without waiting; the answer comes after the commit."""
        ...

    def run(self, envelopes: Sequence[Envelope]) -> Sequence[Receipt]:
        """Handle many envelopes; one receipt each, in their order."""
        ...

    def caught_up(self, receipt: Receipt, seconds: float) -> bool:
        """Wait until the read models show what the receipt says, or the time is over."""
        ...


class Reader(Protocol):
    """读: hands out connections that only read."""

    def __call__(self) -> AbstractContextManager[Connection]:
        """Open a connection for one question."""
        ...


class Vault(Protocol):
    """保险库: personal data, under a key of each person."""

    def find(self, phone: str, name: str) -> str | None:
        """Give the reference of who has this number and name; several may share a number."""
        ...

    def sharing(self, phone: str) -> Sequence[Personal]:
        """Give everybody who gave this number; several may share one."""
        ...

    def open_person(self, citizen: str) -> Personal | None:
        """Decrypt the fields of a person; None once erased."""
        ...

    def open_narrative(self, narrative: str) -> tuple[str, str] | None:
        """Decrypt title and words as they were written; None once erased."""
        ...


class Accounts(Protocol):
    """账号: who may knock."""

    def log_in(
        self, username: str, password: str, at: datetime
    ) -> tuple[StaffMember, str] | Closed | None:
        """Open a session."""
        ...

    def session(self, token: str, at: datetime) -> StaffMember | None:
        """Give the member of a session."""
        ...

    def log_out(self, token: str) -> None:
        """End a session."""
        ...

    def system(self, key: str) -> StaffMember | None:
        """Give the system whose key this is."""
        ...

    def staff(self) -> tuple[StaffMember, ...]:
        """List those who may log in."""
        ...

    def known(self) -> tuple[StaffMember, ...]:
        """List every account; who may not log in has no roles."""
        ...

    def add_staff(self, member: StaffMember, password: str | None) -> None:
        """Create the account of a person; without a password nobody gets in yet."""
        ...

    def set_display_name(self, person: str, display_name: str) -> None:
        """Say how pages call a person."""
        ...

    def invitation_of(self, person: str) -> int | None:
        """Tell upon which invitation the password was set."""
        ...

    def set_password(self, person: str, password: str, invitation: int) -> bool:
        """Set the password upon an invitation; false where it was used."""
        ...

    def find_staff(self, text: str, *, after: str = "", limit: int = 20) -> Sequence[StaffMember]:
        """List active accounts whose name, user name or reference holds the text."""
        ...

    def query_code(self, number: str) -> str:
        """Give the query code of a ticket."""
        ...

    def code_is_right(
        self, number: str, code: str, at: datetime, *, address: str = ""
    ) -> bool | Closed:
        """Check number and code, throttled."""
        ...

    def proof_is_right(
        self, number: str, at: datetime, *, right: bool, address: str = ""
    ) -> bool | Closed:
        """Let in who proved otherwise that a number is theirs, throttled alike."""
        ...

    def open_access(self, actor: Actor, subject: str, reason: str, at: datetime) -> datetime:
        """Log that somebody opens personal data, and why; give the end of the opening."""
        ...

    def access_open_until(self, person: str, subject: str, at: datetime) -> datetime | None:
        """Give the end of an opening that is in force."""
        ...

    def accesses(self, *, before: int = 0, limit: int = 100) -> Sequence[Any]:
        """List openings, newest first."""
        ...

    def accesses_to(self, subjects: Sequence[str], *, limit: int = 50) -> Sequence[Any]:
        """List the openings of these subjects, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Advice:
    """模型建议: the class that the trained model guesses; it stands beside the rule, never over it.

    `agrees` is None where the rule named no category to compare with.
    """

    label: str
    categories: tuple[str, ...]
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()
    agrees: bool | None = None


class Adviser(Protocol):
    """建议者: the trained model of the house, where one was trained."""

    def __call__(self, route: Route, text: str) -> Advice | None:
        """Guess the class of a message whose first line is its subject."""
        ...


class DeadLetters(Protocol):
    """死信: what could not be read or met a defect."""

    def list(self, *, after: str = "", limit: int = 50) -> Sequence[Any]:
        """List the letters that wait, in pages."""
        ...

    def resend(self, letter: str) -> Receipt | None:
        """Hand a letter in once more."""
        ...


@dataclass(frozen=True, slots=True)
class Preview:
    """短信预览: the words of a text with its length and price."""

    template: str
    language: str
    body: str
    encoding: str
    units: int
    segments: int
    price: str
    currency: str


class Texting(Protocol):
    """短信口: what comes back from the citizens' phones, and what texts look like."""

    @property
    def public_url(self) -> str:
        """Give the address of this house as others know it, "" for none."""
        ...

    @property
    def is_simulated(self) -> bool:
        """Tell whether texts reach nobody, so that a demonstration may write them."""
        ...

    def is_signed(self, address: str, form: Mapping[str, str], signature: str) -> bool:
        """Tell whether the provider signed this form for this address."""
        ...

    def receive(self, text: ReceivedText) -> Receipt:
        """Take in a text of a citizen; twice is once."""
        ...

    def miss(self, call: MissedCall) -> Receipt:
        """Take in a call that nobody took; twice is once."""
        ...

    def report(self, *, provider_id: str, status: str, code: str, intent_id: str) -> bool:
        """Put down a delivery report; tell whether it said anything new."""
        ...

    def reconciliation(self) -> Any:
        """Reconcile the reports upwards; None where there is no platform to report to."""
        ...

    def mark_of(self, device: str) -> str:
        """Give a keyed mark of a device, the same each time and nothing anybody can read."""
        ...

    def rating_link(self, stream: str, way: Way) -> str:
        """Make the token of an address for rating a service."""
        ...

    def read_rating_link(self, token: str) -> RatingLink | None:
        """Read a token; None for one that is not ours."""
        ...

    def previews(self, template: str, language: str) -> Sequence[Preview]:
        """Write each text, or one, with made-up values."""
        ...


@dataclass(frozen=True, slots=True)
class WrittenEvent:
    """事件原文 as hashed: SHA-256 over the hash before, header, line break and payload."""

    version: int
    header: bytes
    payload: bytes
    hash: bytes


class AccessBook(Protocol):
    """访问日志: who looked at what."""

    def note(self, access: Access) -> None:
        """Write a look before what was looked at is shown."""
        ...

    def of(self, subject: str, *, limit: int = 500) -> Sequence[Access]:
        """List the looks at a subject, newest first."""
        ...

    def recent(self, *, before: int = 0, person: str = "", limit: int = 100) -> Sequence[Access]:
        """List looks of everybody or of one person, newest first."""
        ...

    def bursts(
        self, since: datetime, until: datetime, *, seconds: int, least: int
    ) -> Sequence[tuple[str, str, str, int, int]]:
        """List who looked at so many tickets within so few seconds."""
        ...

    def within(self, person: str, first: int, last: int) -> Sequence[str]:
        """List what a person looked at between two seconds."""
        ...


class Archive(Protocol):
    """档案: what stands in the log and follows from it, read only."""

    def state(self, stream: str) -> Record:
        """Give state and version of a stream; version 0 where there is none."""
        ...

    def facts(self, stream: str) -> Sequence[LogLine]:
        """Give the whole history of a stream, oldest first."""
        ...

    def written(self, stream: str) -> Sequence[WrittenEvent]:
        """Give the exact bytes of a stream's history, oldest first."""
        ...

    def rehearse(self, envelope: Envelope) -> Refusal | None:
        """Tell what the rules would answer, without doing it."""
        ...

    def departments(self) -> DepartmentDirectory:
        """Give the organisation as it stands."""
        ...

    def catalogue(self) -> CatalogueRouting:
        """Give the catalogues in force: categories, entries and who should have a ticket."""
        ...


class Shelf(Protocol):
    """书架: the articles of the knowledge base as they stand."""

    def articles(self) -> Mapping[str, Article]:
        """Give all articles by id; the same mapping until one of them changes."""
        ...


class _EmptyShelf:
    def articles(self) -> Mapping[str, Article]:
        return {}


class Notes(Protocol):
    """便笺: drafts and kept lists of a member of staff, sealed."""

    def keep(self, person: str, place: str, text: str, at: datetime) -> None:
        """Keep a note in place of the one before."""
        ...

    def read(self, person: str, place: str, at: datetime) -> tuple[str, datetime] | None:
        """Give a note and when it was kept."""
        ...

    def drop(self, person: str, place: str) -> None:
        """Forget a note."""
        ...

    def listed(self, person: str, prefix: str) -> Sequence[tuple[str, str]]:
        """List the notes whose place begins so, as (place, text)."""
        ...


class Invited(Protocol):
    """An invitation as its link says it."""

    @property
    def person(self) -> str:
        """Give the account."""
        ...

    @property
    def count(self) -> int:
        """Tell which invitation of that person it is."""
        ...


class Administration(Protocol):
    """管理: settings as they stand, and what a change of them would do."""

    def states(self, prefix: str) -> Mapping[str, Record]:
        """Give the records of all streams that begin so, by what follows the prefix."""
        ...

    def around(
        self, stream: str, versions: Collection[int]
    ) -> Mapping[int, tuple[Any, Any, LogLine]]:
        """Give the states before and after some facts of a stream, and the facts."""
        ...

    def clocks(self, region: str) -> Clocks:
        """Give the calendar and the preset in force."""
        ...

    def indicators(self) -> Indicators:
        """Give the indicators in force."""
        ...

    def foresee_calendar(self, region: str, calendar: Calendar) -> Any:
        """Tell which open due dates would move."""
        ...

    def foresee_preset(self, region: str, preset: str) -> Any:
        """Tell which clocks open tickets run, and how another preset would set them."""
        ...

    def built_in(self, template: str, language: str) -> str:
        """Give the words that the product brings along."""
        ...

    def trial(self, template: str, language: str, words: str) -> Trial:
        """Write a text with words that are not in force."""
        ...

    def invitation_link(self, person: str, count: int) -> str:
        """Make the token by which a person sets a password."""
        ...

    def read_invitation(self, token: str) -> Invited | None:
        """Read a token; None for one that is not ours or has ended."""
        ...


class KeptFile(Protocol):
    """A file of evidence as it is kept."""

    @property
    def digest(self) -> str:
        """Give the SHA-256 of the content."""
        ...

    @property
    def name(self) -> str:
        """Give the name it came with."""
        ...

    @property
    def media_type(self) -> str:
        """Give the type that its first bytes tell."""
        ...

    @property
    def content(self) -> bytes:
        """Give the content."""
        ...


class Evidence(Protocol):
    """证据: files that prove what was done."""

    def keep(self, name: str, content: bytes) -> KeptFile | Refusal:
        """Keep a file, or say why not."""
        ...

    def open(self, digest: str) -> KeptFile | None:
        """Read a file."""
        ...


class IntakeAnswer(Protocol):
    """收件答复: what became of a message of the intake."""

    @property
    def receipt(self) -> Receipt:
        """Give the answer."""
        ...

    @property
    def waits(self) -> bool:
        """Tell whether it is kept until what it speaks of is known."""
        ...


@dataclass(frozen=True, slots=True)
class Faces:
    """门面: everything a route may reach."""

    gateway: Gateway
    reader: Reader
    vault: Vault
    accounts: Accounts
    dead_letters: DeadLetters
    messages: Messages
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    archive: Archive
    notes: Notes
    evidence: Evidence
    texting: Texting
    access_book: AccessBook
    administration: Administration
    calling: Calling
    region: str = ""
    city: str = "12345"
    secure_cookies: bool = False
    trusted_proxies: frozenset[str] = frozenset()  # whose word on a client's address counts
    shelf: Shelf = field(default_factory=_EmptyShelf)
    adviser: Adviser = lambda _route, _text: None
    pack_seal: Callable[[bytes], str] = lambda _manifest: ""  # a keyed mark of this house
    answer_of: Callable[[str], IntakeAnswer | None] = lambda _message_id: None
    intake_systems: Mapping[str, str] = field(default_factory=dict)  # the system behind each source
    gauge: Callable[[], None] = lambda: None  # sets the gauges before they are read
    troubles: Callable[[], Sequence[str]] = tuple  # what keeps the process from its work

    def caller_of(self, number: str) -> str:
        """Give the reference of a ticket's caller, "" for none."""
        state = self.archive.state(f"ticket/{number}").state
        return state.caller if isinstance(state, Ticket) else ""

    @staticmethod
    def token_of(identity: str) -> str:
        """Derive a reference from a message's identity, so that a repeat derives it again."""
        return hashlib.sha256(identity.encode()).hexdigest()[:24]
