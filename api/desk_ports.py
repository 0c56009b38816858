"""Ports 端口 of the desks: what pages keep, look up and administer behind the faces."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from handlers.envelope import Envelope
from handlers.outcome import Record
from hotline.clocks.calendar import Calendar
from hotline.clocks.due import Clocks
from hotline.evaluations.indicators import Indicators
from hotline.knowledge.state import Article
from hotline.people.access import Access
from hotline.people.directory import DepartmentDirectory
from hotline.refusal import Refusal
from hotline.routing.catalogue import CatalogueRouting
from notifications.preview import Trial
from projections.log import LogLine


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


class EmptyShelf:
    """空书架: of a house without articles."""

    def articles(self) -> Mapping[str, Article]:
        """Give none."""
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
