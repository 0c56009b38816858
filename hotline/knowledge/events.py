"""Events of an article of the knowledge base."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDrafted:
    """拟稿."""

    department: str
    title: str
    questions: tuple[str, ...]
    text: str
    title_en: str
    text_en: str
    category: str
    region: str
    basis: str
    valid_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePublished:
    """发布: the draft became this edition."""

    edition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleSentBack:
    """退回修改."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRetired:
    """下架."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleCited:
    """引用."""

    number: str
    edition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleReported:
    """没帮上."""

    edition: int
    reason: str


KnowledgeEvent: TypeAlias = (
    ArticleDrafted
    | ArticlePublished
    | ArticleSentBack
    | ArticleRetired
    | ArticleCited
    | ArticleReported
)
