"""Folding the facts of an article."""

from dataclasses import replace
from typing import assert_never

from hotline.facts import Fact
from hotline.knowledge.events import (
    ArticleCited,
    ArticleDrafted,
    ArticlePublished,
    ArticleReported,
    ArticleRetired,
    ArticleSentBack,
    KnowledgeEvent,
)
from hotline.knowledge.state import Article, Content, Edition


def evolve(state: Article | None, fact: Fact[KnowledgeEvent]) -> Article:
    """Fold one fact."""
    event, at = fact.event, fact.occurred_at
    if isinstance(event, ArticleDrafted):
        before = state or Article(department=event.department, last_at=at)
        return _drafted(before, event, fact)
    assert state is not None  # noqa: S101 - decide lets nothing else happen first
    kept = replace(state, last_at=at)
    match event:
        case ArticlePublished(edition=number):
            return _published(kept, number, fact)
        case ArticleSentBack(reason=reason):
            return replace(kept, sent_back=reason)
        case ArticleRetired(reason=reason):
            return replace(kept, retired=True, retired_because=reason)
        case ArticleCited():
            return replace(kept, cited_count=kept.cited_count + 1, cited_at=at)
        case ArticleReported():
            return replace(kept, reported_count=kept.reported_count + 1)
        case _ as never:
            assert_never(never)


def _drafted(state: Article, event: ArticleDrafted, fact: Fact[KnowledgeEvent]) -> Article:
    content = Content(
        title=event.title,
        text=event.text,
        questions=event.questions,
        title_en=event.title_en,
        text_en=event.text_en,
        category=event.category,
        region=event.region,
        basis=event.basis,
        valid_until=event.valid_until,
    )
    return replace(
        state,
        department=event.department,
        region=event.region,
        last_at=fact.occurred_at,
        draft=content,
        drafted_by=fact.actor.person,
        drafted_at=fact.occurred_at,
        sent_back="",
    )


def _published(state: Article, number: int, fact: Fact[KnowledgeEvent]) -> Article:
    assert state.draft is not None  # noqa: S101 - decide publishes a draft
    edition = Edition(
        number=number,
        content=state.draft,
        published_at=fact.occurred_at,
        published_by=fact.actor.person,
        drafted_by=state.drafted_by,
    )
    return replace(
        state,
        draft=None,
        drafted_by="",
        drafted_at=None,
        editions=(*state.editions, edition),
        retired=False,
        retired_because="",
    )
