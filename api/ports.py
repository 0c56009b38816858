"""Ports 端口: what the faces need of the rest of the house, and nothing of how it is done.

The composition root (`api/main.py`) hands in the real ones; unit tests hand in fakes.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from api.call_ports import Calling
from api.desk_ports import (
    AccessBook,
    Administration,
    Archive,
    EmptyShelf,
    Evidence,
    Notes,
    Shelf,
)
from api.messages import Messages
from handlers.envelope import Envelope, Personal
from handlers.receipt import Receipt
from hotline.people.actors import Actor
from hotline.people.staff import StaffMember
from hotline.routing.route import Route
from hotline.tickets.state import Ticket
from notifications.inbound import MissedCall, ReceivedText
from notifications.rating_links import RatingLink, Way


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
    shelf: Shelf = field(default_factory=EmptyShelf)
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
