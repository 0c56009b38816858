"""Commands to an article of the knowledge base; stream `article/<id>`."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftArticle:
    """拟稿: a new article, or the next edition of one. It is not shown before a second person."""

    department: str  # owner: whoever answers for what it says
    title: str
    questions: tuple[str, ...] = ()  # as citizens ask
    text: str  # the answer
    title_en: str = ""
    text_en: str = ""
    category: str = ""
    region: str = ""
    basis: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishArticle:
    """发布: the second person lets the draft become an edition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBackArticle:
    """退回修改."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireArticle:
    """下架: no longer to be cited; its editions stay readable."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CiteArticle:
    """引用 (policy): an answer at once rested on this edition."""

    number: str  # ticket
    edition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportArticle:
    """没帮上: it did not help with the question that was asked."""

    edition: int
    reason: str = ""


KnowledgeCommand: TypeAlias = (
    DraftArticle | PublishArticle | SendBackArticle | RetireArticle | CiteArticle | ReportArticle
)
