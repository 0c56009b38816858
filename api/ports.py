"""Ports 端口: what the faces need of the rest of the house, and nothing of how it is done.

The composition root (`api/main.py`) hands in the real ones; unit tests hand in fakes.
"""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from api.messages import Messages
from handlers.envelope import Envelope, Personal
from handlers.receipt import Receipt
from hotline.people.staff import StaffMember


class Unavailable(Exception):  # noqa: N818 - a state of the machine, told to the caller as 503
    """The store does not answer; nothing was written."""


class Closed(Protocol):
    """A door closed by the throttle."""

    @property
    def seconds(self) -> int:
        """Tell for how long."""
        ...


class Gateway(Protocol):
    """入口: takes envelopes; blocks until they are committed. Safe to call from many threads."""

    def submit(self, envelope: Envelope) -> Receipt:
        """Handle one envelope, gathered with others that wait."""
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

    def find(self, phone: str) -> str | None:
        """Give the citizen's reference of a telephone number."""
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
        """List the active accounts."""
        ...

    def query_code(self, number: str) -> str:
        """Give the query code of a ticket."""
        ...

    def code_is_right(self, number: str, code: str, at: datetime) -> bool | Closed:
        """Check number and code, throttled."""
        ...

    def note_access(self, person: str, role: str, subject: str, reason: str, at: datetime) -> None:
        """Log that somebody opened personal data, and why; opens it for a limited time."""
        ...

    def has_access(self, person: str, subject: str, at: datetime) -> bool:
        """Tell whether an opening is still in force."""
        ...


class DeadLetters(Protocol):
    """死信: what could not be read or met a defect."""

    def list(self, *, resolved: bool = False, limit: int = 50) -> Sequence[Any]:
        """List letters, newest first."""
        ...

    def resend(self, letter: int) -> Receipt | None:
        """Hand a letter in once more."""
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
    callers: Callable[[str], str]  # ticket number -> the caller's reference, "" for none
    region: str = ""
    city: str = "12345"
    secure_cookies: bool = False

    @staticmethod
    def token_of(identity: str) -> str:
        """Derive a reference from a message's identity, so that a repeat derives it again."""
        return hashlib.sha256(identity.encode()).hexdigest()[:24]
