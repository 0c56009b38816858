"""Knowledge 知识库: which article answers what was just typed, and how the shelf stands.

The shelf is held in memory as words: a few thousand articles are looked through within a
millisecond or two while an operator types. An edition is cut into words once.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Final

from api.ports import Faces
from hotline.clocks.calendar import SHANGHAI
from hotline.knowledge.state import Article, Content, Edition
from projections.search.words import words

SUGGESTED_MAX: Final = 3
LISTED_LINES: Final = 50
ALIKE_MIN: Final = 0.45
"""Share of the best score that a further suggestion must reach (our default)."""
SHARED_MIN: Final = 2
"""Words that title and questions must share with what was typed (our default)."""
STANDINGS: Final = ("all", "draft", "due", "expired", "retired")

_ASKED, _SAID = 3.0, 1.0
_PAIR: Final = 2
_SAYING_NOTHING: Final = frozenset(
    {
        *("怎么", "么办", "怎样", "样办", "如何", "何办", "什么", "么时", "时候", "候来", "哪里"),
        *("在哪", "可以", "需要", "要什", "请问", "问一", "一下", "你好", "您好", "我想", "想问"),
        *("咨询", "询问", "现在", "已经", "没有", "这个", "那个", "我们", "有没", "是不", "不是"),
        *("能不", "不能", "多久", "办理", "反映", "the", "and", "for", "how", "what", "can", "you"),
        *("with", "from", "have", "this", "that", "please", "want"),
    }
)
"""Pairs and words of every question, which lead to no article (our default)."""


@dataclass(frozen=True, slots=True)
class Found:
    """找到的条目."""

    id: str
    article: Article
    score: float = 0.0

    @property
    def content(self) -> Content:
        """Give what it says: the edition in force, the last one, or the draft."""
        if self.article.editions:
            return self.article.editions[-1].content
        return self.article.draft or Content(title=self.id, text="")


class WordIndex:
    """词索引: which words stand in which article, kept as editions come and go."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: Mapping[str, Article] | None = None
        self._editions: dict[str, int] = {}
        self._weights: dict[str, dict[str, float]] = defaultdict(dict)
        self._words: dict[str, frozenset[str]] = {}

    def scores(self, articles: Mapping[str, Article], text: str) -> dict[str, float]:
        """Score the articles in force by the words they share with a text, rare words more."""
        with self._lock:
            if self._seen is not articles:
                self._follow(articles)
                self._seen = articles
            found: dict[str, float] = defaultdict(float)
            shared: Counter[str] = Counter()
            count = max(1, len(self._words))
            for word in _words(text):
                holders = self._weights.get(word)
                if holders:
                    rare = math.log(1 + count / len(holders))
                    for id_, weight in holders.items():
                        found[id_] += rare * weight
                        shared[id_] += weight >= _ASKED
        return {id_: score for id_, score in found.items() if shared[id_] >= SHARED_MIN}

    def _follow(self, articles: Mapping[str, Article]) -> None:
        """Take in what is new in force, and out what is not any more."""
        for id_ in self._editions.keys() | articles.keys():
            article = articles.get(id_)
            edition = article.current if article else None
            number = edition.number if edition else 0
            if self._editions.get(id_, 0) == number:
                continue
            for word in self._words.pop(id_, frozenset()):
                del self._weights[word][id_]
            if edition is not None:
                self._enter(id_, edition)
            self._editions[id_] = number

    def _enter(self, id_: str, edition: Edition) -> None:
        content = edition.content
        asked = _words(" ".join((content.title, content.title_en, *content.questions)))
        said = _words(f"{content.text} {content.text_en} {content.basis}") - asked
        for part, weight in ((asked, _ASKED), (said, _SAID)):
            for word in part:
                self._weights[word][id_] = weight
        self._words[id_] = frozenset(asked | said)


def _words(text: str) -> set[str]:
    return {word for word in words(text) if len(word) >= _PAIR} - _SAYING_NOTHING


def suggested(
    house: Faces, index: WordIndex, text: str, *, category: str = "", region: str = ""
) -> tuple[Found, ...]:
    """Name the articles that most likely answer what was typed."""
    articles = house.shelf.articles()
    if not text.strip() or not articles:
        return ()
    scores = index.scores(articles, text)
    found = [
        Found(id_, articles[id_], score * _fitting(articles[id_], category))
        for id_, score in scores.items()
        if id_ in articles and region.startswith(_region(articles[id_]))
    ]
    found.sort(key=lambda one: (-one.score, one.id))
    least = ALIKE_MIN * found[0].score if found else 0.0
    return tuple(one for one in found[:SUGGESTED_MAX] if one.score >= least)


def _region(article: Article) -> str:
    return article.current.content.region if article.current else ""


def _fitting(article: Article, category: str) -> float:
    """Favour an article of the category that was chosen, or of one around it."""
    own = article.editions[-1].content.category
    return 1.5 if own and category and (category.startswith(own) or own.startswith(category)) else 1


def listed(
    house: Faces,
    index: WordIndex,
    *,
    text: str = "",
    standing: str = "all",
    department: str = "",
    page: int = 0,
) -> tuple[list[Found], bool]:
    """List the shelf: by fit where something is searched for, else what needs somebody first."""
    today, articles = today_of(house), house.shelf.articles()
    scores = index.scores(articles, text) if text.strip() else {}
    asked = text.strip().lower()
    found = [
        Found(id_, article, scores.get(id_, 0.0))
        for id_, article in articles.items()
        if _stands(article, standing, today)
        and (not department or article.department == department)
        and (not asked or id_ in scores or asked in _all_of(id_, article))
    ]
    found.sort(
        key=lambda one: (
            -one.score,
            not one.article.is_expired(today),
            not one.article.is_due(today),
            one.id,
        )
    )
    start = page * LISTED_LINES
    return found[start : start + LISTED_LINES], len(found) > start + LISTED_LINES


def standing_counts(house: Faces) -> dict[str, int]:
    """Count the shelf by standing."""
    today, articles = today_of(house), house.shelf.articles().values()
    return {one: sum(_stands(article, one, today) for article in articles) for one in STANDINGS}


def _stands(article: Article, standing: str, today: date) -> bool:
    match standing:
        case "draft":
            return article.draft is not None
        case "due":
            return article.is_due(today) and not article.is_expired(today)
        case "expired":
            return article.is_expired(today)
        case "retired":
            return article.retired
        case _:
            return not article.retired


def _all_of(id_: str, article: Article) -> str:
    content = Found(id_, article).content
    return " ".join((id_, content.title, content.title_en, *content.questions)).lower()


def citable(house: Faces, id_: str, edition: int) -> Content | None:
    """Give what may be read out now: the edition in force, not run out; None for any other."""
    article = house.shelf.articles().get(id_)
    if article is None or article.current is None or article.is_expired(today_of(house)):
        return None
    return article.current.content if article.current.number == edition else None


def today_of(house: Faces) -> date:
    """Give the local date."""
    return house.clock().astimezone(SHANGHAI).date()


def edition_of(article: Article, number: int) -> Edition | None:
    """Give an edition as it was published."""
    return next((one for one in article.editions if one.number == number), None)


def help_rate(articles: Iterable[Article]) -> tuple[int, int]:
    """Sum how often articles were cited and how often they did not help."""
    kept = list(articles)
    return sum(one.cited_count for one in kept), sum(one.reported_count for one in kept)
