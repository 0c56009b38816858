"""State of an article: its editions as they were cited, the draft that waits, how it is used."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

REVIEWED_BEFORE: Final = timedelta(days=30)
"""So long before its end an article is due for review (our default)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """内容: what an edition says."""

    title: str
    text: str
    questions: tuple[str, ...] = ()
    title_en: str = ""
    text_en: str = ""
    category: str = ""
    region: str = ""
    basis: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """版本: what was published, when and by whom; never changed, since it may have been cited."""

    number: int
    content: Content
    published_at: datetime
    published_by: str
    drafted_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """知识条目."""

    department: str
    last_at: datetime
    region: str = ""
    draft: Content | None = None
    drafted_by: str = ""
    drafted_at: datetime | None = None
    sent_back: str = ""  # why the draft has to be changed
    editions: tuple[Edition, ...] = ()
    retired: bool = False
    retired_because: str = ""
    cited_count: int = 0
    cited_at: datetime | None = None
    reported_count: int = 0

    @property
    def current(self) -> Edition | None:
        """Give the edition in force; None where there is none."""
        return self.editions[-1] if self.editions and not self.retired else None

    def is_expired(self, today: date) -> bool:
        """Tell whether the edition in force has run out."""
        until = self.current.content.valid_until if self.current else None
        return until is not None and until < today

    def is_due(self, today: date) -> bool:
        """Tell whether it runs out soon, or has: somebody must look at it again."""
        until = self.current.content.valid_until if self.current else None
        return until is not None and until < today + REVIEWED_BEFORE
